import { LacssError } from '../../contract/errors.ts';
import { axesOf, type StackAxis } from '../../contract/stack-axes.ts';

/** The axes of a file whose order a person has said. */
export interface SizedAxes {
  sizes: { t: number; z: number; c: number };
  /** `CZT` and so on, the fastest axis first; axes that were not named come last, with size 1. */
  pageOrder: string;
}

/**
 * The sizes of a stack's axes as a person has said them.
 *
 * @param axes as `stackAxesSchema` has them: `ZC2`.
 * @throws LacssError `setting-invalid` where the file's planes don't fill them.
 */
export function sizeAxes(axes: string, planes: number, fileName: string): SizedAxes {
  const said = axesOf(axes);
  const known = said.reduce((product, { size }) => product * (size ?? 1), 1);
  const open = said.some(({ size }) => size === null);
  if (open ? planes % known !== 0 : planes !== known) {
    const count = `${planes} ${planes === 1 ? 'plane' : 'planes'}`;
    throw new LacssError(
      'setting-invalid',
      `${fileName} holds ${count}, which the axes ${axes} do not fit.`,
      {
        subject: fileName,
        remedy:
          'Name its axes in the order of the file, the slowest first: ZC2 for two channels of each focal plane.',
      },
    );
  }
  const sizeOf = (axis: StackAxis['axis']): number => {
    const named = said.find((one) => one.axis === axis);
    return named === undefined ? 1 : (named.size ?? planes / known);
  };
  const fastestFirst = said.map(({ axis }) => axis).reverse();
  const unnamed = (['C', 'Z', 'T'] as const).filter((axis) => !fastestFirst.includes(axis));
  return {
    sizes: { t: sizeOf('T'), z: sizeOf('Z'), c: sizeOf('C') },
    pageOrder: [...fastestFirst, ...unnamed].join(''),
  };
}
