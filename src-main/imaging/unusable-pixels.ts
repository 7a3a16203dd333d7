import { LacssError } from '../contract/errors.ts';

/** Counts a plane's pixels that are unusable for computation: NaN, infinite, or beyond 32-bit reals. */
export class UnusablePixels {
  #notNumbers = 0;
  #tooLarge = 0;
  #first: { value: number; y: number; x: number } | null = null;

  /**
   * Checks the values of some rows.
   * @param top the row of the first value
   * @param stepPx rows and columns of the file per value
   * @param allowsMissing whether NaN may stand for pixels beside the image; the caller checks where
   */
  check(values: ArrayLike<number>, width: number, top: number, stepPx = 1, allowsMissing = false): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isFinite(Math.fround(value)) || (allowsMissing && Number.isNaN(value))) continue;
      this.#first ??= { value, y: top + stepPx * Math.floor(i / width), x: stepPx * (i % width) };
      if (Number.isFinite(value)) this.#tooLarge++;
      else this.#notNumbers++;
    }
  }

  /**
   * @param name the image's name in messages
   * @throws LacssError `image-invalid` if there are any
   */
  refuse(name: string, channel: string): void {
    if (this.#first === null) return;
    const { value, y, x } = this.#first;
    const pixels = (count: number): string => (count === 1 ? '1 pixel' : `${count} pixels`);
    const kinds = [
      ...(this.#notNumbers > 0
        ? [
            `${pixels(this.#notNumbers)} that ${this.#notNumbers === 1 ? 'is not a number' : 'are not numbers'} (NaN or infinite)`,
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
          this.#notNumbers > 0
            ? 'Replace them, for example in ImageJ with Process › Math › NaN Background or Remove NaNs. Or crop the image. Then add it again.'
            : 'Divide the image by a number that brings its values into that range. Or crop it. Then add it again.',
      },
    );
  }
}
