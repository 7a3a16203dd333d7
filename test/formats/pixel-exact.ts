import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { coco } from '../../src-main/formats/coco.ts';
import { geojson } from '../../src-main/formats/geojson.ts';
import { imagejRoiZip } from '../../src-main/formats/imagej-roi-zip.ts';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { traceContours } from '../../src-main/imaging/contours/trace-contours.ts';
import { byLabel, cellsOfCoco, cellsOfGeojson, cellsOfImagejZip, cellsOfLabelTiff } from './reader-rules.ts';
import type { Cells } from './reader-rules.ts';

/** Every format that holds a cell's pixels, written and read back by its readers' rule. */
export const pixelFormats: Record<string, (labels: LabelImage) => Cells | Promise<Cells>> = {
  'label TIFF': (labels) => cellsOfLabelTiff(labelTiff(labels)),
  'ImageJ ROIs': (labels) =>
    cellsOfImagejZip(imagejRoiZip(traceContours(labels)), labels.height, labels.width),
  GeoJSON: (labels) => cellsOfGeojson(geojson(traceContours(labels)), labels.height, labels.width),
  COCO: (labels) => cellsOfCoco(coco([{ fileName: 'a.tif', name: 'a', labels }])),
};

/** Every format that holds a cell's pixels, written and then read by the rule of its readers. */
export async function comparePixels(
  labels: LabelImage,
  read: (labels: LabelImage) => Cells | Promise<Cells>,
): Promise<{ cells: number; pixels: number; wrongCells: number; wrongPixels: number }> {
  const [expected, received] = [byLabel(labels.data), await read(labels)];
  let [pixels, wrongCells, wrongPixels] = [0, 0, 0];
  for (const label of new Set([...expected.keys(), ...received.keys()])) {
    const own = expected.get(label) ?? [];
    const other = received.get(label) ?? [];
    pixels += own.length;
    if (own.length === other.length && own.every((pixel, i) => pixel === other[i])) continue;
    const [a, b] = [new Set(own), new Set(other)];
    wrongPixels +=
      own.filter((pixel) => !b.has(pixel)).length + other.filter((pixel) => !a.has(pixel)).length;
    wrongCells++;
  }
  return { cells: expected.size, pixels, wrongCells, wrongPixels };
}
