import { expect, test } from 'vitest';
import { areas } from '../../../src-main/imaging/label/areas.ts';
import { centresOfMass } from '../../../src-main/imaging/label/centres-of-mass.ts';
import { labelComponents } from '../../../src-main/imaging/label/label-components.ts';
import { relabel } from '../../../src-main/imaging/label/relabel.ts';
import { drawn, golden, labelImage, mask } from '../golden.ts';
import type { GoldenPlane } from '../golden.ts';

test('labelComponents numbers pieces as scipy does, with 4 and with 8 neighbours', () => {
  const oracle = golden<Record<'mask' | 'four' | 'eight', GoldenPlane>>('label');
  expect(labelComponents(mask(oracle.mask), 4)).toEqual(labelImage(oracle.four));
  expect(labelComponents(mask(oracle.mask), 8)).toEqual(labelImage(oracle.eight));
});

test('labelComponents joins the arms of a U and of a W that meet late', () => {
  const shape = drawn('1.1.1', '1.1.1', '11111');
  const result = labelComponents({ ...shape, data: Uint8Array.from(shape.data) }, 4);
  expect(result.data).toEqual(shape.data);
});

test('labelComponents of an empty mask has no label', () => {
  const labels = labelComponents({ height: 3, width: 4, data: new Uint8Array(12) }, 8);
  expect([...areas(labels)]).toEqual([12]);
});

test('centresOfMass are those of scipy, half a pixel further', () => {
  const { labels, centres } = golden<{ labels: GoldenPlane; centres: number[][] }>('centres-of-mass');
  const found = centresOfMass(labelImage(labels));
  expect(found).toHaveLength(2 * centres.length);
  centres.flat().forEach((value, i) => expect(found[i]).toBeCloseTo(value, 4));
});

test('centresOfMass leaves out the background and labels that no pixel bears', () => {
  expect([...centresOfMass(drawn('3.', '3.', '.1'))]).toEqual([2.5, 1.5, 1, 0.5]);
  expect(centresOfMass(drawn('..'))).toHaveLength(0);
});

test('areas counts pixels, the background under 0', () => {
  expect([...areas(drawn('3.', '3.', '.1'))]).toEqual([3, 1, 0, 2]);
  expect(() => areas({ height: 1, width: 1, data: Int32Array.of(-2) })).toThrow(/received -2/);
});

test('relabel closes gaps and keeps the order', () => {
  const { labels, oldLabels } = relabel(drawn('7.2', '.97'));
  expect(labels).toEqual(drawn('2.1', '.32'));
  expect([...oldLabels]).toEqual([0, 2, 7, 9]);
});
