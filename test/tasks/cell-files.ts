import type { LabelImage } from '../../src-main/contract/pixels.ts';
import { coco } from '../../src-main/formats/coco.ts';
import { geojson } from '../../src-main/formats/geojson.ts';
import { imagejRoiZip } from '../../src-main/formats/imagej-roi-zip.ts';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { traceContours } from '../../src-main/imaging/contours/trace-contours.ts';
import { writePng } from '../../src-main/imaging/png/write-png.ts';
import { rowOfCells, side } from './keep-row-of-cells.ts';

/** Three cells of 8 × 8 px in a row. */
const labels = rowOfCells(3);

/** A numpy file of labels as whole numbers. */
export function npyFile({ height, width, data }: LabelImage = labels): Uint8Array {
  const header = `{'descr': '<i4', 'fortran_order': False, 'shape': (${height}, ${width}), }\n`;
  const start = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([start, new TextEncoder().encode(header), bytes]);
}

/** The border of each cell as Cellpose writes it: x, y of every pixel, around the cell. */
const outlines = [0, 16, 32]
  .map((left) => {
    const steps = [...new Array(7).keys()];
    const around = [
      ...steps.map((i) => [left + i, 0]),
      ...steps.map((i) => [left + 7, i]),
      ...steps.map((i) => [left + 7 - i, 7]),
      ...steps.map((i) => [left, 7 - i]),
    ];
    return `${around.join(',')}\n`;
  })
  .join('');

/** Files of other programs with these cells, by name. */
export const cellFiles: Record<string, () => Uint8Array | string> = {
  'field-1_label.tif': () => labelTiff(labels),
  'field-1_cp_masks.png': () =>
    writePng({ height: side, width: side, channels: 1, data: Uint16Array.from(labels.data) }),
  'field-1_rois.zip': () => imagejRoiZip(traceContours(labels)),
  'field-1.geojson': () => geojson(traceContours(labels), { cells: [], scores: new Map() }),
  'qupath.json': () => geojson(traceContours(labels), { cells: [], scores: new Map() }),
  'coco.json': () => coco([{ fileName: 'field-1.tif', name: 'field-1', labels }]),
  'field-1_seg.npy': npyFile,
  'field-1_cp_outlines.txt': () => outlines,
};
