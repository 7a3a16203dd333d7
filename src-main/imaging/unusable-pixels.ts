import { LacssError } from '../contract/errors.ts';

/** Counts the pixels of a plane that nothing can be computed with: no numbers, and numbers beyond 32-bit reals. */
export class UnusablePixels {
  #notNumbers = 0;
  #tooLarge = 0;
  #first: { value: number; y: number; x: number } | null = null;

  /** Takes note of the values of some rows. @param top the row that the first value is in */
  check(values: ArrayLike<number>, width: number, top: number): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (Number.isFinite(Math.fround(value))) continue;
      this.#first ??= { value, y: top + Math.floor(i / width), x: i % width };
      if (Number.isFinite(value)) this.#tooLarge++;
      else this.#notNumbers++;
    }
  }

  /**
   * @param name what the image is called in messages
   * @throws LacssError `image-invalid` where there are any
   */
  refuse(name: string, channel: string): void {
    if (this.#first === null) return;
    const { value, y, x } = this.#first;
    const pixels = (count: number): string => (count === 1 ? '1 pixel' : `${count} pixels`);
    const kinds = [
      ...(this.#notNumbers > 0
        ? [
            `${pixels(this.#notNumbers)} that ${this.#notNumbers === 1 ? 'is no number' : 'are no numbers'} (NaN or infinite)`,
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
            ? 'Replace them, for instance in ImageJ with Process › Math › NaN Background or Remove NaNs, or cut that part off, and add the image again.'
            : 'Divide the image by a number that brings its values into that range, or cut that part off, and add the image again.',
      },
    );
  }
}
