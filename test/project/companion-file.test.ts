import { expect, test } from 'vitest';
import { findCompanion, labelledStem, stemOf } from '../../src-main/project/companion-file.ts';

test.each([
  ['plate 1/HeLa_1.ome.tif', 'HeLa_1'],
  ['a.b.tiff', 'a.b'],
  ['points.csv', 'points'],
  ['exp.2', 'exp.2'],
])('the stem of %s is %s', (name, stem) => expect(stemOf(name)).toBe(stem));

test.each([
  ['HeLa_1_label.tif', 'HeLa_1'],
  ['img-masks.png', 'img'],
  ['A01 truth.tif', 'A01'],
  ['unlabelled.tif', null],
  ['HeLa_1_phase.tif', null],
])('%s is a label image of %s', (name, stem) => expect(labelledStem(name)).toBe(stem));

test('a companion has the same stem, or one that goes on at a separator; never a doubtful one', () => {
  const files = ['HeLa_1_label.tif', 'HeLa_10_label.tif', 'A02_s1_label.tif'];
  expect(findCompanion('HeLa_1', files)).toBe(0);
  expect(findCompanion('HeLa_10', files)).toBe(1);
  expect(findCompanion('HeLa_100', files)).toBeNull();
  expect(findCompanion('A02_s1_dna', files)).toBe(2);
  expect(findCompanion('plate/HeLa_1', files)).toBe(0);
  expect(findCompanion('field', ['field_a_label.tif', 'field_b_label.tif'])).toBeNull();
  expect(findCompanion('field', ['field_points.csv'])).toBe(0);
});
