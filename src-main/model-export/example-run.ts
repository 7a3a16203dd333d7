import * as tf from '@tensorflow/tfjs-core';
import type { FloatPlane } from '../contract/pixels.ts';
import type { LacssModel } from '../model/create-model.ts';
import { prepareImage } from '../model/prepare-image.ts';
import { SeededRandom } from '../model/seeded-random.ts';
import type { TensorName } from './resource-description.ts';
import { outputNames, runNetwork } from './trace-network.ts';
import type { NpyArray } from './write-npy.ts';

/** An array with its shape. */
export interface Example {
  shape: number[];
  data: NpyArray;
}

/**
 * Height and width of the example, in multiples of the network's largest stride. They differ, so that they
 * cannot be confused.
 */
const exampleSides = [8, 10] as const;
/** Positions of the example’s cells, as shares of height and width: inside, and at two borders. */
const places = [
  [0.5, 0.5],
  [0.03, 0.4],
  [0.7, 0.98],
] as const;

/**
 * The network's output for an image of noise and bright disks, computed on the active engine. With it others
 * can check that their program computes the same.
 * @returns by name, shaped as in the exported network; the image is raw, before any preparation
 */
export async function exampleRun(model: LacssModel): Promise<Record<TensorName, Example>> {
  const { padTo } = model.preset;
  const [height, width] = [exampleSides[0] * padTo, exampleSides[1] * padTo];
  const planes = Array.from({ length: model.inputChannels }, (_, channel) => picture(height, width, channel));
  const locations = Float32Array.from(places.flatMap(([y, x]) => [y * height, x * width]));
  const prepared = prepareImage(planes, 1);
  const results = tf.tidy(() =>
    runNetwork(
      model,
      tf.tensor4d(prepared.data, [1, height, width, model.inputChannels]),
      tf.tensor2d(locations, [places.length, 2]),
    ),
  );
  const pixels = new Float32Array(model.inputChannels * height * width);
  planes.forEach(({ data }, channel) => pixels.set(data, channel * height * width));
  const examples: Partial<Record<TensorName, Example>> = {
    image: { shape: [1, model.inputChannels, height, width], data: pixels },
    locations: { shape: [places.length, 2], data: locations },
  };
  for (const name of outputNames) {
    const leading = { scores: [1, 1], offsets: [1], masks: [], origins: [] }[name];
    const data = (await results[name].data()) as NpyArray;
    examples[name] = { shape: [...leading, ...results[name].shape], data };
  }
  tf.dispose(results);
  return examples as Record<TensorName, Example>;
}

function picture(height: number, width: number, channel: number): FloatPlane {
  const random = new SeededRandom(1, `example ${channel}`);
  const data = new Float32Array(height * width);
  for (let i = 0; i < data.length; i++) {
    const [y, x] = [Math.floor(i / width), i % width];
    const bright = places.some(([py, px]) => Math.hypot(y - py * height, x - px * width) < 14);
    data[i] = 100 + (bright ? 200 : 0) + 20 * random.normal();
  }
  return { height, width, data };
}
