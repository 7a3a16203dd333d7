import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { readImage } from '../../src-main/imaging/read-image.ts';
import { planeAt } from '../../src-main/imaging/raster/plane-at.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import { averagePrecision } from '../../src-main/metrics/average-precision.ts';
import { iouOf } from '../../src-main/metrics/count-overlaps.ts';
import { fieldMetrics } from '../../src-main/metrics/field-metrics.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import type { InstanceMatches } from '../../src-main/metrics/match-instances.ts';
import { loadModel } from '../../src-main/model/weights.ts';
import { unpackModel } from '../../src-main/project/model-file.ts';
import { scaleFor } from '../../src-main/project/model-inputs.ts';

/**
 * How much cutting an image into tiles changes what is found: the image whole against the image in tiles.
 *
 *     npx tsx test/inference/measure-tiling.ts MODEL.lacss IMAGE.tif [CHANNEL]
 */
async function measureTiling(modelPath: string, imagePath: string, channel: number): Promise<void> {
  const engine = await openEngine('auto');
  const { card, manifest, bytes } = unpackModel(readFileSync(modelPath), basename(modelPath));
  const model = await loadModel(card, manifest, bytes);
  const raster = await readImage(readFileSync(imagePath), basename(imagePath));
  const planes = [planeAt(raster, { c: channel })];
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  const scale = scaleFor(card, raster.pixelSizeUm);

  const whole = await segmentImage(networkOf(model), planes, { scale, control, tileSizePx: 4096 });
  process.stdout.write(`whole: ${whole.scores.length} cells, scale ${scale.toFixed(3)}\n`);
  for (const [tileSizePx, tileMarginPx] of [
    [768, 96],
    [512, 96],
    [256, 64],
  ]) {
    const tiled = await segmentImage(networkOf(model), planes, { scale, control, tileSizePx, tileMarginPx });
    const matches = matchInstances(tiled.labels, tiled.scores, whole.labels);
    const precision = averagePrecision([matches]);
    const figures = [
      `${tiled.scores.length} cells`,
      `pixels alike ${sharedPixels(matches, tiled.labels.data, whole.labels.data).toFixed(4)}`,
      `AP50 ${precision.averagePrecision[0].toFixed(4)}`,
      `mAP ${precision.meanAveragePrecision.toFixed(4)}`,
      `F1 ${fieldMetrics([matches]).f1AtThreshold[0].toFixed(4)}`,
    ];
    process.stdout.write(`tiles of ${tileSizePx}, margin ${tileMarginPx}: ${figures.join(', ')}\n`);
  }
  await engine.close();
}

/** Share of the pixels that are background in both, or belong to cells that match. */
function sharedPixels({ overlaps }: InstanceMatches, tiled: Int32Array, whole: Int32Array): number {
  const partner = new Map<number, number>([[0, 0]]);
  overlaps.areas.forEach((_, i) => {
    if (iouOf(overlaps, i) > 0.5) partner.set(overlaps.predictionIndex[i] + 1, overlaps.truthIndex[i] + 1);
  });
  let shared = 0;
  tiled.forEach((label, i) => {
    if (partner.get(label) === whole[i]) shared++;
  });
  return shared / tiled.length;
}

const [modelPath, imagePath, channel = '0'] = process.argv.slice(2);
await measureTiling(modelPath, imagePath, Number(channel));
