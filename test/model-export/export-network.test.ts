import type { PresetName } from '../../src-main/contract/choices.ts';
import type { NetworkVariant } from '../../src-main/contract/network-variant.ts';
import * as tf from '@tensorflow/tfjs-core';
import onnxProto from 'onnx-proto';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import { exportNetwork } from '../../src-main/model-export/export-network.ts';
import { outputNames, runNetwork } from '../../src-main/model-export/trace-network.ts';
import { draw } from '../engine/both-engines.ts';

beforeAll(async () => {
  await openEngine('cpu');
  await openEngine('onnx');
});

const channels = 2;
/**
 * Height, width, cells: square, tall, wide, one pixel of the deepest map high, more cells than in the traced
 * example.
 */
const sizes = [
  [64, 64, 3],
  [96, 32, 1],
  [16, 112, 13],
] as const;

/** Moves channels from last to first after the batch. */
function channelsFirst(image: readonly number[], pixels: number): Float32Array {
  return Float32Array.from(image, (_, i) => image[(i % pixels) * channels + Math.floor(i / pixels)]!);
}

function exported(preset: PresetName, variant?: NetworkVariant): Uint8Array {
  const model = createModel(preset, channels, 5, variant);
  try {
    return exportNetwork(model, { name: 'test', preprocessing: 'first\nsecond' });
  } finally {
    model.dispose();
  }
}

test.each<[PresetName, NetworkVariant]>([
  ['tiny', {}],
  ['small', {}],
  ['tiny', { method: 'published', patchPx: 96, locationStride: 8, foreground: 'none' }],
])(
  'onnxruntime alone computes what the reference engine does with %s %o, at any size',
  async (preset, variant) => {
    const session = await InferenceSession.create(exported(preset, variant));
    await tf.setBackend('cpu');
    const reference = createModel(preset, channels, 5, variant);
    for (const [height, width, cells] of sizes) {
      const image = draw({ shape: [height, width, channels] }, 1);
      // Also on the lower border, where the network's maps end.
      const locations = draw({ shape: [cells, 2], from: 0, to: height }, 2).with(0, height - 0.1);
      const received = await session.run({
        image: new Tensor('float32', channelsFirst(image, height * width), [1, channels, height, width]),
        locations: new Tensor('float32', Float32Array.from(locations), [cells, 2]),
      });
      const expected = tf.tidy(() =>
        runNetwork(
          reference,
          tf.tensor4d(image, [1, height, width, channels]),
          tf.tensor2d(locations, [cells, 2]),
        ),
      );
      for (const name of outputNames) {
        const values = expected[name].dataSync();
        const { data, dims } = received[name]!;
        expect(dims.filter((length, axis) => axis > 1 || length !== 1)).toEqual(
          expected[name].shape.filter((length, axis) => axis > 1 || length !== 1),
        );
        const errors = Array.from(data as Float32Array, (value, i) => Math.abs(value - values[i]!));
        expect(errors).toHaveLength(values.length);
        expect(Math.max(...errors)).toBeLessThanOrEqual(1e-5);
      }
      tf.dispose(expected);
    }
    reference.dispose();
    await tf.setBackend('onnx');
    await session.release();
  },
);

test('standard operators only, texts inside, axes by name, and no tensor left behind', async () => {
  await tf.setBackend('onnx');
  const before = tf.memory().numTensors;
  const { graph, metadataProps, opsetImport } = onnxProto.onnx.ModelProto.decode(exported('tiny'));
  expect(tf.memory().numTensors).toBe(before);
  expect(new Set(graph!.node!.map(({ domain }) => domain ?? ''))).toEqual(new Set(['']));
  expect(opsetImport.map(({ domain }) => domain)).toEqual(['']);
  expect(metadataProps).toMatchObject([
    { key: 'name', value: 'test' },
    { key: 'preprocessing', value: 'first\nsecond' },
  ]);
  const axes = Object.fromEntries(
    [...graph!.input!, ...graph!.output!].map(({ name, type }) => [
      name,
      type!.tensorType!.shape!.dim!.map((dim) => dim.dimParam ?? Number(dim.dimValue)),
    ]),
  );
  expect(axes).toEqual({
    image: [1, channels, 'height', 'width'],
    locations: ['cells', 2],
    scores: [1, 1, 'rows', 'columns'],
    offsets: [1, 2, 'rows', 'columns'],
    masks: ['cells', 24, 24],
    origins: ['cells', 2],
  });
});
