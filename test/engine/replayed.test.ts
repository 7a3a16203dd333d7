import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import { Replayed } from '../../src-main/engine/replayed.ts';

let engine: Engine;
let weights: tf.Variable;
let replayed: Replayed;
/** How often the computation's code ran: once per recording. */
let recordings: number;

beforeAll(async () => {
  engine = await openEngine('onnx');
});

beforeEach(() => {
  weights = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
  replayed = new Replayed([weights]);
  recordings = 0;
});

afterEach(() => {
  replayed.forget();
  weights.dispose();
});

type Given = { x: tf.Tensor1D; rate: tf.Scalar };

/** w ← w − rate · x, and Σ w x before that; also 2 x. */
function learn({ x, rate }: Given): { sum: tf.Scalar; twice: tf.Tensor1D; size: number } {
  recordings++;
  const sum: tf.Scalar = tf.sum(tf.mul(weights, x));
  weights.assign(tf.sub<tf.Tensor1D>(weights, tf.mul(rate, x)));
  return { sum, twice: tf.mul(x, tf.scalar(2)), size: x.size };
}

function run(x: number[], rate: number): { sum: number; twice: number[]; size: number } {
  const given = { x: tf.tensor1d(x), rate: tf.scalar(rate) };
  const { sum, twice, size } = replayed.run('learn', given, learn);
  const numbers = { sum: sum.dataSync()[0]!, twice: [...twice.dataSync()], size };
  tf.dispose([given, sum, twice]);
  return numbers;
}

test('recorded once, it computes with the inputs of each run, and the variables move on', () => {
  expect(run([1, 0, 2], 1)).toEqual({ sum: 7, twice: [2, 0, 4], size: 3 });
  expect([...weights.dataSync()]).toEqual([0, 2, 1]);
  expect(run([3, 1, 1], 0.5)).toEqual({ sum: 3, twice: [6, 2, 2], size: 3 });
  expect([...weights.dataSync()]).toEqual([-1.5, 1.5, 0.5]);
  expect(run([2, 2, 2], 0)).toEqual({ sum: 1, twice: [4, 4, 4], size: 3 });
  expect(recordings).toBe(1);
});

test('runs neither gather tensors nor compile graphs', () => {
  run([1, 0, 2], 1);
  const before = { tensors: tf.memory().numTensors, compiles: engine.compiles() };
  for (let i = 0; i < 20; i++) run([i, 1, 2], 0.1);
  expect({ tensors: tf.memory().numTensors, compiles: engine.compiles() }).toEqual(before);
});

test('another shape or key is another computation; both stay known', () => {
  const sumOf = (key: string, values: number[]): number => {
    const x = tf.tensor1d(values);
    const sum = replayed.run(key, { x }, (given) => {
      recordings++;
      return key === 'squares' ? tf.sum(tf.square(given.x)) : tf.sum(given.x);
    });
    const [number] = sum.dataSync();
    tf.dispose([x, sum]);
    return number!;
  };
  expect([sumOf('sum', [1, 2]), sumOf('sum', [1, 2, 3]), sumOf('squares', [1, 2])]).toEqual([3, 6, 5]);
  expect([sumOf('sum', [3, 4]), sumOf('sum', [3, 4, 5]), sumOf('squares', [3, 4])]).toEqual([7, 12, 25]);
  expect(recordings).toBe(3);
});

test('a copy of a variable keeps the values it was taken with', () => {
  run([1, 0, 2], 1);
  const copy = tf.clone(weights);
  run([1, 1, 1], 1);
  expect([...copy.dataSync()]).toEqual([0, 2, 1]);
  expect([...weights.dataSync()]).toEqual([-1, 1, 0]);
  copy.dispose();
});

test('values given to a variable from outside count, also when its order or data changed hands', () => {
  run([1, 0, 2], 1);
  tf.tidy(() => weights.assign(tf.tensor1d([10, 20, 30])));
  expect(run([1, 1, 1], 0).sum).toBe(60);
  // Recorded but not yet computed.
  tf.tidy(() => weights.assign(tf.mul<tf.Tensor1D>(weights, tf.scalar(2))));
  expect(run([1, 1, 1], 0).sum).toBe(120);
  expect(recordings).toBe(1);
});

test('an input that is a view of other data, or shares its data, is computed anew', () => {
  run([1, 0, 2], 0);
  const matrix = tf.tensor2d([[4, 5, 6]]);
  const view = tf.reshape<tf.Rank.R1>(matrix, [3]);
  const rate = tf.scalar(0);
  const first = replayed.run('learn', { x: view, rate }, learn);
  expect(first.sum.dataSync()[0]).toBe(4 + 10 + 18);
  const pair = (x: tf.Tensor1D, y: tf.Tensor1D): number => {
    const sum = replayed.run('pair', { x, y }, (given) => tf.sum(tf.add(given.x, tf.mul(given.y, 10))));
    const [number] = sum.dataSync();
    sum.dispose();
    return number!;
  };
  const other = tf.tensor1d([1, 1, 1]);
  expect([pair(view, view), pair(view, other), pair(other, view), pair(other, other)]).toEqual([
    165, 45, 153, 33,
  ]);
  tf.dispose([matrix, view, rate, first, other]);
});

test('what reads its own tensors runs as ever', () => {
  const x = tf.tensor1d([1, 2]);
  for (const expected of [3, 3]) {
    const sum = replayed.run('reads', { x }, (given) => {
      recordings++;
      return tf.add(tf.scalar(tf.sum(given.x).dataSync()[0]!), tf.scalar(0));
    });
    expect(sum.dataSync()[0]).toBe(expected);
    sum.dispose();
  }
  expect(recordings).toBe(2);
  x.dispose();
});

test('variables it was not told of, and tensors left behind, are refused', () => {
  const stranger = tf.tidy(() => tf.variable(tf.scalar(3), true, 'stranger'));
  const x = tf.tensor1d([1, 2]);
  expect(() => replayed.run('stranger', { x }, (given) => tf.mul(given.x, stranger))).toThrow(
    'reads a variable that was not passed, stranger',
  );
  const left: tf.Tensor[] = [];
  expect(() =>
    replayed.run('leaves', { x }, (given) => {
      left.push(tf.keep(tf.mul(given.x, 2)));
      return tf.add(left[0]!, 1);
    }),
  ).toThrow('leaves a tensor [2] behind');
  tf.dispose([stranger, x, ...left]);
});

test('forgotten, it is recorded again', () => {
  run([1, 0, 2], 1);
  replayed.forget();
  expect(run([1, 1, 1], 0).sum).toBe(3);
  expect(recordings).toBe(2);
});

test('engines that record nothing compute every time', async () => {
  await openEngine('cpu');
  try {
    const own = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
    const sums = [1, 2].map((factor) =>
      tf.tidy(() => {
        const x = tf.tensor1d([factor, factor, factor]);
        return new Replayed([own]).run('sum', { x }, (given) => tf.sum(tf.mul(given.x, own))).dataSync()[0];
      }),
    );
    expect(sums).toEqual([6, 12]);
    own.dispose();
  } finally {
    await openEngine('onnx');
  }
});

test('a graph that finds no memory leaves variables and tensors as they were, recorded or not', () => {
  const side = 2 ** 23;
  /** Assigns, and then requests a table larger than any address where `rows` is long. */
  const greedy = ({ rows, columns }: { rows: tf.Tensor2D; columns: tf.Tensor2D }): tf.Scalar => {
    weights.assign(tf.add<tf.Tensor1D>(weights, 1));
    return tf.sum(tf.exp(tf.add(rows, columns)));
  };
  const columns = tf.zeros<tf.Rank.R2>([1, side]);
  const long = tf.zeros<tf.Rank.R2>([side, 1]);
  const before = tf.memory().numTensors;
  const outOfMemory = expect.objectContaining({ code: 'out-of-memory' }) as Error;
  expect(() => replayed.run('greedy', { rows: long, columns }, greedy)).toThrow(outOfMemory);
  expect([...weights.dataSync()]).toEqual([1, 2, 3]);
  expect(tf.memory().numTensors).toBe(before);
  const short = tf.zeros<tf.Rank.R2>([1, 1]);
  expect(replayed.run('greedy', { rows: short, columns }, greedy).dataSync()[0]).toBe(side);
  expect([...weights.dataSync()]).toEqual([2, 3, 4]);
  tf.dispose([columns, long, short]);
});
