import { expect, test } from 'vitest';
import { stackAxesSchema } from '../../../../src-main/contract/stack-axes.ts';
import { sizeAxes } from '../../../../src-main/imaging/raster/size-axes.ts';
import { axesChoices } from '../../../../src-renderer/stages/images/axes-choices.ts';

test('each choice is one that the reader takes, and says the same sizes', () => {
  for (const planes of [2, 3, 6, 7, 20, 60]) {
    for (const { axes, label } of axesChoices(planes)) {
      expect(stackAxesSchema.safeParse(axes).success).toBe(true);
      const { t, z, c } = sizeAxes(axes, planes, 'x.tif').sizes;
      const [numbers] = label.split(', ');
      expect(numbers!.match(/\d+/g)!.map(Number)).toEqual([t, z, c].filter((size) => size > 1));
    }
  }
});

test('one plane leaves nothing to choose, six leave eleven ways', () => {
  expect(axesChoices(1)).toEqual([]);
  expect(axesChoices(6).map(({ axes }) => axes)).toEqual([
    ...['C', 'Z', 'T'],
    ...['ZC2', 'C2Z', 'TC2', 'C2T'],
    ...['ZC3', 'C3Z', 'TC3', 'C3T'],
  ]);
});
