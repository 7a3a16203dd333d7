import { expect, it } from 'vitest';
import type { EpochReport } from '../../src-main/contract/training.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import { trainModel } from '../../src-main/training/train-model.ts';
import { quickSettings, weakExample } from './examples.ts';

/** Takes a minute on two cores: `LACSS_SLOW_TESTS=1 npx vitest run test/training/paper-preset.test.ts`. */
const isSlowRun = process.env.LACSS_SLOW_TESTS === '1';

it.skipIf(!isSlowRun)('the published architecture learns one image by heart (slow)', async () => {
  const engine = await openEngine('onnx');
  const model = createModel('paper', 1, 1);
  const { augmentation } = quickSettings();
  const { epochs } = await trainModel({
    model,
    // Four disks that are 23 px wide for the network, on 64 px.
    examples: [weakExample(1, 44)],
    validation: [],
    settings: quickSettings({
      steps: 16,
      stepsPerEpoch: 4,
      cropPx: 64,
      cellDiameterPx: 22,
      learningRate: 5e-4,
      augmentation: { ...augmentation, zoom: [1, 1], flips: false, gamma: 0 },
    }),
    control: { signal: new AbortController().signal, onProgress: () => undefined },
    saveCheckpoint: async () => undefined,
  });
  model.dispose();
  engine.close();
  const falls = (term: (report: EpochReport) => number): boolean =>
    epochs.every((epoch, i) => i === 0 || term(epoch) < term(epochs[i - 1]!));
  expect(falls((epoch) => epoch.terms.detection)).toBe(true);
  expect(falls((epoch) => epoch.terms.location)).toBe(true);
  expect(falls((epoch) => epoch.terms.instance)).toBe(true);
  expect(epochs.at(-1)!.terms.detection).toBeLessThan(0.05 * epochs[0]!.terms.detection);
});
