import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import type { NetworkVariant } from '../../../src-main/contract/network-variant.ts';
import { openEngine } from '../../../src-main/engine/open-engine.ts';
import { createModel } from '../../../src-main/model/create-model.ts';
import { saveWeights } from '../../../src-main/model/weights.ts';
import { hashBytes } from '../../../src-main/project/hash-bytes.ts';
import type { StoredModel } from '../../../src-main/project/model-file.ts';
import { exportOnnx } from '../../../src-main/tasks/models/export-onnx.ts';
import { storedModel } from '../../fixtures/stored-model.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const control = { signal: new AbortController().signal, onProgress: () => undefined };

/** A whole untrained network, as a project keeps it. */
async function tinyModel(variant: NetworkVariant = {}): Promise<StoredModel> {
  const engine = await openEngine('cpu');
  const model = createModel('tiny', 1, 3, variant);
  const saved = saveWeights(model);
  model.dispose();
  engine.close();
  const { card } = storedModel('HeLa: phase & more', 1);
  const weights = {
    parameters: saved.bytes.length / 4,
    byteLength: saved.bytes.length,
    sha256: hashBytes(saved.bytes),
  };
  return { ...saved, card: { ...card, variant, weights } };
}

/** The numbers of a .npy file of ours. */
function numbersIn(file: Uint8Array): Float32Array {
  const start = 10 + new DataView(file.buffer, file.byteOffset).getUint16(8, true);
  return new Float32Array(Uint8Array.from(file.subarray(start)).buffer);
}

test('a network, its description, its documentation and an example that it reproduces', async () => {
  const folder = join(temporaryFolder(), 'for', 'others');
  const { files } = await exportOnnx(
    { stored: await tinyModel(), folder, authors: ['A. Miller', 'B. Smith'], licence: 'CC-BY-4.0' },
    control,
  );
  expect(readdirSync(folder).sort()).toEqual([...files].sort());
  const read = (name: string): Buffer => readFileSync(join(folder, name));

  const description = read('rdf.yaml').toString();
  const described = [...description.matchAll(/source: "?([^"\n]+)"?\n +sha256: "?([0-9a-f]{64})/g)].map(
    ([, name, sha256]) => ({ name: name!, sha256: sha256! }),
  );
  expect(described.map(({ name }) => name).sort()).toEqual(
    files.filter((name) => name !== 'rdf.yaml').sort(),
  );
  for (const { name, sha256 } of described) expect(hashBytes(read(name))).toBe(sha256);
  expect(description).toContain('name: HeLa phase more\n');
  expect(description).toContain('license: "CC-BY-4.0"\n');
  expect(description).toContain('  - name: "B. Smith"\n');
  expect(description).toContain('channel_names: [membrane]');
  expect(read('README.md').toString()).toMatch(
    /mean cell is 16 px wide. In training it was 20 px wide at 0.5 µm per pixel/,
  );

  // The example's image is raw. Here plain arithmetic clips and standardises it.
  const raw = numbersIn(read('example-image.npy'));
  const sorted = [...raw].sort((a, b) => a - b);
  const percentile = (percent: number): number => {
    const at = (percent / 100) * (sorted.length - 1);
    const low = Math.floor(at);
    return sorted[low]! + (at - low) * (sorted[low + 1]! - sorted[low]!);
  };
  const [low, high] = [percentile(1), percentile(99.9)];
  const clipped = [...raw].map((value) => Math.min(Math.max(value, low), high));
  const mean = clipped.reduce((sum, value) => sum + value, 0) / raw.length;
  const deviation = Math.sqrt(clipped.reduce((sum, value) => sum + (value - mean) ** 2, 0) / raw.length);
  const image = Float32Array.from(clipped, (value) => (value - mean) / deviation);

  const session = await InferenceSession.create(read('model.onnx'));
  const results = await session.run({
    image: new Tensor('float32', image, [1, 1, 128, 160]),
    locations: new Tensor('float32', numbersIn(read('example-locations.npy')), [3, 2]),
  });
  for (const name of ['scores', 'offsets', 'masks']) {
    const expected = numbersIn(read(`example-${name}.npy`));
    const errors = expected.map((value, i) => Math.abs(value - (results[name]!.data as Float32Array)[i]!));
    expect(Math.max(...errors)).toBeLessThanOrEqual(1e-5);
  }
  await session.release();
});

test('without author and licence the description names none', async () => {
  const folder = temporaryFolder();
  await exportOnnx({ stored: await tinyModel(), folder, authors: [], licence: null }, control);
  expect(readFileSync(join(folder, 'rdf.yaml')).toString()).not.toMatch(/authors|license/);
});

test('a model trained as published: its patch, its stride, and its rules for scores and pixels', async () => {
  const folder = temporaryFolder();
  const stored = await tinyModel({ method: 'published', patchPx: 96, locationStride: 8 });
  await exportOnnx({ stored, folder, authors: [], licence: null }, control);
  const text = readFileSync(join(folder, 'README.md')).toString();
  expect(text).toContain('with a score above 0.25 proposes a location');
  expect(text).toContain('unless an earlier cell has it.');
  expect(text).toContain('Steps 8 to 9 remain.');
  expect(text).not.toMatch(/Faint cells|over the number above|is repeated/);
  const session = await InferenceSession.create(readFileSync(join(folder, 'model.onnx')));
  const { scores, masks } = await session.run({
    image: new Tensor('float32', new Float32Array(64 * 80), [1, 1, 64, 80]),
    locations: new Tensor('float32', [30, 30], [1, 2]),
  });
  expect(scores!.dims).toEqual([1, 1, 8, 10]);
  expect(masks!.dims).toEqual([1, 48, 48]);
  await session.release();
});

test('a licence that is none is refused before anything is written', async () => {
  const folder = temporaryFolder();
  const refused = exportOnnx(
    { stored: await tinyModel(), folder, authors: [], licence: 'do as you like' },
    control,
  );
  await expect(refused).rejects.toMatchObject({ code: 'setting-invalid' });
  expect(readdirSync(folder)).toEqual([]);
});
