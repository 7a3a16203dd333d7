import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, test } from 'vitest';
import { expectSameOnBoth, isTensorflow, openBothEngines, type Operand } from '../both-engines.ts';

beforeAll(openBothEngines);

const forward = { gradient: false };
const image = { shape: [2, 5, 3, 4] };
const whole: Operand = { shape: [2, 5, 3], dtype: 'int32', from: -4, to: 5 };
const flags: Operand = { shape: [2, 5, 3], dtype: 'bool' };

/** A map whose channels come first in memory. */
function convolved(x: tf.Tensor): tf.Tensor4D {
  const filter = tf.tensor4d(
    Array.from({ length: 3 * 3 * 4 * 5 }, (_, i) => Math.sin(i)),
    [3, 3, 4, 5],
  );
  return tf.conv2d(x as tf.Tensor4D, filter, 1, 'same');
}

describe('reductions', () => {
  const reductions = { sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min, prod: tf.prod };
  test.each(Object.entries(reductions))('%s', async (_, op) => {
    for (const axis of [undefined, 0, -1, [1, 2], [0, 3]]) {
      await expectSameOnBoth([image], (x: tf.Tensor) => op(x, axis));
    }
    await expectSameOnBoth([image], (x: tf.Tensor) => op(x, [1, 2], true));
    await expectSameOnBoth([{ shape: [3, 2, 2, 2, 3] }], (x: tf.Tensor) => op(x, [1, 4]));
    await expectSameOnBoth([image], (x: tf.Tensor) => op(convolved(x), [1, 2], true));
    await expectSameOnBoth([image], (x: tf.Tensor) => op(convolved(x), 3));
    await expectSameOnBoth([whole], (x: tf.Tensor) => op(x, [0, 2]), forward);
  });
  test('sums of booleans count', async () => {
    await expectSameOnBoth([flags], (x: tf.Tensor) => tf.sum(x, 1), forward);
  });
  test('any and all', async () => {
    await expectSameOnBoth([flags], (x: tf.Tensor) => [tf.any(x, 1), tf.all(x, [0, 1]), tf.any(x)], forward);
  });
  test('positions of extremes, the first of equals', async () => {
    await expectSameOnBoth([image], (x: tf.Tensor) => [tf.argMax(x, 3), tf.argMin(x, 1)], forward);
    await expectSameOnBoth([whole], (x: tf.Tensor) => [tf.argMax(x, 1), tf.argMin(x, 2)], forward);
  });
  test('cumulative sums', async () => {
    for (const [exclusive, reverse] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]) {
      await expectSameOnBoth([image], (x: tf.Tensor) => tf.cumsum(x, 1, exclusive, reverse));
    }
    await expectSameOnBoth([whole], (x: tf.Tensor) => tf.cumsum(x, 2), forward);
  });
  test('the largest, with their places', async () => {
    await expectSameOnBoth([{ shape: [2, 3, 9] }], (x: tf.Tensor) => Object.values(tf.topk(x, 4)), forward);
    await expectSameOnBoth([whole], (x: tf.Tensor) => Object.values(tf.topk(x, 2)), forward);
  });
  test('moments and norms of tfjs', async () => {
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.moments(x, [1, 2]).variance);
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.norm(x));
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.logSumExp(x, 3));
  });
});

describe('moving, joining and cutting', () => {
  test('reshape and its relatives', async () => {
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.reshape(x, [10, -1]));
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.reshape(convolved(x), [2, 15, 5]));
    await expectSameOnBoth([image], (x: tf.Tensor) =>
      tf.expandDims(tf.squeeze(tf.expandDims(x, 1), [1]), -1),
    );
  });
  test('transpose', async () => {
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.transpose(x, [3, 0, 2, 1]));
    await expectSameOnBoth([{ shape: [2, 3, 2, 3, 2] }], (x: tf.Tensor) => tf.transpose(x, [4, 2, 0, 1, 3]));
    await expectSameOnBoth([whole], (x: tf.Tensor) => tf.transpose(x), forward);
  });
  test('concat and stack', async () => {
    const operands = [image, { shape: [2, 5, 3, 2] }];
    await expectSameOnBoth(operands, (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b, a], 3));
    await expectSameOnBoth([image, { shape: [2, 5, 3, 5] }], (a: tf.Tensor, b: tf.Tensor) =>
      tf.concat([convolved(a), b], -1),
    );
    await expectSameOnBoth([image, image], (a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b], 1));
    await expectSameOnBoth([image, image], (a: tf.Tensor, b: tf.Tensor) => tf.stack([a, b], -1));
    await expectSameOnBoth([whole, whole], (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 0), forward);
    await expectSameOnBoth([flags, flags], (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 1), forward);
  });
  test('split and unstack', async () => {
    await expectSameOnBoth([image], (x: tf.Tensor) =>
      tf.add(...(tf.split(x, 2, 3) as [tf.Tensor, tf.Tensor])),
    );
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.split(convolved(x), [2, 3], 3)[1]!);
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.addN(tf.unstack(x, 2)));
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.split(x, 1, 1)[0]!);
    await expectSameOnBoth([whole], (x: tf.Tensor) => tf.unstack(x, 1), forward);
  });
  test('slice', async () => {
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.slice(x, [1, 0, 1, 2], [1, 4, -1, 2]));
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.slice(convolved(x), [0, 1, 0, 1], [2, 3, 2, 3]));
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.slice(x, 1));
    await expectSameOnBoth([whole], (x: tf.Tensor) => tf.slice(x, [0, 2, 1], [2, 2, 1]), forward);
  });
  test('strided slice', async () => {
    await expectSameOnBoth(
      [image],
      (x: tf.Tensor) => [
        tf.stridedSlice(x, [0, 0, 0, 0], [2, 5, 3, 4], [1, 2, 2, 3]),
        tf.stridedSlice(x, [0, 4, 0, 3], [2, 0, 3, 0], [1, -2, 1, -1]),
        tf.stridedSlice(x, [0, 4, 0, 3], [2, 0, 3, 0], [1, -1, 1, -1], 0, 0b1010),
        tf.stridedSlice(x, [1, 1, 0, 0], [2, 3, 3, 4], [1, 1, 1, 1], 0, 0, 0, 0, 1),
      ],
      forward,
    );
  });
  test('pad and mirror', async () => {
    const paddings: [number, number][] = [
      [0, 0],
      [1, 2],
      [2, 0],
      [0, 1],
    ];
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.pad(x, paddings, -1.5));
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.pad(convolved(x), paddings));
    await expectSameOnBoth([whole], (x: tf.Tensor) => tf.pad(x, paddings.slice(1), 7), forward);
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.mirrorPad(x, paddings, 'reflect'));
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.mirrorPad(x, paddings, 'symmetric'));
  });
  test('tile and broadcast', async () => {
    await expectSameOnBoth([{ shape: [2, 3] }], (x: tf.Tensor) => tf.tile(x, [2, 3]));
    await expectSameOnBoth([{ shape: [1, 3, 1, 2] }], (x: tf.Tensor) => tf.tile(x, [4, 1, 2, 1]));
    await expectSameOnBoth([{ shape: [3, 1] }], (x: tf.Tensor) => tf.broadcastTo(x, [2, 3, 4]));
    await expectSameOnBoth([{ shape: [2, 1, 1, 5] }, image], (a: tf.Tensor, x: tf.Tensor) =>
      tf.mul(tf.broadcastTo(a, [2, 5, 3, 5]), convolved(x)),
    );
    await expectSameOnBoth([{ shape: [2, 1, 1, 5] }], (a: tf.Tensor) =>
      tf.relu(tf.add(tf.broadcastTo(a, [2, 5, 3, 5]), tf.mul(tf.broadcastTo(a, [2, 5, 3, 5]), 2))),
    );
  });
  test('reverse', async () => {
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.reverse(x, [1, 3]));
    await expectSameOnBoth([image], (x: tf.Tensor) => tf.reverse(convolved(x), 2));
  });
  test('space to batch and back', async () => {
    await expectSameOnBoth([{ shape: [2, 3, 4, 3] }], (x: tf.Tensor) =>
      tf.spaceToBatchND(
        x,
        [2, 2],
        [
          [1, 0],
          [0, 2],
        ],
      ),
    );
    await expectSameOnBoth([{ shape: [8, 2, 3, 3] }], (x: tf.Tensor) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [1, 0],
          [0, 2],
        ],
      ),
    );
  });
});

describe('from nothing', () => {
  test('fill, range, linspace, identity matrix', async () => {
    await expectSameOnBoth(
      [{ shape: [3] }],
      (x: tf.Tensor) => [
        tf.add(tf.fill([2, 3], 2.5), x),
        tf.fill([2], -3, 'int32'),
        tf.range(0, 7, 2, 'int32'),
        tf.range(5, 1, -0.5),
        tf.linspace(-1, 2, 7),
        tf.eye(4, 3),
        tf.zeros([2, 2]),
        tf.ones([3], 'int32'),
      ],
      forward,
    );
  });
  test('one-hot, outside indices empty', async () => {
    const indices: Operand = { shape: [2, 3], dtype: 'int32', values: [0, 4, -1, 2, 3, 5] };
    await expectSameOnBoth(
      [indices],
      (x: tf.Tensor) => [tf.oneHot(x, 5), tf.oneHot(x, 4, 2, -1), tf.oneHot(x, 5, 1, 0, 'float32')],
      forward,
    );
  });
});

describe('gather and scatter', () => {
  const rows: Operand = { shape: [4], dtype: 'int32', values: [2, 0, 2, 1] };
  test('gather along an axis', async () => {
    await expectSameOnBoth([{ shape: [3, 4] }, rows], (x: tf.Tensor, i: tf.Tensor1D) => tf.gather(x, i));
    await expectSameOnBoth([{ shape: [2, 3, 2] }, rows], (x: tf.Tensor, i: tf.Tensor1D) =>
      tf.gather(x, i, 1),
    );
    const table: Operand = { shape: [2, 2], dtype: 'int32', values: [2, 0, 1, 1] };
    await expectSameOnBoth([{ shape: [3, 2] }, table], (x: tf.Tensor, i: tf.Tensor2D) => tf.gather(x, i));
    await expectSameOnBoth([whole, rows], (x: tf.Tensor, i: tf.Tensor1D) => tf.gather(x, i, 2), forward);
  });
  test('gather in batches', async () => {
    const each: Operand = { shape: [2, 3], dtype: 'int32', values: [2, 0, 1, 1, 1, 0] };
    await expectSameOnBoth([{ shape: [2, 3, 4] }, each], (x: tf.Tensor, i: tf.Tensor2D) =>
      tf.gather(x, i, 1, 1),
    );
    await expectSameOnBoth([{ shape: [2, 5, 3, 4] }, each], (x: tf.Tensor, i: tf.Tensor2D) =>
      tf.gather(x, i, 2, 1),
    );
  });
  test('sums by segment drop negative ids', async () => {
    const ids: Operand = { shape: [5], dtype: 'int32', values: [1, 0, -1, 1, 3] };
    await expectSameOnBoth([{ shape: [5, 2, 3] }, ids], (x: tf.Tensor, i: tf.Tensor1D) =>
      tf.unsortedSegmentSum(x, i, 4),
    );
  });
  test('points gathered and scattered', async () => {
    const points: Operand = { shape: [3, 2], dtype: 'int32', values: [0, 2, 4, 1, 0, 2] };
    await expectSameOnBoth([{ shape: [5, 3, 2] }, points], (x: tf.Tensor, i: tf.Tensor) => tf.gatherND(x, i));
    await expectSameOnBoth([{ shape: [3, 2] }, points], (x: tf.Tensor, i: tf.Tensor) =>
      tf.scatterND(i, x, [5, 3, 2]),
    );
    const once: Operand = { shape: [3, 1], dtype: 'int32', values: [4, 0, 2] };
    await expectSameOnBoth(
      [{ shape: [5, 2] }, once, { shape: [3, 2] }],
      (x: tf.Tensor, i: tf.Tensor, y: tf.Tensor) => tf.tensorScatterUpdate(x, i, y),
      forward,
    );
  });
  test.skipIf(isTensorflow)('sparse points in any order', async () => {
    const once: Operand = { shape: [3, 1], dtype: 'int32', values: [4, 0, 2] };
    await expectSameOnBoth(
      [once, { shape: [3] }],
      (i: tf.Tensor, y: tf.Tensor1D) => tf.sparseToDense(i, y, [6], tf.scalar(9)),
      forward,
    );
  });
});

describe('matrix products', () => {
  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('transposed: %s, %s', async (ta, tb) => {
    const turned = (shape: number[], turn: boolean): number[] =>
      turn ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape;
    const product = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.matMul(a, b, ta, tb);
    await expectSameOnBoth([{ shape: turned([3, 5], ta) }, { shape: turned([5, 4], tb) }], product);
    await expectSameOnBoth([{ shape: turned([2, 3, 5], ta) }, { shape: turned([2, 5, 4], tb) }], product);
  });
  test('fused with bias and activation', async () => {
    const operands = [{ shape: [3, 5] }, { shape: [5, 4] }, { shape: [4] }];
    for (const activation of ['linear', 'relu', 'sigmoid', 'elu'] as const) {
      await expectSameOnBoth(
        operands,
        (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) => tf.fused.matMul({ a, b, bias, activation }),
        forward,
      );
    }
  });
  test('einsum', async () => {
    await expectSameOnBoth(
      [{ shape: [3, 5] }, { shape: [5, 4] }],
      (a: tf.Tensor, b: tf.Tensor) => tf.einsum('ij,jk->ik', a, b),
      forward,
    );
  });
});
