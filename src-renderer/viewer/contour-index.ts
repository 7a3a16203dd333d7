import type { Box, ContourSet } from '../../src-main/contract/pixels.ts';
import { changeOf } from './replace-contours.ts';

interface IndexedCell {
  box: Box;
  /** Vertices packed y, x. */
  rings: Float32Array[];
}

const indexed = new WeakMap<ContourSet, ContourIndex>();

/** Finds the cell at a position, and the bounding box of a cell. */
export class ContourIndex {
  readonly #cells: Map<number, IndexedCell>;

  private constructor(cells: Map<number, IndexedCell>) {
    this.#cells = cells;
  }

  /** The index of a set. Of a set that differs little from an earlier one only the difference costs time. */
  static of(set: ContourSet): ContourIndex {
    const known = indexed.get(set);
    if (known) return known;
    const change = changeOf(set);
    const cells = change ? new Map(ContourIndex.of(change.earlier).#cells) : new Map<number, IndexedCell>();
    for (const label of change?.replaced ?? []) cells.delete(label);
    addRings(cells, change?.fresh ?? set);
    const index = new ContourIndex(cells);
    indexed.set(set, index);
    return index;
  }

  box(label: number): Box | null {
    return this.#cells.get(label)?.box ?? null;
  }

  /** The rings of a label, vertices packed y, x; none where it is unknown. */
  rings(label: number): readonly Float32Array[] {
    return this.#cells.get(label)?.rings ?? [];
  }

  /** The label at (y, x), without holes; of overlapping cells the smallest. `null` if there is none. */
  labelAt(y: number, x: number): number | null {
    let found: number | null = null;
    let smallest = Infinity;
    for (const [label, { box, rings }] of this.#cells) {
      if (y < box.top || y > box.bottom || x < box.left || x > box.right) continue;
      const area = (box.bottom - box.top) * (box.right - box.left);
      if (area >= smallest || !isInside(rings, y, x)) continue;
      found = label;
      smallest = area;
    }
    return found;
  }
}

function addRings(cells: Map<number, IndexedCell>, { points, ringStarts, ringLabels }: ContourSet): void {
  for (let ring = 0; ring < ringLabels.length; ring++) {
    const label = ringLabels[ring]!;
    const own = points.subarray(2 * ringStarts[ring]!, 2 * ringStarts[ring + 1]!);
    let cell = cells.get(label);
    if (!cell) {
      cell = { box: { top: Infinity, left: Infinity, bottom: -Infinity, right: -Infinity }, rings: [] };
      cells.set(label, cell);
    }
    cell.rings.push(own);
    const { box } = cell;
    for (let i = 0; i < own.length; i += 2) {
      const y = own[i]!;
      const x = own[i + 1]!;
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
    }
  }
}

/** Even-odd rule over all rings of a label. */
function isInside(rings: readonly Float32Array[], y: number, x: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const yi = ring[i]!;
      const yj = ring[j]!;
      if (yi > y === yj > y) continue;
      const xi = ring[i + 1]!;
      const xj = ring[j + 1]!;
      if (x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  }
  return inside;
}
