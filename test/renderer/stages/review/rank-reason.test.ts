import { expect, test } from 'vitest';
import { areaIn, rankReason, sizeWord } from '../../../../src-renderer/stages/review/rank-reason.ts';

const figures = {
  scores: Float32Array.of(0.22, 0.6, 0.55),
  areasPx: Float32Array.of(1000, 2500, 6250),
  usual: { score: 0.55, areaPx: 2500 },
};

test('a score and an area are compared with the medians', () => {
  expect(rankReason(figures, 0)).toBe('Score 0.22 (median 0.55); area 1\u202f000 px² (0.4× median).');
  expect(rankReason(figures, 1)).toBe('Score 0.60 (median 0.55); area 2\u202f500 px² (1× median).');
  expect(rankReason(figures, 2)).toBe('Score 0.55 (median 0.55); area 6\u202f250 px² (2.5× median).');
});

test('only a size that is far off has a word', () => {
  expect([0, 1, 2].map((cell) => sizeWord(figures, cell))).toEqual(['small', '', 'large']);
});

test('areas are in µm² where the pixels have a size', () => {
  const area = areaIn({ x: 0.5, y: 0.4 });
  expect(area(1000)).toBe('200 µm²');
  expect(areaIn(null)(1000)).toBe('1\u202f000 px²');
});
