import { numberAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import { labelsOf } from './outlines.ts';
import type { DrawnLabels } from './outlines.ts';

/**
 * The label image of outlines as text: one cell per line, as x, y, x, y … in pixels, separated by commas.
 * Cellpose
 * writes this (`…_cp_outlines.txt`), with whole numbers for the pixels on the border. So 0.5 is added to
 * whole
 * numbers, and the border itself belongs to the cell.
 *
 * @param height height of the annotated image.
 * @throws LacssError `file-damaged` if a line is something else, `image-size-mismatch` if a cell is outside.
 */
export function readOutlinesText(text: string, fileName: string, height: number, width: number): DrawnLabels {
  const lines = text.split(/\r?\n/);
  const shapes = lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const values = line.split(',').map((value) => (value.trim() === '' ? NaN : Number(value)));
    if (values.length < 6 || values.length % 2 === 1 || !values.every(Number.isFinite)) {
      throw new LacssError('file-damaged', `${fileName}, line ${i + 1}: not an outline as x,y,x,y …`, {
        subject: fileName,
        remedy: 'Each line must have the x and y of at least three positions, separated by commas.',
      });
    }
    return [values];
  });
  const isWhole = shapes.every((values) => values.every(Number.isInteger));
  return labelsOf(
    shapes.map((values, i) => {
      const border = values.map((_, k) => numberAt(values, k ^ 1));
      const ring = border.map((value) => value + (isWhole ? 0.5 : 0));
      return { label: i + 1, rings: [ring], pixels: isWhole ? border : [] };
    }),
    fileName,
    height,
    width,
  );
}
