import type { Box } from '../../contract/pixels.ts';

/** Side of a square of the grid, px: about the diameter of a cell. */
const squarePx = 64;
/** A box gets one entry per square that it meets. */
const rowSquares = 2 ** 24;

/** Finds the boxes near a place, with time in proportion to the place. */
export class BoxGrid {
  readonly #squares = new Map<number, number[]>();

  add(id: number, box: Box): void {
    for (const square of squaresOf(box)) {
      const ids = this.#squares.get(square);
      if (ids === undefined) this.#squares.set(square, [id]);
      else ids.push(id);
    }
  }

  /** The ids of boxes in the squares that a box meets, each once: all that meet it, and some beside it. */
  near(box: Box): Set<number> {
    const found = new Set<number>();
    for (const square of squaresOf(box)) for (const id of this.#squares.get(square) ?? []) found.add(id);
    return found;
  }
}

function* squaresOf({ top, left, bottom, right }: Box): Generator<number> {
  for (let y = Math.floor(top / squarePx); y * squarePx < bottom; y++) {
    for (let x = Math.floor(left / squarePx); x * squarePx < right; x++) yield y * rowSquares + x;
  }
}
