import type { FloatPlane, PixelArray } from '../../contract/pixels.ts';

/**
 * Reduces a plane [height, width] to the means of square blocks of `side` pixels. Blocks at the lower and
 * right edge may be smaller.
 * @returns a plane [⌈height / side⌉, ⌈width / side⌉].
 */
export function blockMeans({ height, width, data }: FloatPlane, side: number): FloatPlane {
  const blocks = new BlockSums(height, width, side);
  blocks.add(data, 0);
  return blocks.means();
}

/** The sums of the blocks of a plane whose rows come in bands, from the top down or in any other order. */
export class BlockSums {
  readonly #height: number;
  readonly #width: number;
  readonly #side: number;
  readonly #columns: number;
  readonly #sums: Float64Array;

  /** @param side of the square blocks, px; a whole number of at least 1. */
  constructor(height: number, width: number, side: number) {
    this.#height = height;
    this.#width = width;
    this.#side = side;
    this.#columns = Math.ceil(width / side);
    this.#sums = new Float64Array(Math.ceil(height / side) * this.#columns);
  }

  /**
   * Adds whole rows.
   * @param data rows of the plane's width, one after the other.
   * @param top the first of these rows.
   */
  add(data: PixelArray, top: number): void {
    const [width, side, columns, sums] = [this.#width, this.#side, this.#columns, this.#sums];
    const rows = data.length / width;
    for (let y = 0, i = 0; y < rows; y++) {
      const row = Math.floor((top + y) / side) * columns;
      for (let column = 0; column < columns; column++) {
        const end = Math.min(width, (column + 1) * side);
        let sum = 0;
        for (let x = column * side; x < end; x++, i++) sum += data[i]!;
        sums[row + column]! += sum;
      }
    }
  }

  /** The means. Call it after all rows were added. */
  means(): FloatPlane {
    const rows = Math.ceil(this.#height / this.#side);
    const out = new Float32Array(this.#sums.length);
    for (let row = 0, i = 0; row < rows; row++) {
      const blockHeight = Math.min(this.#side, this.#height - row * this.#side);
      for (let column = 0; column < this.#columns; column++, i++) {
        out[i] = this.#sums[i]! / (blockHeight * Math.min(this.#side, this.#width - column * this.#side));
      }
    }
    return { height: rows, width: this.#columns, data: out };
  }
}
