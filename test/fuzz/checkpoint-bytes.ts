import { defaultTrainingSettings } from '../../src-main/contract/training.ts';
import { encodeCheckpoint } from '../../src-main/training/checkpoint.ts';

/** A checkpoint of one weight, after one step. */
export function checkpointBytes(): Uint8Array {
  const moments = { steps: 1, first: Float32Array.of(0.1), second: Float32Array.of(0.2) };
  return encodeCheckpoint({
    header: {
      preset: 'tiny',
      inputChannels: 1,
      settings: defaultTrainingSettings,
      cellSize: { diameterPx: 20, overridden: false, pixelSizeUm: 0.5 },
      step: 1,
      elapsedMs: 10,
      epochs: [],
      current: { steps: 1, terms: {}, gradientNorm: 1, meanAreaPx: 10 },
      best: null,
      weights: [{ paths: ['weights.bin'], weights: [{ name: 'w', shape: [1], dtype: 'float32' }] }],
      optimizerSteps: { network: 1, auxnet: 1 },
    },
    weights: new Uint8Array(Float32Array.of(1).buffer),
    optimizer: { network: moments, auxnet: moments },
    bestWeights: new Uint8Array(0),
  });
}
