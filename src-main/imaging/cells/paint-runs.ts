import { int32At, itemAt, uint32At } from '../../contract/elements.ts';
import type { LabelRuns } from '../../contract/pixels.ts';
import type { CellMask } from '../../contract/review-document.ts';
import { boxOf, eachRun } from './cell-mask.ts';

/**
 * A label image with instances of another one, and with masks on the pixels between them.
 * @param idOf the new label of each remaining instance, by its old label
 * @param masks by label
 */
export function paintRuns(
  { height, width, rowStarts, starts, ends, labels }: LabelRuns,
  idOf: ReadonlyMap<number, number>,
  masks: ReadonlyMap<number, CellMask>,
): LabelRuns {
  /** Start, end and label of the masks' runs, by row. */
  const rows = new Map<number, [number, number, number][]>();
  let count = labels.length;
  for (const [id, mask] of masks) {
    eachRun(mask, boxOf(mask), (y, start, end) => {
      const row = rows.get(y);
      if (row === undefined) rows.set(y, [[start, end, id]]);
      else row.push([start, end, id]);
      count++;
    });
  }
  const painted = {
    rowStarts: new Uint32Array(height + 1),
    starts: new Int32Array(count),
    ends: new Int32Array(count),
    labels: new Int32Array(count),
  };
  let at = 0;
  const push = (start: number, end: number, id: number): void => {
    painted.starts[at] = start;
    painted.ends[at] = end;
    painted.labels[at++] = id;
  };
  for (let y = 0; y < height; y++) {
    const row = (rows.get(y) ?? []).sort((a, b) => a[0] - b[0]);
    let next = 0;
    for (let run = uint32At(rowStarts, y); run < uint32At(rowStarts, y + 1); run++) {
      const id = idOf.get(int32At(labels, run));
      if (id === undefined) continue;
      for (; next < row.length && itemAt(row, next)[0] < int32At(starts, run); next++)
        push(...itemAt(row, next));
      push(int32At(starts, run), int32At(ends, run), id);
    }
    for (; next < row.length; next++) push(...itemAt(row, next));
    painted.rowStarts[y + 1] = at;
  }
  return {
    height,
    width,
    rowStarts: painted.rowStarts,
    starts: painted.starts.slice(0, at),
    ends: painted.ends.slice(0, at),
    labels: painted.labels.slice(0, at),
  };
}
