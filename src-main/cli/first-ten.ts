/** Rows of a list that are printed; `--json` has all of them. */
export const mostRows = 10;

/** The first ten rows of a list, and the number of the others. A row may have several lines. */
export function firstTen(rows: readonly string[]): string[] {
  if (rows.length <= mostRows) return [...rows];
  return [...rows.slice(0, mostRows), `  and ${rows.length - mostRows} more (--json lists all)`];
}

/** One row per image, with a note where the user must know something about it. */
export interface ImageRow {
  text: string;
  note?: string | undefined;
}

/** The first ten rows of a table of images. With `--quiet`, only images with a note are listed. */
export function imageTable(rows: readonly ImageRow[], quiet = false): string[] {
  const shown = quiet ? rows.filter(({ note }) => note !== undefined) : rows;
  return firstTen(shown.map(({ text, note }) => (note === undefined ? text : `${text}\n    ${note}`)));
}

/** The first ten names of a list in one line, and the number of the others. */
export function firstTenNames(names: readonly string[]): string {
  const rest = names.length > mostRows ? ` and ${names.length - mostRows} more` : '';
  return names.slice(0, mostRows).join(', ') + rest;
}
