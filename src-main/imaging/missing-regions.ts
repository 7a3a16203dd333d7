/** A 4-connected region of NaN pixels in the rows added so far. */
interface MissingRegion {
  /** The region that includes this one now. */
  joined: MissingRegion | null;
  touchesBorder: boolean;
  count: number;
  /** Its first pixel. */
  y: number;
  x: number;
}

/** Columns `start` up to `end` of a row. */
interface MissingRun {
  start: number;
  end: number;
  region: MissingRegion;
}

/**
 * Distinguishes NaN beside an image from NaN within it, row by row from the top down. NaN regions that reach
 * the border are beside it. Only the runs of the last row are held.
 */
export class MissingRegions {
  #above: MissingRun[] = [];
  #numbers = 0;
  #all = 0;
  #inner = { count: 0, first: null as { y: number; x: number } | null };

  /** Adds a row, which starts at `offset` of the values. */
  addRow(values: ArrayLike<number>, offset: number, width: number, y: number): void {
    const runs: MissingRun[] = [];
    let missing = 0;
    for (let x = 0; x < width; x++) {
      if (!Number.isNaN(values[offset + x])) continue;
      const start = x;
      while (x < width && Number.isNaN(values[offset + x])) x++;
      runs.push({ start, end: x, region: this.#regionOf({ start, end: x }, y, width) });
      missing += x - start;
    }
    this.#numbers += width - missing;
    this.#all += missing;
    this.#close(runs);
    this.#above = runs;
  }

  /** The NaN pixels within the image. Call it after the last row. If all pixels are NaN, all count. */
  inner(): { count: number; first: { y: number; x: number } | null } {
    if (this.#numbers > 0 || this.#all === 0) return this.#inner;
    return { count: this.#all, first: { y: 0, x: 0 } };
  }

  /** The region of a run: the region of the runs above it, otherwise a new one. */
  #regionOf({ start, end }: { start: number; end: number }, y: number, width: number): MissingRegion {
    const touchesBorder = y === 0 || start === 0 || end === width;
    const region: MissingRegion = { joined: null, touchesBorder, count: end - start, y, x: start };
    let own = region;
    for (const above of this.#above) {
      if (above.end <= start) continue;
      if (above.start >= end) break;
      own = joined(rootOf(above.region), own);
    }
    return own;
  }

  /** Counts the regions of the row above that end there. Those that reach the last row never end. */
  #close(runs: readonly MissingRun[]): void {
    const open = new Set(runs.map(({ region }) => rootOf(region)));
    for (const root of new Set(this.#above.map(({ region }) => rootOf(region)))) {
      if (open.has(root) || root.touchesBorder) continue;
      this.#inner.count += root.count;
      const { first } = this.#inner;
      if (first === null || root.y < first.y || (root.y === first.y && root.x < first.x)) {
        this.#inner.first = { y: root.y, x: root.x };
      }
    }
  }
}

function rootOf(region: MissingRegion): MissingRegion {
  let root = region;
  while (root.joined !== null) root = root.joined;
  return root;
}

/** Joins two regions. */
function joined(a: MissingRegion, b: MissingRegion): MissingRegion {
  if (a === b) return a;
  const [first, second] = a.y < b.y || (a.y === b.y && a.x <= b.x) ? [a, b] : [b, a];
  second.joined = first;
  first.touchesBorder ||= second.touchesBorder;
  first.count += second.count;
  return first;
}
