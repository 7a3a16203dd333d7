import { LacssError } from '../contract/errors.ts';
import { MissingRegions } from './missing-regions.ts';

/**
 * Counts a plane's pixels that are unusable for computation: infinite, beyond 32-bit reals, or NaN within the
 * image. NaN beside it is padding.
 */
export class UnusablePixels {
  readonly #missing = new MissingRegions();
  #infinite = 0;
  #tooLarge = 0;
  #first: { value: number; y: number; x: number } | null = null;

  /**
   * Checks the values of the next rows, from the top down.
   * @param top the row of the first value
   */
  check(values: ArrayLike<number>, width: number, top: number): void {
    for (let start = 0; start < values.length; start += width) {
      const y = top + start / width;
      this.#missing.addRow(values, start, width, y);
      for (let x = 0; x < width; x++) {
        const value = values[start + x]!;
        if (Number.isFinite(Math.fround(value)) || Number.isNaN(value)) continue;
        this.#first ??= { value, y, x };
        if (Number.isFinite(value)) this.#tooLarge++;
        else this.#infinite++;
      }
    }
  }

  /**
   * Refuses the plane after its last row.
   * @param name the image's name in messages
   * @throws LacssError `image-invalid` if there are any
   */
  refuse(name: string, channel: string): void {
    const missing = this.#missing.inner();
    const [first] = [this.#first, missing.first === null ? null : { value: NaN, ...missing.first }]
      .filter((found) => found !== null)
      .sort((a, b) => a.y - b.y || a.x - b.x);
    if (first === undefined) return;
    const { value, y, x } = first;
    const notNumbers = this.#infinite + missing.count;
    const pixels = (count: number): string => (count === 1 ? '1 pixel' : `${count} pixels`);
    const kinds = [
      ...(notNumbers > 0
        ? [
            `${pixels(notNumbers)} that ${notNumbers === 1 ? 'is not a number' : 'are not numbers'} (NaN or infinite)`,
          ]
        : []),
      ...(this.#tooLarge > 0
        ? [`${pixels(this.#tooLarge)} beyond ±3.4 · 10³⁸, the range of 32-bit reals`]
        : []),
    ];
    throw new LacssError(
      'image-invalid',
      `${name} holds ${kinds.join(' and ')} in ${channel}. The first, ${value}, is in row ${y}, column ${x}.`,
      {
        subject: name,
        remedy:
          notNumbers > 0
            ? 'Replace them, for example in ImageJ with Process › Math › NaN Background or Remove NaNs. Or crop the image. Then add it again.'
            : 'Divide the image by a number that brings its values into that range. Or crop it. Then add it again.',
      },
    );
  }
}
