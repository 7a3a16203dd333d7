import { z } from 'zod';

/** A count in a file: of bytes, steps or edits. */
export const countSchema = z
  .int()
  .min(0)
  .max(2 ** 50);

/** As `countSchema`, at least 1. */
export const positiveCountSchema = countSchema.min(1);

/** Largest 32-bit real number, rounded up: results of a computation. */
const largestReal = 3.5e38;

/** A result of a computation: a loss, a gradient, a figure. */
export const realSchema = z.number().min(-largestReal).max(largestReal);

/** A sum of many results. */
export const sumSchema = z.number().min(-1e300).max(1e300);

/** A length, an area or a brightness, measured or set. The limit is larger than anything in an image. */
export const magnitudeSchema = z.number().positive().max(1e12);

/** Milliseconds; up to three hundred years. */
export const durationMsSchema = z.number().min(0).max(1e13);

/** A share of a whole, or a figure such as AP. */
export const shareSchema = z.number().min(0).max(1);

/** A position along one axis, in image pixels; drawing may leave the image. */
export const coordinateSchema = z.number().min(-1e9).max(1e9);

/** Whether all numbers are coordinates. Beyond, neighbouring reals are further apart than pixels. */
export function areCoordinates(numbers: Float32Array | readonly number[]): boolean {
  // Written so that NaN is refused, too.
  return Array.prototype.every.call(numbers, (number: number) => Math.abs(number) <= 1e9);
}
