/**
 * Axis orders of a tensor in memory. tfjs uses NHWC for images and HWIO for filters. onnxruntime computes in
 * NCHW and OIHW, and fastest in blocks of channels. `channels/8` is [n, c/8, h, w, 8] and `filter/8` is [o/8,
 * i/8, h, w, 8 i, 8 o]. onnxruntime calls these NCHWc and OIHWBiBo. The compiler keeps every value in its
 * original order, and converts it only where a kernel requires another.
 */
import { itemAt, numberAt } from '../../contract/elements.ts';
export type Order = PlainOrder | BlockedOrder;
export type PlainOrder = 'natural' | 'channels-first' | 'filter';
export type BlockedOrder = `channels/${8 | 16}` | `filter/${8 | 16}`;

/** Channels per block if this CPU convolves in blocks; 1 if not. */
export type ChannelBlock = 1 | 8 | 16;

/** A run of positions along one axis: the whole axis, its blocks, or the positions within a block. */
interface AxisRun {
  axis: number;
  length: number;
  /** Step along the axis per position. */
  step: number;
}

/** Whether channels are in blocks. Such a value has the shape of its unblocked order, but other positions. */
export function isBlocked(order: Order): order is BlockedOrder {
  return order.includes('/');
}

/** The order without blocks. */
export function unblocked(order: Order): PlainOrder {
  if (!isBlocked(order)) return order;
  return order.startsWith('channels') ? 'channels-first' : 'filter';
}

function blockOf(order: Order): number {
  return isBlocked(order) ? Number(order.slice(order.indexOf('/') + 1)) : 1;
}

/** `axes[i]` is the logical (tfjs) axis at physical position i, ignoring blocks. */
export function axesOf(order: Order, rank: number): number[] {
  if (order === 'natural') return Array.from({ length: rank }, (_, axis) => axis);
  if (rank !== 4) throw new RangeError(`Order ${order} needs a tensor of rank 4, received rank ${rank}`);
  return unblocked(order) === 'channels-first' ? [0, 3, 1, 2] : [3, 2, 0, 1];
}

/** The shape of the array in memory; onnxruntime gives a blocked array its unblocked shape. */
export function physicalShape(shape: readonly number[], order: Order): number[] {
  return axesOf(order, shape.length).map((axis) => numberAt(shape, axis));
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Whether both shapes have the same lengths. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** The axes that an order divides into blocks. */
function cutAxes(order: Order): readonly number[] {
  if (!isBlocked(order)) return [];
  return order.startsWith('channels') ? [3] : [2, 3];
}

/** The pieces of an order, outermost first. The axes `cut` (those of another order) are divided too. */
function piecesOf(shape: readonly number[], order: Order, block: number, cut: readonly number[]): AxisRun[] {
  const own = cutAxes(order);
  const outer = axesOf(order, shape.length).flatMap((axis): AxisRun[] => {
    if (!own.includes(axis) && !cut.includes(axis)) return [{ axis, length: numberAt(shape, axis), step: 1 }];
    const blocks = { axis, length: numberAt(shape, axis) / block, step: block };
    return own.includes(axis) ? [blocks] : [blocks, { axis, length: block, step: 1 }];
  });
  return [...outer, ...own.map((axis) => ({ axis, length: block, step: 1 }))];
}

/** Both orders divided into common pieces. */
function commonPieces(shape: readonly number[], a: Order, b: Order): [AxisRun[], AxisRun[]] {
  const block = Math.max(blockOf(a), blockOf(b));
  return [piecesOf(shape, a, block, cutAxes(b)), piecesOf(shape, b, block, cutAxes(a))];
}

function samePlace(a: AxisRun, b: AxisRun): boolean {
  return a.axis === b.axis && a.step === b.step;
}

/** Whether both orders have equal positions in memory, because only axes of length 1 move. */
export function sameInMemory(shape: readonly number[], a: Order, b: Order): boolean {
  if (a === b) return true;
  const long = (pieces: AxisRun[]): AxisRun[] => pieces.filter(({ length }) => length > 1);
  const [ofA, ofB] = commonPieces(shape, a, b);
  const moved = long(ofB);
  return long(ofA).every((piece, i) => samePlace(piece, itemAt(moved, i)));
}

/** How to convert one order into another: reshape to `lengths`, then permute the axes by `perm`. */
export function movement(
  shape: readonly number[],
  from: Order,
  to: Order,
): { lengths: number[]; perm: number[] } {
  const [source, target] = commonPieces(shape, from, to);
  return {
    lengths: source.map(({ length }) => length),
    perm: target.map((piece) => source.findIndex((other) => samePlace(piece, other))),
  };
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
  const { lengths, perm } = movement(shape, from, to);
  const sourceStrides = lengths.map((_, place) => sizeOf(lengths.slice(place + 1)));
  const sizes = perm.map((place) => numberAt(lengths, place));
  const strides = perm.map((place) => numberAt(sourceStrides, place));
  const last = sizes.length - 1;
  const [run, step] = [numberAt(sizes, last), numberAt(strides, last)];
  const at = sizes.map(() => 0);
  let source = 0;
  for (let target = 0; target < result.length;) {
    for (let i = 0, from = source; i < run; i++, from += step) result[target++] = values[from]!;
    // Advance to the next run, like an odometer.
    for (let place = last - 1; place >= 0; place--) {
      source += numberAt(strides, place);
      at[place] = numberAt(at, place) + 1;
      if (numberAt(at, place) < numberAt(sizes, place)) break;
      source -= numberAt(sizes, place) * numberAt(strides, place);
      at[place] = 0;
    }
  }
  return result;
}
