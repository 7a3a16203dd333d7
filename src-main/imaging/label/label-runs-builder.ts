import type { LabelRuns } from '../../contract/pixels.ts';

/** Collects the runs of a label image [height, width] row by row, from the top down. */
export class LabelRunsBuilder {
  readonly #height: number;
  readonly #width: number;
  readonly #rowStarts: Uint32Array;
  #starts = new Int32Array(1024);
  #ends = new Int32Array(1024);
  #labels = new Int32Array(1024);
  #count = 0;
  #rows = 0;

  constructor(height: number, width: number) {
    this.#height = height;
    this.#width = width;
    this.#rowStarts = new Uint32Array(height + 1);
  }

  /** Number of rows added. */
  get rows(): number {
    return this.#rows;
  }

  /** Number of runs added. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds the next rows.
   * @param data their labels in row order, 0 for background.
   * @throws RangeError if a label is negative or above 2³¹ − 1, or there are more rows than the image has.
   */
  addRows(data: ArrayLike<number>): void {
    const width = this.#width;
    const rows = data.length / width;
    if (!Number.isInteger(rows) || this.#rows + rows > this.#height) {
      throw new RangeError(`${data.length} labels after ${this.#rows} of ${this.#height} rows of ${width}`);
    }
    for (let start = 0; start < data.length; start += width) {
      const rowEnd = start + width;
      for (let i = start; i < rowEnd;) {
        const label = data[i]!;
        let end = i + 1;
        while (end < rowEnd && data[end] === label) end++;
        if (label !== 0) this.#push(i - start, end - start, label);
        i = end;
      }
      this.#rowStarts[++this.#rows] = this.#count;
    }
  }

  /** Adds rows without labels. @throws RangeError if there are more rows than the image has. */
  addEmptyRows(count: number): void {
    if (this.#rows + count > this.#height) {
      throw new RangeError(`${count} rows after ${this.#rows} of ${this.#height}`);
    }
    this.#rowStarts.fill(this.#count, this.#rows + 1, this.#rows + count + 1);
    this.#rows += count;
  }

  /**
   * The runs of all rows.
   * @throws RangeError if rows are missing.
   */
  build(): LabelRuns {
    if (this.#rows !== this.#height) {
      throw new RangeError(`${this.#rows} rows; expected ${this.#height}`);
    }
    const cut = (values: Int32Array): Int32Array => values.slice(0, this.#count);
    return {
      height: this.#height,
      width: this.#width,
      rowStarts: this.#rowStarts,
      starts: cut(this.#starts),
      ends: cut(this.#ends),
      labels: cut(this.#labels),
    };
  }

  #push(start: number, end: number, label: number): void {
    if (!(label > 0 && label < 2 ** 31))
      throw new RangeError(`labels must be 1 to 2³¹ − 1, received ${label}`);
    if (this.#count === this.#labels.length) this.#grow();
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#labels[this.#count++] = label;
  }

  #grow(): void {
    const grown = (values: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(Math.ceil(1.5 * values.length));
      larger.set(values);
      return larger;
    };
    this.#starts = grown(this.#starts);
    this.#ends = grown(this.#ends);
    this.#labels = grown(this.#labels);
  }
}
