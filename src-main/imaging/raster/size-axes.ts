import { LacssError } from '../../contract/errors.ts';
import { stackAxesOf, type StackAxis } from '../../contract/stack-axes.ts';

/** The axes of a file whose order a person has set. */
export interface SizedAxes {
  sizes: { t: number; z: number; c: number };
  /** For example `CZT`, the fastest axis first; axes that were not named come last, with size 1. */
  pageOrder: string;
}

/**
 * Sizes of a stack's axes in the order a person has set.
 *
 * @param axes in the form of `stackAxesSchema`: `ZC2`.
 * @throws LacssError `setting-invalid` if the file's planes do not fill them.
 */
export function sizeAxes(axes: string, planes: number, fileName: string): SizedAxes {
  const said = stackAxesOf(axes);
  const known = said.reduce((product, { size }) => product * (size ?? 1), 1);
  const open = said.some(({ size }) => size === null);
  if (open ? planes % known !== 0 : planes !== known) {
    const count = `${planes} ${planes === 1 ? 'plane' : 'planes'}`;
    throw new LacssError(
      'setting-invalid',
      `${fileName} holds ${count}, which does not match the axes ${axes}.`,
      {
        subject: fileName,
        remedy:
          'Name its axes in the order of the file, the slowest first, such as ZC2 for two channels per focal plane.',
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
