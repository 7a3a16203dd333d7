import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * Replaces a plane's padding [height, width] by the mirrored image, as filters do at an image's edge. So no
 * edge appears where the padding begins. Rows are mirrored at their nearest image pixel, repeatedly. Rows
 * without image pixels show mirrored rows.
 * @param padding 1 for padding, by pixel
 * @returns a new plane
 */
export function fillPadding({ height, width, data }: FloatPlane, padding: Uint8Array): FloatPlane {
  const out = data.slice();
  const shownRows: number[] = [];
  for (let y = 0; y < height; y++) {
    const runs = shownRuns(padding, y * width, width);
    if (runs.length > 0) shownRows.push(y);
    for (const [k, { from, to }] of runs.entries()) {
      // Each half of a gap between two runs shows the nearer run.
      const left = k === 0 ? 0 : Math.ceil((runs[k - 1]!.to + from) / 2);
      const right = k + 1 === runs.length ? width : Math.ceil((to + runs[k + 1]!.from) / 2);
      for (let x = left; x < right; x++) {
        if (x < from || x >= to) out[y * width + x] = data[y * width + from + mirrored(x - from, to - from)]!;
      }
    }
  }
  const [first, last] = [shownRows[0], shownRows.at(-1)];
  if (first === undefined || last === undefined) return { height, width, data: out };
  const isShown = new Set(shownRows);
  let above = first;
  for (let y = 0; y < height; y++) {
    if (isShown.has(y)) above = y;
    else {
      const between = y > first && y < last;
      const source = between ? above : first + mirrored(y - first, last + 1 - first);
      out.copyWithin(y * width, source * width, (source + 1) * width);
    }
  }
  return { height, width, data: out };
}

/** The runs of a row outside the padding: columns from … to − 1. */
function shownRuns(padding: Uint8Array, start: number, width: number): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (let x = 0; x < width; x++) {
    if (padding[start + x] !== 0) continue;
    const run = runs.at(-1);
    if (run?.to === x) run.to = x + 1;
    else runs.push({ from: x, to: x + 1 });
  }
  return runs;
}

/** The index inside [0, size) that a mirrored line shows at `index`, before its start or behind its end. */
function mirrored(index: number, size: number): number {
  const phase = ((index % (2 * size)) + 2 * size) % (2 * size);
  return phase < size ? phase : 2 * size - 1 - phase;
}
