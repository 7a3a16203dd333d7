import { CsvError, parse } from 'csv-parse/sync';
import type { InfoRecord } from 'csv-parse/sync';
import { LacssError } from '../contract/errors.ts';
import type { Locations } from '../contract/pixels.ts';

/** napari gives the centre of the first pixel as 0, 0. Here it is 0.5, 0.5. */
const napariOffsetPx = 0.5;

/**
 * Reads locations from a text table. Its header names columns `y` and `x`; others are ignored. Each further
 * line is one location in px. The centre of the first pixel is 0.5, 0.5. Commas, semicolons or tabs separate
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
  const firstLine = /[^\s\uFEFF].*/.exec(text)?.[0];
  if (firstLine === undefined) return refuse(1, 'the file is empty');
  const delimiter = [',', ';', '\t'].find((candidate) => firstLine.includes(candidate)) ?? ',';
  const rows = rowsOf(text, delimiter, refuse);
  const header = rows.shift();
  if (header === undefined) return refuse(1, 'the file is empty');
  const names = header.cells.map((name) => name.toLowerCase());
  if (names.includes('axis-2'))
    refuse(header.line, 'these points are in a stack; points of one plane are required');
  const isNapari = names.includes('axis-0') && names.includes('axis-1');
  const columnY = names.indexOf(isNapari ? 'axis-0' : 'y');
  const columnX = names.indexOf(isNapari ? 'axis-1' : 'x');
  if (columnY < 0 || columnX < 0)
    refuse(header.line, `a header with y and x is required, found "${firstLine.trim()}"`);

  const packed: number[] = [];
  for (const { cells, line } of rows) {
    const [y, x] = [cells[columnY], cells[columnX]].map((cell) => {
      const value = cell === undefined || cell === '' ? NaN : Number(cell);
      return Number.isFinite(value)
        ? // As it is kept: rounding may move a point out of the image.
          Math.fround(value + (isNapari ? napariOffsetPx : 0))
        : refuse(line, `two numbers are required, found "${cells.join(delimiter)}"`);
    }) as [number, number];
    if (size !== undefined && !(y >= 0 && y < size.height && x >= 0 && x < size.width)) {
      refuse(line, `y ${y}, x ${x} is outside the image of ${size.height} × ${size.width} px`);
    }
    packed.push(y, x);
  }
  return Float32Array.from(packed);
}

/** The rows of a table that are not blank, each with the number of its line. */
function rowsOf(
  text: string,
  delimiter: string,
  refuse: (line: number, reason: string) => never,
): { cells: string[]; line: number }[] {
  try {
    // The library's types leave out what `info` adds to a row.
    const rows = parse(text, {
      bom: true,
      delimiter,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      trim: true,
    }) as unknown as { record: string[]; info: InfoRecord }[];
    return rows.map(({ record, info }) => ({ cells: record.map((cell) => cell.trim()), line: info.lines }));
  } catch (error) {
    // Every other rule of the format is relaxed.
    if (error instanceof CsvError) {
      const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED';
      const line = (error as { lines?: number }).lines ?? 1;
      if (isOpen) return refuse(line, 'a quotation mark (") is not closed');
      return refuse(line, 'a quotation mark (") is followed by other text');
    }
    throw error;
  }
}
