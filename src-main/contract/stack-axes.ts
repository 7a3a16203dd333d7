import { z } from 'zod';

/**
 * Order of the planes in a file: its axes, slowest first, each with its size. One axis may omit its size.
 * `ZC2`: the two channels of a focal plane are adjacent. `C2Z`: all focal planes of one channel, then all of
 * the other.
 */
export const stackAxesSchema = z
  .string()
  .regex(/^(?!.*([TZC]).*\1)(?:[TZC]\d*){1,3}$/)
  .refine((axes) => stackAxesOf(axes).filter(({ size }) => size === null).length < 2)
  .refine((axes) => stackAxesOf(axes).every(({ size }) => size !== 0));

/** One axis of a stack; `null` is a size that follows from the number of planes. */
export interface StackAxis {
  axis: 'T' | 'Z' | 'C';
  size: number | null;
}

/** The axes, the slowest first. */
export function stackAxesOf(axes: string): StackAxis[] {
  return [...axes.matchAll(/([TZC])(\d*)/g)].map(([, axis, digits]) => ({
    axis: axis as StackAxis['axis'],
    size: digits === '' ? null : Number(digits),
  }));
}
