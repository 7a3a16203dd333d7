import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelCard } from '../../src-main/contract/model-card.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import type { LacssModel } from '../../src-main/model/create-model.ts';
import { clipPercentiles } from '../../src-main/model/prepare-image.ts';
import { saveWeights } from '../../src-main/model/weights.ts';
import { hashBytes } from '../../src-main/project/hash-bytes.ts';
import { packModel } from '../../src-main/project/model-file.ts';

/** A model file and a folder of images for it, both synthetic. */
export interface UntrainedFolder {
  folder: string;
  modelPath: string;
  images: string[];
  /** Of its cells: no image is rescaled. */
  diameterPx: number;
}

/** A TIFF of 32 × 32 px in which all values are equally frequent. */
export function noiseTiff(): Uint8Array {
  const size = { height: 32, width: 32 };
  return writeTiff({
    ...size,
    dtype: 'uint8',
    sizes: { t: 1, z: 1, c: 1 },
    planes: [Uint8Array.from({ length: size.height * size.width }, (_, i) => (i * 7919) % 97)],
    channelNames: ['Cells'],
    pixelSizeUm: null,
  });
}

/**
 * Writes an untrained model, and this many copies of an image under different names. The caller removes the
 * folder.
 */
export function writeUntrainedFolder(model: LacssModel, image: Uint8Array, count: number): UntrainedFolder {
  const folder = mkdtempSync(join(tmpdir(), 'lacss-bench-'));
  const { manifest, bytes } = saveWeights(model);
  const { name, cellDiameterPx } = model.preset;
  const card: ModelCard = {
    format: 'lacss-model',
    version: 1,
    name: 'Untrained',
    createdAt: new Date().toISOString(),
    preset: name,
    inputChannels: [{ name: 'Channel 1', role: 'cells' }],
    preprocessing: {
      clipPercentiles: { ...clipPercentiles },
      cellSize: { diameterPx: cellDiameterPx, overridden: false, pixelSizeUm: null },
      targetDiameterPx: cellDiameterPx,
    },
    weights: { parameters: bytes.length / 4, byteLength: bytes.length, sha256: hashBytes(bytes) },
    training: null,
    figures: {},
  };
  const modelPath = join(folder, 'untrained.lacss');
  writeFileSync(modelPath, packModel({ card, manifest, bytes }));
  const images = Array.from({ length: count }, (_, k) => join(folder, `image-${k}.tif`));
  for (const path of images) writeFileSync(path, image);
  return { folder, modelPath, images, diameterPx: cellDiameterPx };
}
