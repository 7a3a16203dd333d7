import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LacssError } from '../../src-main/contract/errors.ts';
import type { ModelCard } from '../../src-main/contract/model-card.ts';
import type { TrainingResult } from '../../src-main/contract/training.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import { clipPercentiles } from '../../src-main/model/prepare-image.ts';
import { restoreWeights, saveWeights } from '../../src-main/model/weights.ts';
import { hashBytes } from '../../src-main/project/hash-bytes.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { packModel } from '../../src-main/project/model-file.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { writeFileAtomically } from '../../src-main/project/write-file-atomically.ts';
import { trainModel } from '../../src-main/training/train-model.ts';
import { slotsOfRound, sourceOfSlot, type Slot } from './base-examples.ts';
import { readRecipe, roundSettings } from './recipe.ts';

/**
 * `npx tsx build/base/teach-base.ts --out FOLDER [--minutes N] [--rounds N] [--threads 1] [--start MODEL]
 * [--data FOLDER]`: teaches the base model in rounds. Each round leaves `FOLDER/round-NN.lacss`, and the next
 * starts from it. The same command continues where an earlier one stopped, also within a round.
 */

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    minutes: { type: 'string', default: 'Infinity' },
    rounds: { type: 'string', default: 'Infinity' },
    threads: { type: 'string', default: '1' },
    start: { type: 'string', default: shippedModelPath },
    data: { type: 'string', default: fileURLToPath(new URL('../../../shared/data', import.meta.url)) },
  },
});
if (values.out === undefined) throw new Error('Say where models and checkpoints go: --out FOLDER');
const out = resolve(values.out);
const recipe = readRecipe();
const deadline = performance.now() + Number(values.minutes) * 60_000;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

mkdirSync(out, { recursive: true });
const engine = await openEngine('onnx', { threads: Number(values.threads) });
try {
  for (let round = 1; round <= Number(values.rounds) && !stop.signal.aborted; round++) {
    if (existsSync(modelPath(round))) continue;
    await teachRound(round);
  }
} catch (error) {
  if (!(error instanceof LacssError) || error.code !== 'cancelled') throw error;
  say(`${error.message} The same command continues.`);
} finally {
  engine.close();
}

function modelPath(round: number): string {
  return join(out, `round-${String(round).padStart(2, '0')}.lacss`);
}

async function teachRound(round: number): Promise<void> {
  const startPath = round === 1 ? values.start : modelPath(round - 1);
  const start = await loadModelFrom(startPath);
  const model = createModel(recipe.preset, 1, round);
  restoreWeights(model, start.manifest, start.bytes);
  const slots = slotsOfRound(round, recipe);
  const examples = slots.map((slot) => sourceOfSlot(slot, values.data, recipe));
  const settings = roundSettings(recipe, round);
  const checkpoint = join(out, `round-${String(round).padStart(2, '0')}.checkpoint`);
  const cellDiameterPx = model.preset.cellDiameterPx;
  say(`Round ${round} starts from ${startPath}: ${examples.length} examples, ${settings.steps} steps.`);
  try {
    const result = await trainModel({
      model,
      examples,
      cellSize: { diameterPx: cellDiameterPx, overridden: false, pixelSizeUm: null },
      validation: [],
      settings,
      ...(existsSync(checkpoint) ? { resume: readFileSync(checkpoint) } : {}),
      control: { signal: stop.signal, onProgress: () => undefined },
      onStep: ({ step, elapsedMs }) => {
        if (step % 50 === 0) say(`  step ${step}, ${(elapsedMs / step).toFixed(0)} ms per step`);
        if (performance.now() > deadline) stop.abort();
      },
      onEpoch: ({ step, terms }) => {
        const figures = Object.entries(terms).flatMap(([name, value]) =>
          value === null || value === undefined ? [] : [`${name} ${value.toFixed(4)}`],
        );
        say(`  after ${step} steps: ${figures.join(', ')}`);
      },
      saveCheckpoint: (bytes) => writeFileAtomically(checkpoint, bytes),
    });
    const { manifest, bytes } = saveWeights(model);
    const card = cardOf(round, slots, result, bytes, start.card);
    await writeFileAtomically(modelPath(round), packModel({ card, manifest, bytes }));
    rmSync(checkpoint, { force: true });
    say(`Round ${round} is done: ${modelPath(round)}`);
  } finally {
    model.dispose();
  }
}

/** The model card of a round's model. Its scores are calibrated when it is shipped. */
function cardOf(
  round: number,
  slots: readonly Slot[],
  { steps, epochs, chosenEpoch, cellSize, elapsedMs }: TrainingResult,
  bytes: Uint8Array,
  parent: ModelCard,
): ModelCard {
  const real = new Map(
    slots.flatMap(({ image }) => (image === null ? [] : [[`${image.set}/${image.name}`, image] as const])),
  );
  const generated = [...new Set(slots.filter(({ image }) => image === null).map(({ look }) => look))];
  return {
    format: 'lacss-model',
    version: 1,
    name: `Base, round ${round}`,
    createdAt: new Date().toISOString(),
    preset: recipe.preset,
    inputChannels: [{ name: 'cells', role: 'cells' }],
    preprocessing: {
      clipPercentiles: { ...clipPercentiles },
      cellSize,
      targetDiameterPx: cellSize.diameterPx,
      anySize: true,
    },
    weights: { parameters: bytes.length / 4, byteLength: bytes.length, sha256: hashBytes(bytes) },
    training: {
      settings: roundSettings(recipe, round),
      engine: `${engine.name} ${engine.version}, ${engine.provider}, ${engine.device}`,
      images: [
        ...[...real].map(([name, { image }]) => ({
          name,
          sha256: hashBytes(readFileSync(join(values.data, image))),
          supervision: 'full' as const,
        })),
        ...generated.map((look) => ({ name: look, sha256: '', supervision: 'full' as const })),
      ],
      startedFrom: parent.name,
      steps,
      elapsedMs,
      chosenEpoch,
      epochs,
    },
    figures: {},
  };
}

function say(text: string): void {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}
