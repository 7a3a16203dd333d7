import { LacssError } from '../contract/errors.ts';

/** One row of a table of cells. */
export interface CellRow {
  score: number;
  y: number;
  x: number;
}

const head = 'label,score,y,x';

/** A table of cells (label, score, y, x): one row per cell. */
export function cellsText(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  locations: ArrayLike<number>,
): string {
  const rows = Array.from(
    labels,
    (label, i) => `${label},${scores[i]},${locations[2 * i]},${locations[2 * i + 1]}`,
  );
  return [head, ...rows].join('\n') + '\n';
}

/**
 * Reads such a table. Its rows may have any order.
 * @throws LacssError `file-damaged` if it is another table, or has a label twice
 */
export function parseCells(text: string, path: string): Map<number, CellRow> {
  const [first, ...lines] = text.trimEnd().split(/\r?\n/);
  const rows = lines.map((line) => line.split(',').map(Number));
  const isWhole = first === head && rows.every((row) => row.length === 4 && row.every(Number.isFinite));
  const cells = new Map(rows.map(([label = NaN, score = NaN, y = NaN, x = NaN]) => [label, { score, y, x }]));
  if (isWhole && cells.size === rows.length) return cells;
  const reason = isWhole ? 'it has two rows for one label' : `it is not a table of ${head}`;
  throw new LacssError('file-damaged', `${path} cannot be read: ${reason}.`, {
    subject: path,
    remedy: 'Segment the image again.',
    command: 'lacss segment --again',
  });
}

/**
 * The rows of these labels, in their order.
 * @throws LacssError `annotation-invalid` if the table lacks the row of one
 */
export function rowsOf(
  labels: ArrayLike<number>,
  cells: ReadonlyMap<number, CellRow>,
  files: { labels: string; cells: string },
): CellRow[] {
  const missing = Array.from(labels).filter((label) => !cells.has(label));
  if (missing.length > 0) {
    const some = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ' …' : '');
    throw new LacssError(
      'annotation-invalid',
      `${files.cells} has no row for ${missing.length === 1 ? 'label' : 'labels'} ${some} of ${files.labels}.`,
      {
        subject: files.labels,
        remedy: `Add a row with label, score, y and x for each new cell to ${files.cells}, or remove the cell from the label image.`,
      },
    );
  }
  return Array.from(labels, (label) => cells.get(label)!);
}
