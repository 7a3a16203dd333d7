import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { NetworkVariant } from '../../src-main/contract/network-variant.ts';
import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { planeAt } from '../fixtures/plane-at.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { imageScale } from '../../src-main/model/image-scale.ts';
import { loadModel } from '../../src-main/model/weights.ts';
import { exportFiles } from '../../src-main/model-export/export-files.ts';
import { writeNpy } from '../../src-main/model-export/write-npy.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { colonyRaster } from '../../src-main/sample/colony-raster.ts';
import { generateColonyImage } from '../../src-main/sample/generate-colony-image.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** A Python with numpy and onnxruntime. LACSS_TEST_PYTHON names one that is not in the path. */
const python = process.env.LACSS_TEST_PYTHON ?? 'python3';
const hasPython = spawnSync(python, ['-c', 'import numpy, onnxruntime']).status === 0;
const script = fileURLToPath(new URL('find_cells.py', import.meta.url));

/** The int32 array of a .npy file, version 1. */
function readLabels(path: string, height: number, width: number): LabelImage {
  const bytes = readFileSync(path);
  const data = bytes.subarray(10 + bytes.readUInt16LE(8));
  return {
    height,
    width,
    data: Int32Array.from({ length: height * width }, (_, i) => data.readInt32LE(4 * i)),
  };
}

test.skipIf(!hasPython).each<NetworkVariant>([{}, { method: 'published', patchPx: 128 }])(
  'a Python script that follows only the description of an exported model finds the same cells, variant %o',
  { timeout: 600_000 },
  async (variant) => {
    const { card: shipped, manifest, bytes } = await loadModelFrom(shippedModelPath);
    const card = { ...shipped, variant };
    const engine = await openEngine('onnx');
    const model = await loadModel(card, manifest, bytes);
    try {
      const folder = temporaryFolder();
      const files = await exportFiles(model, card, {
        authors: [],
        licence: null,
        at: card.createdAt,
      });
      for (const name of ['model.onnx', 'cells.onnx']) writeFileSync(join(folder, name), files.get(name)!);
      const field = generateColonyImage(1);
      const plane = planeAt(colonyRaster(field), { c: 0 });
      const { height, width } = plane;
      writeFileSync(join(folder, 'image.npy'), writeNpy(plane.data, [1, height, width]));
      // At the training size, and at half of it, where cells repeat and overlap.
      const own = imageScale(
        card.preprocessing.cellSize,
        card.preprocessing.targetDiameterPx,
        field.pixelSizeUm,
      );
      for (const scale of [own, 0.5 * own]) {
        const found = await segmentImage(networkOf(model.inference), [plane], {
          scale,
          control: { signal: new AbortController().signal, onProgress: () => undefined },
        });
        for (const network of ['model.onnx', 'cells.onnx']) {
          const given = [network, 'image.npy'].map((name) => join(folder, name));
          const result = join(folder, 'labels.npy');
          const ended = spawnSync(python, [script, ...given, String(scale), result], { encoding: 'utf8' });
          expect(ended.stderr).toBe('');
          const labels = readLabels(result, height, width);
          const count = new Set(labels.data).size - 1;
          expect(count).toBe(found.scores.length);
          expect(count).toBeGreaterThan(20);
          // Probabilities near 1 lose digits of their logits, so a pixel between two cells may change sides.
          const [same] = matchInstances(labels, null, found.labels, [0.97]).truePositives;
          expect(same!.reduce((sum, is) => sum + is, 0)).toBe(count);
          const differ = labels.data.filter(
            (label, i) => (label === 0) !== (found.labels.data[i] === 0),
          ).length;
          expect(differ).toBeLessThan(labels.data.length / 10_000);
        }
      }
    } finally {
      model.dispose();
      engine.close();
    }
  },
);
