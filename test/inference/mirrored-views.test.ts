import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { activateCpu } from '../../src-main/engine/activate-cpu.ts';
import { mirroredViews } from '../../src-main/inference/mirrored-views.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { brightSpots, fakeModel } from './fake-model.ts';

beforeAll(async () => {
  await activateCpu();
});

const control = { signal: new AbortController().signal, onProgress: () => undefined };

describe('mirroredViews', () => {
  it('finds the same where the model does not mind being shown a mirror image', async () => {
    // At centres of pixels, so that one place is the brightest. One of them is near a corner.
    const plane = brightSpots(96, 80, [
      [30.5, 41.5],
      [12.5, 9.5],
      [70.5, 60.5],
    ]);
    const [once, four] = [fakeModel(), fakeModel()];
    const plain = await segmentImage(networkOf(once), [plane], { scale: 1, control });
    const before = tf.memory().numTensors;
    const viewed = await segmentImage(networkOf(four), [plane], { scale: 1, control, views: 4 });
    expect(viewed.scores).toHaveLength(3);
    expect(viewed.labels.data).toEqual(plain.labels.data);
    expect(viewed.locations).toEqual(plain.locations);
    expect([once.shown.length, four.shown.length]).toEqual([1, 4]);
    expect(tf.memory().numTensors).toBe(before);
  });

  const mirrorings: [name: string, axes: number[]][] = [
    ['y', [0]],
    ['x', [1]],
    ['both', [0, 1]],
  ];
  for (const [name, axes] of mirrorings) {
    it(`says the mirror image of what it says of an image when that is mirrored along ${name}, as the model alone does not`, () => {
      const model = createModel('tiny', 1, 3);
      try {
        const [height, width] = [48, 64];
        const random = new SeededRandom(7, 'pixels');
        const image = tf.tensor4d(
          Float32Array.from({ length: height * width }, () => random.normal()),
          [1, height, width, 1],
        );
        const flipped: tf.Tensor4D = tf.reverse(
          image,
          axes.map((axis) => axis + 1),
        );
        const viewed = mirroredViews(model);
        const scores = viewed.features(image).scoreLogits;
        const scoresFlipped: tf.Tensor2D = tf.reverse(viewed.features(flipped).scoreLogits, axes);
        expect(farthestApart(scores, scoresFlipped)).toBeLessThan(1e-5);
        const alone: tf.Tensor2D = tf.reverse(model.features(flipped).scoreLogits, axes);
        expect(farthestApart(model.features(image).scoreLogits, alone)).toBeGreaterThan(1e-2);

        // Masks begin at whole pixels of the map they are cut from, so those of a mirror image are shifted by
        // a pixel.
        const [y, x] = [21.5, 38.25];
        const there: [number, number] = [axes.includes(0) ? height - y : y, axes.includes(1) ? width - x : x];
        const masks = viewed.segment(viewed.features(image), tf.tensor2d([[y, x]]));
        const masksThere = viewed.segment(viewed.features(flipped), tf.tensor2d([there]));
        const [own, turned] = [
          pixelsByPlace(masks, [height, width], []),
          pixelsByPlace(masksThere, [height, width], axes),
        ];
        let compared = 0;
        for (const [place, logit] of own) {
          const other = turned.get(place);
          if (other === undefined) continue;
          compared++;
          expect(Math.abs(logit - other)).toBeLessThan(1e-4);
        }
        const side = masks.logits.shape[1];
        expect(compared).toBeGreaterThanOrEqual((side - 8) ** 2);
      } finally {
        model.dispose();
      }
    });
  }
});

function farthestApart(a: tf.Tensor, b: tf.Tensor): number {
  return tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;
}

/** A mask's logits by their position in the image, without the pixels at its edge that only one view has. */
function pixelsByPlace(
  { logits, origins, maskStride }: ReturnType<ReturnType<typeof mirroredViews>['segment']>,
  size: readonly number[],
  axes: readonly number[],
): Map<string, number> {
  const side = logits.shape[1];
  const values = logits.dataSync();
  const [top, left] = origins.dataSync();
  const byPlace = new Map<string, number>();
  for (let i = 2; i < side - 2; i++) {
    for (let j = 2; j < side - 2; j++) {
      const at = [top! + i, left! + j].map((index, axis) =>
        axes.includes(axis) ? size[axis]! / maskStride - 1 - index : index,
      );
      byPlace.set(at.join(), values[i * side + j]!);
    }
  }
  return byPlace;
}
