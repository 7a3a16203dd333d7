/*
 * Reads of array elements that must exist. For TypeScript, `array[i]` may be undefined. These functions
 * check it. Per cell, point or run of pixels the check costs nothing. Loops over pixels would be up to 30 %
 * slower, so those that eslint.config.js lists read `array[i]!` (docs/decisions/11). There is one function
 * per kind of array, because V8 compiles a function for the kinds it has seen. A single one for all kinds is
 * ten times as slow.
 */

/** For a loop over an array of several kinds: `values[i] ?? missing(values, i)`. @throws RangeError always */
export function missing(array: ArrayLike<unknown>, index: number): never {
  throw new RangeError(`Expected an index below ${array.length}, received ${index}`);
}

/** Element `index` of a list of anything but numbers. @throws RangeError if there is none */
export function itemAt<T>(list: ArrayLike<T>, index: number): T {
  const item = list[index];
  return item === undefined && !(index in list) ? missing(list, index) : (item as T);
}

/** Element `index` of an array of numbers of any kind. @throws RangeError if there is none */
export function numberAt(numbers: ArrayLike<number>, index: number): number {
  return numbers[index] ?? missing(numbers, index);
}

/** As `numberAt`, of 32-bit reals. */
export function float32At(numbers: Float32Array, index: number): number {
  return numbers[index] ?? missing(numbers, index);
}

/** As `numberAt`, of 64-bit reals. */
export function float64At(numbers: Float64Array, index: number): number {
  return numbers[index] ?? missing(numbers, index);
}

/** As `numberAt`, of bytes. */
export function uint8At(numbers: Uint8Array | Uint8ClampedArray, index: number): number {
  return numbers[index] ?? missing(numbers, index);
}

/** As `numberAt`, of 16-bit whole numbers. */
export function uint16At(numbers: Uint16Array, index: number): number {
  return numbers[index] ?? missing(numbers, index);
}

/** As `numberAt`, of 32-bit whole numbers. */
export function uint32At(numbers: Uint32Array, index: number): number {
  return numbers[index] ?? missing(numbers, index);
}

/** As `numberAt`, of 32-bit whole numbers with a sign. */
export function int32At(numbers: Int32Array, index: number): number {
  return numbers[index] ?? missing(numbers, index);
}

/** A list of a known length. */
export type Tuple<
  T,
  Length extends number,
  Got extends readonly T[] = readonly [],
> = Got['length'] extends Length ? Got : Tuple<T, Length, readonly [...Got, T]>;

/**
 * A list as a tuple, so that its items can be given names: `const [h, w, i, o] = tupleOf(filter.shape, 4)`.
 * @throws RangeError if it has another length
 */
export function tupleOf<T, Length extends number>(list: readonly T[], length: Length): Tuple<T, Length> {
  if (list.length !== length)
    throw new RangeError(`Expected ${length} elements, received ${list.length}: [${list.join()}]`);
  return list as unknown as Tuple<T, Length>;
}
