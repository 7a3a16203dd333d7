import type { PresetName, EngineName } from '../../src-main/contract/choices.ts';
import { expect, it, vi } from 'vitest';
import { defaultTrainingSettings, type LossTerms } from '../../src-main/contract/training.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import type { Crop } from '../../src-main/training/draw-crop.ts';
import { TrainStep } from '../../src-main/training/train-step.ts';
import { syntheticCrop } from '../bench/training-case.ts';
import { engineUnderTest, worstRelativeError } from '../engine/both-engines.ts';

/**
 * The published architecture with a sixteenth of its channels, and the blocks that differ. At full size, tfjs
 * `cpu` takes minutes per step.
 */
vi.mock(import('../../src-main/model/presets.ts'), async (original) => {
  const { presets } = await original();
  const { paper } = presets;
  const narrow = {
    ...paper,
    backbone: {
      kind: 'resnet50' as const,
      stemChannels: [8, 16] as const,
      stages: [
        { width: 4, blocks: 1 },
        { width: 8, blocks: 2 },
        { width: 16, blocks: 1 },
        { width: 32, blocks: 1 },
      ],
      attentionSqueeze: 16,
    },
    pyramidChannels: 32,
    locations: {
      ...paper.locations,
      layers: paper.locations.layers.map((layer) => ({ ...layer, channels: 64 })),
    },
    segmentation: { ...paper.segmentation, layerChannels: 16 },
    auxnet: { input: 'stem' as const, channels: 16 },
  };
  const narrowed = { ...presets, paper: narrow };
  return {
    presets: narrowed,
    presetOf: (name, { foreground = 'picked' } = {}) => ({ ...narrowed[name], foreground }),
  };
});

interface Gradients {
  terms: LossTerms;
  norm: number;
  byVariable: Map<string, Float32Array>;
}

/** One whole step: its losses, and the gradients, read from the optimizer's means. */
async function takeStep(
  engineName: EngineName,
  preset: PresetName,
  { size, seed, supervision }: { size: number; seed: number; supervision: Crop['supervision'] },
): Promise<Gradients> {
  const engine = await openEngine(engineName);
  const variant = supervision === 'points' ? ({ foreground: 'none' } as const) : undefined;
  const model = createModel(preset, 1, seed, variant);
  const { cellDiameterPx, segmentation } = model.preset;
  const weak = syntheticCrop(size, segmentation.stride / 2, cellDiameterPx);
  // Fully annotated: the foreground as if all of it were the first cell's.
  const ids = Float32Array.from({ length: weak.locations.length / 2 }, (_, i) => i + 1);
  const crop = supervision === 'full' ? { ...weak, supervision, ids } : { ...weak, supervision };
  const step = new TrainStep(model, { ...defaultTrainingSettings, clipNorm: 1e9 });
  const { terms, gradientNorm } = await step.run(crop, 1e-3);
  const byVariable = new Map<string, Float32Array>();
  const { network, auxnet } = step.save();
  const taken = { network: 0, auxnet: 0 };
  for (const [name, { size: length }] of model.variables) {
    const part = name.startsWith('auxnet/') ? 'auxnet' : 'network';
    const means = part === 'auxnet' ? auxnet.first : network.first;
    byVariable.set(name, means.slice(taken[part], (taken[part] += length)));
  }
  step.dispose();
  model.dispose();
  engine.close();
  return { terms, norm: gradientNorm, byVariable };
}

/**
 * The largest error of a step, over each loss and each variable's gradient, relative to its largest number.
 */
async function worstError(...[preset, options]: Tail<Parameters<typeof takeStep>>): Promise<number> {
  const expected = await takeStep('cpu', preset, options);
  const received = await takeStep(engineUnderTest, preset, options);
  const losses = Object.keys(expected.terms) as (keyof LossTerms)[];
  const errors = losses.map((name) =>
    worstRelativeError([received.terms[name] ?? 0], [expected.terms[name] ?? 0]),
  );
  errors.push(worstRelativeError([received.norm], [expected.norm]));
  for (const [name, gradient] of expected.byVariable) {
    errors.push(worstRelativeError(Array.from(received.byVariable.get(name)!), Array.from(gradient)));
  }
  return Math.max(...errors);
}

type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;

it.each([
  ['tiny', 64, 'weak'],
  ['tiny', 64, 'full'],
  ['tiny', 64, 'points'],
  ['small', 32, 'weak'],
] as const)(
  'a whole step of %s on %i px, %s annotation: every gradient to 2e-5',
  async (preset, size, supervision) => {
    expect(await worstError(preset, { size, supervision, seed: 7 })).toBeLessThan(2e-5);
  },
);

it('a whole step of the published architecture, narrow: every gradient to 1e-4', async () => {
  // Instance norm over few pixels magnifies rounding. One more unit in the last place of the image changes
  // even the result of tfjs `cpu` by up to 1e-5. A unit exactly at the kink of its ReLU may fall to either
  // side, which is no error. That may happen in one network, but hardly in two.
  const errors: number[] = [];
  for (const seed of [1, 2]) {
    errors.push(await worstError('paper', { size: 64, supervision: 'weak', seed }));
    if (errors.at(-1)! < 1e-4) return;
  }
  expect(Math.min(...errors)).toBeLessThan(1e-4);
});
