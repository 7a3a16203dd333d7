import { describe, expect, test } from 'vitest';
import { fitSize } from '../../src-main/model-export/fit-size.ts';

const sizes = [
  { height: 176, width: 208, cells: 5 },
  { height: 272, width: 208, cells: 5 },
  { height: 176, width: 304, cells: 5 },
  { height: 176, width: 208, cells: 7 },
  { height: 368, width: 464, cells: 11 },
];
type Size = (typeof sizes)[number];

describe('what a number depends on', () => {
  const cases: [string, (size: Size) => number, object][] = [
    ['nothing', () => 0.5, { of: null, value: 0.5 }],
    ['height', ({ height }) => height / 16, { of: 'height', numerator: 1, denominator: 16, offset: 0 }],
    ['width', ({ width }) => width / 4 - 2, { of: 'width', numerator: 1, denominator: 4, offset: -2 }],
    ['cells', ({ cells }) => 576 * cells, { of: 'cells', numerator: 576, denominator: 1, offset: 0 }],
    [
      'area',
      ({ height, width }) => (3 * height * width) / 64,
      { of: 'area', numerator: 3, denominator: 64, offset: 0 },
    ],
    [
      'one over the area, as float32',
      ({ height, width }) => Math.fround(16 / (height * width)),
      { of: 'area', numerator: 1, denominator: 16, offset: 0, inverse: true },
    ],
  ];
  test.each(cases)('%s', (_, numberAt, expected) => {
    expect(fitSize(sizes.map(numberAt), sizes)).toMatchObject(expected);
  });

  test('what no rule gives is refused', () => {
    const unknown: ((size: Size) => number)[] = [
      ({ height, width }) => height + width,
      ({ height }) => Math.sqrt(height),
      ({ height }) => height / 3,
      ({ cells }) => (cells === 11 ? 12 : cells),
    ];
    for (const numberAt of unknown) expect(fitSize(sizes.map(numberAt), sizes)).toBeNull();
  });
});
