import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { Locations } from '../contract/pixels.ts';

/** napari gives the centre of the first pixel as 0, 0. Here it is 0.5, 0.5. */
const napariOffsetPx = 0.5;

/**
 * Reads locations from a text table: a header that names columns `y` and `x` (others are ignored), then one
 * location per line in px. The centre of the first pixel is 0.5, 0.5. Commas, semicolons or tabs separate
 * columns. Blank lines are skipped. A points layer of napari (`axis-0`, `axis-1`) is read too, and moved by
 * half a pixel.
 * @param size of the locations' image; a location outside it is an error.
 * @throws LacssError `annotation-invalid`, naming the file, the line and the reason.
 */
export function parseLocationsCsv(
  text: string,
  fileName: string,
  size?: { height: number; width: number },
): Locations {
  const refuse = (line: number, reason: string): never => {
    throw new LacssError('annotation-invalid', `${fileName}, line ${line}: ${reason}`, {
      subject: fileName,
      remedy:
        'The file needs the header line "y,x", then one location in px per line, such as "103.5,67.25".',
    });
  };
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const headerIndex = lines.findIndex((line) => line.trim() !== '');
  if (headerIndex < 0) return refuse(1, 'the file is empty');
  const header = itemAt(lines, headerIndex);
  const separator = [',', ';', '\t'].find((candidate) => header.includes(candidate)) ?? ',';
  const names = header.split(separator).map((name) => unquoted(name).toLowerCase());
  if (names.includes('axis-2'))
    refuse(headerIndex + 1, 'these points are in a stack; points of one plane are required');
  const isNapari = names.includes('axis-0') && names.includes('axis-1');
  const columnY = names.indexOf(isNapari ? 'axis-0' : 'y');
  const columnX = names.indexOf(isNapari ? 'axis-1' : 'x');
  if (columnY < 0 || columnX < 0)
    refuse(headerIndex + 1, `a header with y and x is required, found "${header.trim()}"`);

  const packed: number[] = [];
  for (let index = headerIndex + 1; index < lines.length; index++) {
    const line = itemAt(lines, index);
    if (line.trim() === '') continue;
    const cells = line.split(separator).map(unquoted);
    const [y, x] = [cells[columnY], cells[columnX]].map((cell) => {
      const value = cell === undefined || cell === '' ? NaN : Number(cell);
      return Number.isFinite(value)
        ? // As it is kept: rounding may move a point out of the image.
          Math.fround(value + (isNapari ? napariOffsetPx : 0))
        : refuse(index + 1, `two numbers are required, found "${line.trim()}"`);
    }) as [number, number];
    if (size !== undefined && !(y >= 0 && y < size.height && x >= 0 && x < size.width)) {
      refuse(index + 1, `y ${y}, x ${x} is outside the image of ${size.height} × ${size.width} px`);
    }
    packed.push(y, x);
  }
  return Float32Array.from(packed);
}

function unquoted(cell: string): string {
  return cell
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();
}
