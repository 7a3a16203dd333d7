import { describe, expect, test } from 'vitest';
import type { FloatPlane } from '../../../src-main/contract/pixels.ts';
import { gaussianFilter } from '../../../src-main/imaging/filters/gaussian-filter.ts';
import { fillPadding } from '../../../src-main/imaging/padding/fill-padding.ts';
import { fillMissing } from '../../../src-main/imaging/padding/fill-missing.ts';
import { findPadding } from '../../../src-main/imaging/padding/find-padding.ts';
import { isBlank } from '../../../src-main/imaging/padding/is-blank.ts';
import { outsidePadding } from '../../../src-main/imaging/intensity/outside-padding.ts';
import { shownPart } from '../../../src-main/imaging/padding/shown-part.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';

/** Blurred noise around `level`, in whole numbers from 0: a camera image of a dim field. */
function field(height: number, width: number, level: number, seed = 1, sigmaPx = 1): FloatPlane {
  const random = new SeededRandom(seed);
  const noise = {
    height,
    width,
    data: Float32Array.from({ length: height * width }, () => 40 * random.normal()),
  };
  const { data } = gaussianFilter(noise, sigmaPx);
  return { height, width, data: data.map((value) => Math.max(0, Math.round(level + value))) };
}

/** Keeps the pixels where `isShown` holds; the others become `value`. */
function cut(plane: FloatPlane, value: number, isShown: (y: number, x: number) => boolean): FloatPlane {
  const { width } = plane;
  return {
    ...plane,
    data: plane.data.map((v, i) => (isShown(Math.floor(i / width), i % width) ? v : value)),
  };
}

/** A field of 100 × 120 px, rotated by this many degrees about the middle of 160 × 160 px. */
function isInTurned(degrees: number): (y: number, x: number) => boolean {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return (y, x) => {
    const [dy, dx] = [y + 0.5 - 80, x + 0.5 - 80];
    return Math.abs(dy * cos - dx * sin) < 50 && Math.abs(dy * sin + dx * cos) < 60;
  };
}

describe('padding is found to the pixel', () => {
  const shapes: [string, (y: number, x: number) => boolean][] = [
    ['a frame on four sides', (y, x) => y >= 12 && y < 140 && x >= 9 && x < 131],
    ['rows at the bottom and columns on the right', (y, x) => y < 130 && x < 120],
    ['one row', (y) => y > 0],
    ['a field turned by 3°', isInTurned(3)],
    ['a field turned by 20°', isInTurned(20)],
    ['a field turned by 45°', isInTurned(45)],
    ['tiles that leave a corner out', (y, x) => y >= 80 || x < 90],
    ['a gap in the middle of an edge', (y, x) => y >= 40 || x < 50 || x >= 110],
    [
      'gaps in the middle of two edges, one in steps',
      (y, x) => (x < 130 || y < 30 || y > 70) && (y < 120 || x < 40 || x > (y < 140 ? 60 : 90)),
    ],
    ['a gap in a frame', (y, x) => y >= 10 && x >= 10 && (x < 120 || y < 50 || y >= 100)],
    ['a turned field with a missing tile', (y, x) => isInTurned(0)(y, x) && (y > 60 || x < 60 || x > 100)],
    ['tiles in steps, in a frame', (y, x) => y >= 5 && (y >= 40 || x >= 60) && (y >= 100 || x >= 30)],
  ];
  test.each(shapes)('%s', (_, isShown) => {
    for (const [value, level] of [
      [0, 150],
      [255, 150],
      [0, 20], // the noise reaches 0, too
    ] as const) {
      const plane = cut(field(160, 160, level), value, isShown);
      const padding = findPadding(plane);
      expect(padding).not.toBeNull();
      let wrong = 0;
      for (let i = 0; i < plane.data.length; i++) {
        const expected = isShown(Math.floor(i / 160), i % 160) ? 0 : 1;
        if (padding![i] !== expected && plane.data[i] !== value) wrong++;
        if (padding![i] === 0 && expected === 1) wrong++;
      }
      // Rows in a rotated field's corners end where the frame around the field begins.
      expect(wrong).toBeLessThanOrEqual(8);
    }
  });
});

describe('padding of any shape', () => {
  const side = 300;
  const warped = (y: number, x: number): boolean =>
    y > 20 + 10 * Math.sin(x / 25) && x < 280 + 12 * Math.sin(y / 40);
  const round = (y: number, x: number): boolean => Math.hypot(y - 149.5, x - 149.5) < 149;
  /** Nuclei on a dim ground. */
  const cells = (): FloatPlane => {
    const plane = field(side, side, 150);
    for (let i = 0; i < plane.data.length; i++) {
      const [y, x] = [Math.floor(i / side), i % side];
      if (Math.hypot((y % 40) - 20, (x % 40) - 20) < 9) plane.data[i]! += 600;
    }
    return plane;
  };

  test.each<[string, (y: number, x: number) => boolean]>([
    ['a warped field', warped],
    ['a round field', round],
  ])('%s, around which one value is apart from the image', (_, isShown) => {
    const padding = findPadding(cut(cells(), 0, isShown));
    expect(padding).toEqual(
      Uint8Array.from({ length: side ** 2 }, (_v, i) => (isShown(Math.floor(i / side), i % side) ? 0 : 1)),
    );
  });

  test('NaN, however small', () => {
    const isShown = (y: number, x: number): boolean =>
      warped(y, x) && !(y < 40 && x < 3) && !(y === 299 && x === 150);
    const plane = fillMissing(cut(cells(), NaN, isShown));
    expect(plane.data.every(Number.isFinite)).toBe(true);
    expect(findPadding(plane)).toEqual(
      Uint8Array.from({ length: side ** 2 }, (_v, i) => (isShown(Math.floor(i / side), i % side) ? 0 : 1)),
    );
    const found = shownPart([plane]);
    expect(found.planes[0]!.width).toBeLessThan(side);
  });
});

test.each<[string, FloatPlane]>([
  [
    'black between cells that touch',
    cut(field(300, 300, 150), 0, (y, x) => Math.hypot((y % 60) - 30, (x % 60) - 30) < 31),
  ],
  ['a background cut off at 0, seen sharply', field(300, 300, -20, 3, 4)],
  [
    'a dark background of one value with a smooth edge',
    {
      height: 300,
      width: 300,
      data: Float32Array.from({ length: 90_000 }, (_, i) =>
        Math.max(
          0,
          Math.round(300 - 4 * Math.hypot(Math.floor(i / 300) - 150, (i % 300) - 150) + 100 * Math.sin(i)),
        ),
      ),
    },
  ],
  ['noise', field(90, 120, 150)],
  ['a constant image', { height: 64, width: 64, data: new Float32Array(64 * 64).fill(7) }],
  ['a background cut off at 0', field(90, 120, -5)],
  [
    'two cells on a black ground',
    cut(field(90, 120, 150), 0, (y, x) => Math.hypot(y - 30, x - 30) < 20 || Math.hypot(y - 60, x - 90) < 20),
  ],
  [
    'one cell that touches all sides',
    cut(field(90, 90, 150), 0, (y, x) => Math.hypot(y - 44.5, x - 44.5) < 45),
  ],
  ['one even square on black', cut(field(64, 64, 0, 1, 0), 0, () => false)],
  [
    'a bright rectangle of one value',
    {
      height: 64,
      width: 64,
      data: Float32Array.from({ length: 4096 }, (_, i) => (i % 64 > 10 && i > 640 ? 9 : 0)),
    },
  ],
  [
    'saturated cells at the border',
    cut(field(90, 120, 150), 255, (y, x) => Math.hypot(y, x - 60) > 25 && Math.hypot(y - 89, x - 20) > 18),
  ],
])('%s has no padding', (_, plane) => {
  expect(findPadding(plane)).toBeNull();
});

test('what fills padding is the mirrored image, over and over', () => {
  const plane = {
    height: 3,
    width: 7,
    data: Float32Array.of(...Array(7).fill(0), 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 3, 4, 0, 0),
  };
  const padding = Uint8Array.from(plane.data, (value) => (value === 0 ? 1 : 0));
  expect([...fillPadding(plane, padding).data]).toEqual([
    ...[2, 2, 1, 1, 2, 2, 1],
    ...[2, 2, 1, 1, 2, 2, 1],
    ...[4, 4, 3, 3, 4, 4, 3],
  ]);
  expect([...outsidePadding(plane.data, padding)]).toEqual([1, 2, 3, 4]);
  expect(outsidePadding(plane.data, null)).toBe(plane.data);
});

describe('an image is blank', () => {
  const noise = (draw: (random: SeededRandom) => number, seed: number): FloatPlane => {
    const random = new SeededRandom(seed);
    return { height: 128, width: 96, data: Float32Array.from({ length: 128 * 96 }, () => draw(random)) };
  };
  test.each<[string, (random: SeededRandom) => number]>([
    ['black', () => 0],
    ['of one grey', () => 0.1],
    ['white', () => 65535],
    ['one grey level up and down', (random) => 100 + (random.chance() ? 1 : 0)],
    ['camera noise', (random) => Math.round(100 + 3 * random.normal())],
    ['large noise', (random) => 1e5 * random.normal()],
    ['black with a few hot pixels', (random) => (random.uniform() < 0.002 ? 4000 : 0)],
  ])('that is %s', (_, draw) => {
    for (let seed = 1; seed <= 20; seed++) expect(isBlank(noise(draw, seed), null)).toBe(true);
  });

  test.each([
    // Share of the variance that the cell adds: area (π 6² of 12288) × contrast² over the noise's; I is
    // nearly that share.
    { contrast: 4, blank: false }, // 16 × 0.0092 = 0.147 of 1.147: I ≈ 0.12, the limit is 5 / √24352 = 0.032
    { contrast: 0.5, blank: true }, // 0.25 × 0.0092 = 0.0023: no eye would see it
  ])(
    'and not with one cell of 12 px, $contrast times as bright as the noise: $blank',
    ({ contrast, blank }) => {
      const plane = noise((random) => random.normal(), 3);
      for (let y = 0; y < 128; y++) {
        for (let x = 0; x < 96; x++) if (Math.hypot(y - 60, x - 40) < 6) plane.data[y * 96 + x]! += contrast;
      }
      expect(isBlank(plane, null)).toBe(blank);
    },
  );

  test('within its padding', () => {
    const plane = cut(
      noise((random) => 100 + random.normal(), 5),
      0,
      (y) => y > 30,
    );
    expect(isBlank(plane, null)).toBe(false);
    expect(isBlank(plane, findPadding(plane))).toBe(true);
  });
});
