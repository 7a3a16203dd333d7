import { describe, expect, test } from 'vitest';
import { UnusablePixels } from '../../src-main/imaging/unusable-pixels.ts';

/** The message about a picture in which x is NaN. Rows are checked in bands of one or more. */
function refusal(picture: readonly string[], rowsAtOnce = 1): string {
  const width = picture[0]!.length;
  const unusable = new UnusablePixels();
  for (let y = 0; y < picture.length; y += rowsAtOnce) {
    const rows = picture.slice(y, y + rowsAtOnce).join('');
    unusable.check(
      Float32Array.from(rows, (c) => (c === 'x' ? NaN : c === '∞' ? Infinity : 1)),
      width,
      y,
    );
  }
  try {
    unusable.refuse('field', 'DAPI');
  } catch (error) {
    return (error as Error).message;
  }
  return 'fine';
}

describe.each([1, 2, 100])('in bands of %i rows', (rows) => {
  test.each([
    ['a frame', ['xxxxx', 'x...x', 'xxxxx']],
    ['a corner', ['xx...', 'x....', '.....']],
    ['a gap that reaches the lower edge only', ['.....', '..x..', '.xx..', '.x...']],
    ['a gap that reaches the right edge by a bend', ['......', '.xxx..', '.x.xxx', '......']],
    ['arms of the upper edge that join further down', ['x...x', '.x.x.'.replaceAll('.', 'x'), '.....']],
    ['a U open at the top, joined below', ['.x.x.', '.x.x.', '.xxx.', '.....']],
    ['two arms from below that join at the top', ['.....', '.xxx.', '.x.x.', '.x.x.']],
  ])('NaN beside the image is no error: %s', (_, picture) => {
    expect(refusal(picture, rows)).toBe('fine');
  });

  test.each([
    ['one pixel', ['....', '.x..', '....'], '1 pixel that is', 'row 1, column 1'],
    ['a ring', ['.....', '.xxx.', '.x.x.', '.xxx.', '.....'], '8 pixels that are', 'row 1, column 1'],
    [
      'touching a frame at a corner alone',
      ['xxxx.', 'x..x.', '..x..', '.....'],
      '1 pixel that',
      'row 2, column 2',
    ],
    ['a U within', ['.....', '.x.x.', '.x.x.', '.xxx.', '.....'], '7 pixels that are', 'row 1, column 1'],
    [
      'two holes, the later one ends first',
      ['......', '..x...', '..x.x.', '..x...', '......'],
      '4 pixels that are',
      'row 1, column 2',
    ],
    ['beside a frame', ['xxxxx', 'x...x', 'x.x.x', 'x...x'], '1 pixel that', 'row 2, column 2'],
    ['everywhere', ['xxx', 'xxx'], '6 pixels that are', 'row 0, column 0'],
    [
      'before an infinity',
      ['....', '.x..', '..∞.', '....'],
      '2 pixels that are',
      'NaN, is in row 1, column 1',
    ],
    ['after an infinity', ['..∞.', '.x..', '....'], '2 pixels that are', 'Infinity, is in row 0, column 2'],
  ])('NaN within the image is refused with number and place: %s', (_, picture, count, place) => {
    const message = refusal(picture, rows);
    expect(message).toContain(`field holds ${count}`);
    expect(message).toContain(place);
  });
});
