import type { Box, ContourSet } from '../../src-main/contract/pixels.ts';

/** Finds the cell at a position, and the bounding box of a cell. */
export class ContourIndex {
  readonly #set: ContourSet;
  readonly #rings = new Map<number, number[]>();
  readonly #boxes = new Map<number, Box>();

  constructor(set: ContourSet) {
    this.#set = set;
    const { points, ringStarts, ringLabels } = set;
    for (let ring = 0; ring < ringLabels.length; ring++) {
      const label = ringLabels[ring]!;
      const rings = this.#rings.get(label);
      if (rings) rings.push(ring);
      else this.#rings.set(label, [ring]);
      const box = this.#boxes.get(label) ?? {
        top: Infinity,
        left: Infinity,
        bottom: -Infinity,
        right: -Infinity,
      };
      for (let i = ringStarts[ring]!; i < ringStarts[ring + 1]!; i++) {
        const y = points[2 * i]!;
        const x = points[2 * i + 1]!;
        box.top = Math.min(box.top, y);
        box.bottom = Math.max(box.bottom, y);
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x);
      }
      this.#boxes.set(label, box);
    }
  }

  box(label: number): Box | null {
    return this.#boxes.get(label) ?? null;
  }

  /** The rings of a label, vertices packed y, x; none where it is unknown. */
  rings(label: number): Float32Array[] {
    const { points, ringStarts } = this.#set;
    return (this.#rings.get(label) ?? []).map((ring) =>
      points.subarray(2 * ringStarts[ring]!, 2 * ringStarts[ring + 1]!),
    );
  }

  /** The label at (y, x), without holes; of overlapping cells the smallest. `null` if there is none. */
  labelAt(y: number, x: number): number | null {
    let found: number | null = null;
    let smallest = Infinity;
    for (const [label, box] of this.#boxes) {
      if (y < box.top || y > box.bottom || x < box.left || x > box.right) continue;
      const area = (box.bottom - box.top) * (box.right - box.left);
      if (area >= smallest || !this.#holds(label, y, x)) continue;
      found = label;
      smallest = area;
    }
    return found;
  }

  /** Even-odd rule over all rings of a label. */
  #holds(label: number, y: number, x: number): boolean {
    const { points, ringStarts } = this.#set;
    let inside = false;
    for (const ring of this.#rings.get(label) ?? []) {
      const start = ringStarts[ring]!;
      const end = ringStarts[ring + 1]!;
      for (let i = start, j = end - 1; i < end; j = i++) {
        const yi = points[2 * i]!;
        const yj = points[2 * j]!;
        if (yi > y === yj > y) continue;
        const xi = points[2 * i + 1]!;
        const xj = points[2 * j + 1]!;
        if (x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
      }
    }
    return inside;
  }
}
