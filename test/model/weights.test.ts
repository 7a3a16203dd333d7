import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelCard } from '../../src-main/contract/model-card.ts';
import { openEngine, type Engine } from '../../src-main/engine/open-engine.ts';
import { countParameters } from './count-parameters.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import {
  loadModel,
  validateModelCard,
  restoreWeights,
  saveWeights,
  sha256,
} from '../../src-main/model/weights.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

async function savedModel() {
  const model = createModel('tiny', 2, 3);
  const { manifest, bytes } = saveWeights(model);
  const card: ModelCard = {
    format: 'lacss-model',
    version: 1,
    name: 'test',
    createdAt: '2026-01-02T03:04:05.000Z',
    preset: 'tiny',
    inputChannels: [
      { name: 'phase', role: 'cells' },
      { name: 'DAPI', role: 'nuclei' },
    ],
    preprocessing: {
      clipPercentiles: { low: 1, high: 99.9 },
      cellSize: { diameterPx: 58, overridden: false, pixelSizeUm: null },
      targetDiameterPx: 16,
    },
    weights: {
      parameters: countParameters(model),
      byteLength: bytes.byteLength,
      sha256: await sha256(bytes),
    },
    training: null,
    figures: {},
  };
  model.dispose();
  return { card, manifest, bytes };
}

it('a model comes back from its files with the same weights', async () => {
  const { card, manifest, bytes } = await savedModel();
  const before = tf.memory().numTensors;
  const model = await loadModel(
    JSON.parse(JSON.stringify(card)),
    JSON.parse(JSON.stringify(manifest)),
    Uint8Array.from(bytes),
  );
  const original = createModel('tiny', 2, 3);
  for (const [name, variable] of original.variables) {
    expect(model.variables.get(name)!.dataSync(), name).toEqual(variable.dataSync());
  }
  original.dispose();
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it('the manifest is tfjs’s: its reader finds every weight', async () => {
  const { manifest, bytes } = await savedModel();
  const specs = manifest.flatMap((group) => group.weights);
  const weights = tf.io.decodeWeights(Uint8Array.from(bytes).buffer, specs);
  const model = createModel('tiny', 2, 3);
  for (const [name, variable] of model.variables) {
    expect(weights[name]!.shape).toEqual(variable.shape);
    expect(weights[name]!.dataSync()).toEqual(variable.dataSync());
  }
  model.dispose();
  tf.dispose(weights);
});

describe('damage is refused as model-invalid, saying what is wrong', () => {
  const refusal = (what: RegExp) =>
    expect.objectContaining({ code: 'model-invalid', message: expect.stringMatching(what) });

  it('one flipped bit, and a short file', async () => {
    const { card, manifest, bytes } = await savedModel();
    const flipped = Uint8Array.from(bytes);
    flipped[100]! ^= 1;
    await expect(loadModel(card, manifest, flipped)).rejects.toEqual(refusal(/checksum/));
    await expect(loadModel(card, manifest, bytes.subarray(0, 99))).rejects.toEqual(refusal(/checksum/));
  });

  it('weights of another architecture', async () => {
    const { card, manifest, bytes } = await savedModel();
    const wider = { ...card, inputChannels: [...card.inputChannels, { name: 'third', role: 'other' }] };
    await expect(loadModel(wider, manifest, bytes)).rejects.toEqual(refusal(/backbone\/stem\/weights/));
    await expect(loadModel({ ...card, preset: 'small' }, manifest, bytes)).rejects.toEqual(
      refusal(/weights/),
    );
  });

  it('a card that is none', async () => {
    const { card, manifest, bytes } = await savedModel();
    for (const [broken, what] of [
      [{ ...card, preset: 'huge' }, /preset/],
      [{ ...card, preprocessing: undefined }, /preprocessing/],
      [null, /the top/],
      ['{}', /the top/],
    ] as const) {
      await expect(loadModel(broken, manifest, bytes)).rejects.toEqual(refusal(what));
    }
    expect(() => validateModelCard({ ...card, inputChannels: [] })).toThrow(/inputChannels/);
  });

  it('a manifest that does not fit the bytes; the model is left as it was', async () => {
    const { manifest, bytes } = await savedModel();
    const model = createModel('tiny', 2, 5);
    const before = saveWeights(model).bytes;
    const attempts: [unknown, Uint8Array, RegExp][] = [
      [manifest, bytes.subarray(0, bytes.byteLength - 4), /bytes instead/],
      [manifest, new Uint8Array([...bytes, 0, 0, 0, 0]), /bytes instead/],
      [[{ ...manifest[0], weights: manifest[0]!.weights.slice(1) }], bytes, /lists/],
      [{ not: 'a manifest' }, bytes, /manifest is damaged/],
    ];
    for (const [entries, content, what] of attempts) {
      expect(() => restoreWeights(model, entries, content)).toThrow(what);
    }
    const infinite = Uint8Array.from(bytes);
    new DataView(infinite.buffer).setFloat32(40, Infinity, true);
    expect(() => restoreWeights(model, manifest, infinite)).toThrow(/Infinity/);
    expect(saveWeights(model).bytes).toEqual(before);
    model.dispose();
  });
});
