import { numberAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';

/** Shapes may cover the image so many times. */
const mostLayers = 16;

/** Shapes may always cover so many pixels. */
const alwaysPixels = 2 ** 28;

/** Drawing a span, or finding where an outline crosses a row, takes as long as so many pixels. */
const pixelsPerSpan = 16;

/** An outline may cross so many rows: 8 bytes each. */
const mostCrossings = 2 ** 23;

/**
 * Limits what the shapes of a file take to draw. A file of 8 MB can have 100,000 shapes that all cover the
 * whole image, or one outline that crosses it 500,000 times: they would take hours, or the whole memory.
 */
export class DrawingBudget {
  readonly #fileName: string;
  readonly #height: number;
  #left: number;

  /** @param height height of the image */
  constructor(fileName: string, height: number, width: number) {
    this.#fileName = fileName;
    this.#height = height;
    this.#left = Math.max(alwaysPixels, mostLayers * height * width);
  }

  /**
   * Counts the rows that the closed rings of a shape cross, before they are looked for.
   * @throws LacssError `file-unsupported`
   */
  cross(rings: readonly ArrayLike<number>[]): void {
    let crossings = 0;
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        const [y, next] = [numberAt(ring, i), numberAt(ring, i + 2 < ring.length ? i + 2 : 0)];
        const top = Math.max(0, Math.min(y, next));
        const bottom = Math.min(this.#height, Math.max(y, next));
        if (bottom > top) crossings += bottom - top;
      }
    }
    if (crossings > mostCrossings) throw this.#spent();
    this.#take(pixelsPerSpan * crossings);
  }

  /** Counts a span of pixels. @throws LacssError `file-unsupported` */
  draw(pixels: number): void {
    this.#take(pixelsPerSpan + pixels);
  }

  #take(pixels: number): void {
    this.#left -= pixels;
    if (this.#left < 0) throw this.#spent();
  }

  #spent(): LacssError {
    return new LacssError(
      'file-unsupported',
      `${this.#fileName} has outlines that overlap too often: drawing them would take too long.`,
      {
        subject: this.#fileName,
        remedy: 'Check that it is the right file. It should have one outline per cell.',
      },
    );
  }
}
