import { expect, test } from 'vitest';
import { stackAxesSchema } from '../../../src-main/contract/stack-axes.ts';
import { sizeAxes } from '../../../src-main/imaging/raster/size-axes.ts';

test('the axis without a size takes what is left', () => {
  expect(sizeAxes('ZC2', 6, 'x.tif')).toEqual({ sizes: { t: 1, z: 3, c: 2 }, pageOrder: 'CZT' });
  expect(sizeAxes('C2Z', 6, 'x.tif')).toEqual({ sizes: { t: 1, z: 3, c: 2 }, pageOrder: 'ZCT' });
  expect(sizeAxes('T', 6, 'x.tif')).toEqual({ sizes: { t: 6, z: 1, c: 1 }, pageOrder: 'TCZ' });
  expect(sizeAxes('T2Z3C4', 24, 'x.tif')).toEqual({ sizes: { t: 2, z: 3, c: 4 }, pageOrder: 'CZT' });
});

test.each([
  ['ZC4', 6],
  ['Z2C2', 6],
  ['C2', 1],
])('%s does not fit %i planes', (axes, planes) => {
  expect(() => sizeAxes(axes, planes, 'x.tif')).toThrow(
    expect.objectContaining({ code: 'setting-invalid', subject: 'x.tif' }),
  );
});

test('only axes that say one thing are axes', () => {
  const sound = (axes: string): boolean => stackAxesSchema.safeParse(axes).success;
  expect(['Z', 'ZC2', 'T5Z7C2', 'C2Z'].every(sound)).toBe(true);
  expect(['', 'ZC', 'Z0', 'ZZ2', 'C2C', 'TZCYX', 'c2'].some(sound)).toBe(false);
});
