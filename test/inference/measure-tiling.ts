import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { FloatPlane, Segmentation } from '../../src-main/contract/pixels.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { readImage } from '../fixtures/read-image.ts';
import { planeAt } from '../fixtures/plane-at.ts';
import { resizePlane } from '../../src-main/imaging/resample/resize-plane.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { planTiles } from '../../src-main/inference/plan-tiles.ts';
import type { TilePlan } from '../../src-main/inference/plan-tiles.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import { iouOf } from '../../src-main/metrics/count-overlaps.ts';
import { matchInstances } from '../../src-main/metrics/match-instances.ts';
import { loadModel } from '../../src-main/model/weights.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { scaleFor } from '../../src-main/project/model-inputs.ts';

/**
 * How much tiling changes the found cells: the image in one tile against the image in several. A cell is the
 * same if it shares more than `alike` of its area with one of the other.
 *
 *     npx tsx test/inference/measure-tiling.ts [--tiles 768:96,1152:48] [--columns 4] MODEL IMAGE.tif...
 *
 * Several images of one size are rescaled to the network's size and joined side by side.
 */
const alike = 0.8;

/**
 * Within this distance of the line where two cores meet, the tile's edge may cut a cell's patch, or its
 * location may change sides.
 */
const nearPx = 48;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Largest side and margin, network px. */
    tiles: { type: 'string', default: '768:96,512:96,256:64' },
    /** Images per row. */
    columns: { type: 'string', default: '1' },
  },
});
const [modelPath, ...imagePaths] = positionals as [string, ...string[]];
const engine = await openEngine('auto');
const { card, manifest, bytes } = await loadModelFrom(modelPath);
const model = await loadModel(card, manifest, bytes);
const fields: FloatPlane[] = [];
for (const path of imagePaths) {
  const raster = await readImage(readFileSync(path), basename(path));
  const plane = planeAt(raster, { c: 0 });
  const scale = scaleFor(card, raster.pixelSizeUm);
  fields.push(resizePlane(plane, Math.round(plane.height * scale), Math.round(plane.width * scale)));
}
const image = sideBySide(fields, Number(values.columns));
const { padTo } = model.preset;
const whole = await segment(4096, 96);
process.stdout.write(`${image.height} × ${image.width} px in one tile: ${whole.scores.length} cells\n`);
for (const choice of values.tiles.split(',')) {
  const [tileSizePx, tileMarginPx] = choice.split(':').map(Number) as [number, number];
  const plan = planTiles(image.height, image.width, { tileSizePx, tileMarginPx, padTo });
  const tiled = await segment(tileSizePx, tileMarginPx);
  const computed = (plan.tiles.length * plan.tileHeight * plan.tileWidth) / (image.height * image.width);
  const near = countChanged(tiled, whole, (y, x) => isNearBorder(plan, y, x));
  const far = countChanged(tiled, whole, (y, x) => !isNearBorder(plan, y, x));
  process.stdout.write(
    `${plan.tiles.length} tiles of ${plan.tileHeight} × ${plan.tileWidth} px, margin ${tileMarginPx}, ${computed.toFixed(2)} of the area: ` +
      `${tiled.scores.length} cells; changed at borders ${near}, elsewhere ${far}\n`,
  );
}
model.dispose();
await engine.close();

function segment(tileSizePx: number, tileMarginPx: number): Promise<Segmentation> {
  const control = { signal: new AbortController().signal, onProgress: () => undefined };
  return segmentImage(networkOf(model.inference), [image], { scale: 1, control, tileSizePx, tileMarginPx });
}

/** Of the cells of one segmentation in a part of the image, those that the other lacks. */
function countChanged(
  tiled: Segmentation,
  whole: Segmentation,
  isThere: (y: number, x: number) => boolean,
): string {
  const [gone, were] = missing(whole, tiled, isThere);
  const [added, are] = missing(tiled, whole, isThere);
  return `${gone + added} of ${were + are} (${((100 * (gone + added)) / (were + are)).toFixed(2)} %)`;
}

function missing(
  of: Segmentation,
  from: Segmentation,
  isThere: (y: number, x: number) => boolean,
): [missing: number, all: number] {
  const { overlaps } = matchInstances(of.labels, of.scores, from.labels);
  const found = new Set<number>();
  overlaps.areas.forEach((_, i) => {
    if (iouOf(overlaps, i) > alike) found.add(overlaps.predictionIndex[i]!);
  });
  let [count, all] = [0, 0];
  of.scores.forEach((_, k) => {
    if (!isThere(of.locations[2 * k]!, of.locations[2 * k + 1]!)) return;
    all++;
    if (!found.has(k)) count++;
  });
  return [count, all];
}

function isNearBorder({ tiles }: TilePlan, y: number, x: number): boolean {
  return tiles.some(
    ({ coreTop, coreLeft }) =>
      (coreTop > 0 && Math.abs(y - coreTop) < nearPx) || (coreLeft > 0 && Math.abs(x - coreLeft) < nearPx),
  );
}

function sideBySide(planes: readonly FloatPlane[], columns: number): FloatPlane {
  const { height, width } = planes[0]!;
  const rows = Math.ceil(planes.length / columns);
  const data = new Float32Array(rows * height * columns * width);
  for (let k = 0; k < rows * columns; k++) {
    const plane = planes[k % planes.length]!;
    const start = Math.floor(k / columns) * height * columns * width + (k % columns) * width;
    for (let y = 0; y < height; y++)
      data.set(plane.data.subarray(y * width, (y + 1) * width), start + y * columns * width);
  }
  return { height: rows * height, width: columns * width, data };
}
