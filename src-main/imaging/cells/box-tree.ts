import RBush from 'rbush';
import type { Box } from '../../contract/pixels.ts';

interface Entry {
  id: number;
  box: Box;
}

/** Finds the boxes that meet a place, in an R-tree. */
export class BoxTree {
  readonly #tree = new (class extends RBush<Entry> {
    override toBBox({ box: { top, left, bottom, right } }: Entry) {
      return { minX: left, minY: top, maxX: right, maxY: bottom };
    }
    override compareMinX = (a: Entry, b: Entry): number => a.box.left - b.box.left;
    override compareMinY = (a: Entry, b: Entry): number => a.box.top - b.box.top;
  })();

  add(id: number, box: Box): void {
    this.#tree.insert({ id, box });
  }

  /** Many boxes at once, which is faster than one by one. */
  addAll(boxes: readonly Entry[]): void {
    this.#tree.load(boxes);
  }

  /** The ids of the boxes that overlap or touch a box. */
  near({ top, left, bottom, right }: Box): Set<number> {
    return new Set(
      this.#tree.search({ minX: left, minY: top, maxX: right, maxY: bottom }).map(({ id }) => id),
    );
  }
}
