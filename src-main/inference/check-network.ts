import * as tf from '@tensorflow/tfjs-core';
import { uint8At } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { SegmentingModel } from './predict-tile.ts';

/** Outputs that differ by a smaller share of the largest are constant: float32 rounding alone gives 1e-6. */
const leastSpread = 1e-5;

/**
 * Checks a network on an image of one cell-sized disk. Scores and mask must be finite and must not be
 * constant. Without this check, a network with damaged weights finds nothing in any image and gives no error.
 * @param name name of the model, for the message
 * @throws LacssError `model-invalid`
 */
export async function checkNetwork(model: SegmentingModel, name: string): Promise<void> {
  const { padTo, cellDiameterPx } = model.preset;
  const size = padTo * Math.ceil((2 * cellDiameterPx) / padTo);
  const image = tf.tensor4d(disk(size, cellDiameterPx / 2, model.inputChannels), [
    1,
    size,
    size,
    model.inputChannels,
  ]);
  const features = tf.tidy(() => model.features(image));
  try {
    requireAnswer(await features.scoreLogits.data<'float32'>(), 'scores', name);
    requireFinite(await features.offsets.data<'float32'>(), 'positions', name);
    const patches = tf.tidy(() => model.segment(features, tf.tensor2d([[size / 2, size / 2]])));
    try {
      requireAnswer(await patches.logits.data<'float32'>(), 'masks', name);
    } finally {
      tf.dispose(patches);
    }
  } finally {
    tf.dispose(features);
    image.dispose();
  }
}

/** A bright disk in the centre of a dark image [size, size, channels] with mean 0 and variance 1. */
function disk(size: number, radiusPx: number, channels: number): Float32Array {
  const isInside = Uint8Array.from({ length: size * size }, (_, i) => {
    const [dy, dx] = [Math.floor(i / size) + 0.5 - size / 2, (i % size) + 0.5 - size / 2];
    return Math.hypot(dy, dx) < radiusPx ? 1 : 0;
  });
  const share = isInside.reduce((sum, v) => sum + v, 0) / isInside.length;
  const deviation = Math.sqrt(share * (1 - share));
  return Float32Array.from(
    { length: size * size * channels },
    (_, i) => (uint8At(isInside, Math.floor(i / channels)) - share) / deviation,
  );
}

function requireFinite(values: Float32Array, what: string, name: string): void {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw unusable(name, `its ${what} for a test image are ${bad}`);
}

function requireAnswer(values: Float32Array, what: string, name: string): void {
  requireFinite(values, what, name);
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (high - low > leastSpread * Math.max(Math.abs(low), Math.abs(high))) return;
  throw unusable(name, `its ${what} for a test image are ${low} everywhere`);
}

function unusable(name: string, why: string): LacssError {
  return new LacssError(
    'model-invalid',
    `The model ${name} cannot be used: ${why}. Its weights are damaged.`,
    {
      subject: name,
      remedy: 'Choose another model, import this one again from its source, or train a new one.',
    },
  );
}
