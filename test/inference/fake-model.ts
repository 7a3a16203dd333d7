import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { MethodName } from '../../src-main/contract/choices.ts';
import type { FloatPlane } from '../../src-main/contract/pixels.ts';
import type { SegmentingModel } from '../../src-main/inference/predict-tile.ts';

const locationStride = 4;
const maskStride = 2;
const patchSize = 48;

export interface FakeModel extends SegmentingModel {
  /** Shapes of all images that it received. */
  shown: number[][];
  /** Number of locations of all requests for masks. */
  asked: number[];
}

/**
 * A spot is a square of this many pixels, so that it stays bright when the image is clipped to percentiles.
 */
const spotPx = 5;

/**
 * A model without weights whose answers are known exactly. The middle of every bright square of 5 × 5 px of
 * the (rescaled) image is the location of a cell. Its mask is the disk of `radiusPx` around it. The score
 * grows with brightness.
 */
export function fakeModel({
  radiusPx = 10,
  brightness = 3,
  inputChannels = 1,
  method = 'improved',
}: Partial<{
  radiusPx: number;
  brightness: number;
  inputChannels: number;
  method: MethodName;
}> = {}): FakeModel {
  const shown: number[][] = [];
  const asked: number[] = [];
  return {
    shown,
    asked,
    inputChannels,
    preset: { method, padTo: 16, cellDiameterPx: 2 * radiusPx, largestTilePx: 4096 },
    features(image) {
      shown.push([...image.shape]);
      const [, height, width, channels] = image.shape;
      const [rows, columns] = [height / locationStride, width / locationStride];
      const pixels = image.dataSync();
      const scores = new Float32Array(rows * columns).fill(-10);
      const offsets = new Float32Array(2 * rows * columns);
      for (let i = 0; i < height * width; i++) {
        const around = meanAround(pixels, i, height, width, channels, brightness);
        if (around === undefined) continue;
        const [y, x] = [Math.floor(i / width) + 0.5, (i % width) + 0.5];
        const [row, column] = [Math.floor(y / locationStride), Math.floor(x / locationStride)];
        const score = 1 + 0.01 * around;
        if (score <= scores[row * columns + column]!) continue; // the brightest of a grid cell counts
        scores[row * columns + column] = score;
        offsets[2 * (row * columns + column)] = y / locationStride - row - 0.5;
        offsets[2 * (row * columns + column) + 1] = x / locationStride - column - 0.5;
      }
      return {
        scoreLogits: tf.tensor2d(scores, [rows, columns]),
        offsets: tf.tensor3d(offsets, [rows, columns, 2]),
        locationStride,
        segmentationMap: tf.zeros<tf.Rank.R3>([1, 1, 1]),
        encodingMap: undefined,
        stemMap: undefined,
      };
    },
    segment(_features, locations) {
      const positions = locations.dataSync();
      const count = locations.shape[0];
      asked.push(count);
      const logits = new Float32Array(count * patchSize * patchSize);
      const origins = new Int32Array(2 * count);
      for (let n = 0; n < count; n++) {
        const [y, x] = [positions[2 * n]!, positions[2 * n + 1]!];
        origins[2 * n] = Math.trunc(y / maskStride) - patchSize / 2;
        origins[2 * n + 1] = Math.trunc(x / maskStride) - patchSize / 2;
        for (let i = 0; i < patchSize * patchSize; i++) {
          const dy = (origins[2 * n]! + Math.floor(i / patchSize) + 0.5) * maskStride - y;
          const dx = (origins[2 * n + 1]! + (i % patchSize) + 0.5) * maskStride - x;
          logits[n * patchSize * patchSize + i] = radiusPx - Math.hypot(dy, dx);
        }
      }
      return {
        logits: tf.tensor3d(logits, [count, patchSize, patchSize]),
        origins: tf.tensor2d(origins, [count, 2], 'int32'),
        maskStride,
      };
    },
  };
}

/**
 * The mean of all pixels within two pixels, if all of them are bright. Pixels beyond the image do not count.
 */
function meanAround(
  pixels: ArrayLike<number>,
  i: number,
  height: number,
  width: number,
  channels: number,
  brightness: number,
): number | undefined {
  const reach = (spotPx - 1) / 2;
  const [y, x] = [Math.floor(i / width), i % width];
  let [sum, count] = [0, 0];
  for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++) {
    for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++) {
      const value = pixels[(row * width + column) * channels]!;
      if (value < brightness) return undefined;
      sum += value;
      count++;
    }
  }
  return sum / count;
}

/** A dark plane with bright squares of `size` px, their middles at the given positions. */
export function brightSpots(
  height: number,
  width: number,
  spots: readonly (readonly [y: number, x: number, value?: number])[],
  size = spotPx,
): FloatPlane {
  const data = new Float32Array(height * width);
  for (const [y, x, value = 100] of spots) {
    for (
      let row = Math.max(0, Math.ceil(y - size / 2 - 0.5));
      row + 0.5 <= Math.min(height, y + size / 2);
      row++
    ) {
      for (
        let column = Math.max(0, Math.ceil(x - size / 2 - 0.5));
        column + 0.5 <= Math.min(width, x + size / 2);
        column++
      ) {
        data[row * width + column] = value;
      }
    }
  }
  return { height, width, data };
}
