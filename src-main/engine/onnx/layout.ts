/**
 * Axis orders in which a tensor's numbers can lie in memory. tfjs thinks NHWC for images and HWIO for filters;
 * onnxruntime computes in NCHW and OIHW. The compiler keeps every value in the order in which it was made and
 * transposes only where a kernel insists.
 */
export type Order = 'natural' | 'channels-first' | 'filter';

/** `axes[i]` is the logical (tfjs) axis that lies at place i in memory. */
export function axesOf(order: Order, rank: number): number[] {
  if (order === 'natural') return Array.from({ length: rank }, (_, axis) => axis);
  if (rank !== 4) throw new RangeError(`Order ${order} needs a tensor of rank 4, received rank ${rank}`);
  return order === 'channels-first' ? [0, 3, 1, 2] : [3, 2, 0, 1];
}

/** The shape of the array in memory. */
export function physicalShape(shape: readonly number[], order: Order): number[] {
  return axesOf(order, shape.length).map((axis) => shape[axis]);
}

/** True where both orders put the numbers at the same places, because only axes of length 1 change their place. */
export function sameInMemory(shape: readonly number[], a: Order, b: Order): boolean {
  if (a === b) return true;
  const long = (order: Order): string =>
    axesOf(order, shape.length)
      .filter((axis) => shape[axis] > 1)
      .join();
  return long(a) === long(b);
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Copies `values` of a tensor of rank 4 from one order to another. */
export function reorder<T extends Float32Array | Int32Array | Uint8Array>(
  values: T,
  shape: readonly number[],
  from: Order,
  to: Order,
): T {
  const result = values.slice() as T;
  if (sameInMemory(shape, from, to)) return result;
  const fromAxes = axesOf(from, shape.length);
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (let place = shape.length - 1; place >= 0; place--) {
    strides[fromAxes[place]] = stride;
    stride *= shape[fromAxes[place]];
  }
  const [a, b, c, d] = axesOf(to, shape.length);
  let target = 0;
  for (let i = 0; i < shape[a]; i++) {
    for (let j = 0; j < shape[b]; j++) {
      for (let k = 0; k < shape[c]; k++) {
        let source = i * strides[a] + j * strides[b] + k * strides[c];
        for (let l = 0; l < shape[d]; l++, source += strides[d]) result[target++] = values[source];
      }
    }
  }
  return result;
}
