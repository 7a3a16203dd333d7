import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedModel } from '../src-main/contract/shipped-model.ts';
import { shippedModelPath } from '../src-main/project/included-model-path.ts';
import { packModel } from '../src-main/project/model-file.ts';
import { loadModelFrom } from '../src-main/project/model-store.ts';
import { writeFileAtomically } from '../src-main/project/write-file-atomically.ts';
import { calibrateShipped } from './calibrate-shipped.ts';

/**
 * `npx tsx build/ship-model.ts MODEL`: makes a trained model the included model, and calibrates its scores on
 * generated fields. `npm run experiment -- colonies-full` trains it into
 * `reports/colonies-full/models/small-1`.
 */

const { positionals } = parseArgs({ allowPositionals: true });
const [path] = positionals;
if (path === undefined) throw new Error('Say which: npx tsx build/ship-model.ts MODEL');
const { card, manifest, bytes } = await loadModelFrom(path);
if (card.preset !== shippedModel.preset || card.inputChannels.length !== 1) {
  throw new Error(
    `Trainings start from a ${shippedModel.preset} model of one channel; ${path} is a ${card.preset} model of ${card.inputChannels.length}.`,
  );
}
const calibration = await calibrateShipped(
  { card, manifest, bytes },
  { signal: new AbortController().signal, onProgress: () => undefined },
);
const { found, foundRight, truth, minScore, f1, hiddenRight } = calibration;
console.log(
  `Of ${found} cells found, ${foundRight} are right; true cells: ${truth}. Minimum score ${minScore}: ` +
    `F1 ${f1.toFixed(3)}, ${hiddenRight} right cells hidden.`,
);
mkdirSync(dirname(shippedModelPath), { recursive: true });
await writeFileAtomically(
  shippedModelPath,
  packModel({ card: { ...card, name: shippedModel.name, calibration }, manifest, bytes }),
);
