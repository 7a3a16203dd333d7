import { int32At, uint32At } from '../../contract/elements.ts';
import type { LabelRuns } from '../../contract/pixels.ts';
import { LabelRunsBuilder } from './label-runs-builder.ts';

/** From this number of spans on, covered spans are dropped. A span takes 16 bytes. */
const mostSpans = 2 ** 23;

/**
 * Paints spans of pixels into a label image [height, width], later ones over earlier ones. Memory grows with
 * the spans, not with the pixels.
 */
export class SpanPainter {
  readonly #height: number;
  readonly #width: number;
  readonly #most: number;
  /** Row, start, end and label of each span, in their order. */
  #spans = new Int32Array(4096);
  #count = 0;
  /** The number of spans at which covered spans are dropped. */
  #limit: number;

  /** @param most for tests */
  constructor(height: number, width: number, most = mostSpans) {
    this.#height = height;
    this.#width = width;
    this.#most = most;
    this.#limit = most;
  }

  /** Paints the pixels of row y from column `start` up to `end`, which are inside the image. */
  paint(label: number, y: number, start: number, end: number): void {
    if (this.#count >= this.#limit) this.#dropCovered();
    if (4 * this.#count === this.#spans.length) {
      const larger = new Int32Array(2 * this.#spans.length);
      larger.set(this.#spans);
      this.#spans = larger;
    }
    this.#spans.set([y, start, end, label], 4 * this.#count++);
  }

  /** The label image. @throws RangeError if a label is negative. */
  build(): LabelRuns {
    const rowStarts = new Uint32Array(this.#height + 1);
    for (let i = 0; i < this.#count; i++) {
      const y = int32At(this.#spans, 4 * i);
      rowStarts[y + 1] = uint32At(rowStarts, y + 1) + 1;
    }
    for (let y = 0; y < this.#height; y++)
      rowStarts[y + 1] = uint32At(rowStarts, y + 1) + uint32At(rowStarts, y);
    // The spans by row, in their order within a row.
    const next = rowStarts.slice();
    const order = new Uint32Array(this.#count);
    for (let i = 0; i < this.#count; i++) {
      const y = int32At(this.#spans, 4 * i);
      order[uint32At(next, y)] = i;
      next[y] = uint32At(next, y) + 1;
    }
    const builder = new LabelRunsBuilder(this.#height, this.#width);
    const row = new Int32Array(this.#width);
    for (let y = 0; y < this.#height; y++) {
      const [first, end] = [uint32At(rowStarts, y), uint32At(rowStarts, y + 1)];
      if (first === end) {
        builder.addEmptyRows(1);
        continue;
      }
      row.fill(0);
      for (let k = first; k < end; k++) {
        const at = 4 * uint32At(order, k);
        row.fill(int32At(this.#spans, at + 3), int32At(this.#spans, at + 1), int32At(this.#spans, at + 2));
      }
      builder.addRows(row);
    }
    return builder.build();
  }

  /** Keeps the visible parts of the spans. */
  #dropCovered(): void {
    const { rowStarts, starts, ends, labels } = this.build();
    this.#count = 0;
    this.#limit = Math.max(this.#most, 2 * labels.length);
    for (let y = 0, run = 0; y < this.#height; y++) {
      for (; run < uint32At(rowStarts, y + 1); run++)
        this.paint(int32At(labels, run), y, int32At(starts, run), int32At(ends, run));
    }
  }
}
