import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * For each 4-connected local maximum of a plane, the highest saddle on the way to a higher maximum. `floor`
 * if no saddle above `floor` leads to one.
 *
 * Pixels are added from the highest down and joined to their higher neighbours (union–find). Where two
 * regions meet, the lower maximum ends. H. Edelsbrunner, D. Letscher, A. Zomorodian, "Topological Persistence
 * and Simplification", Discrete & Computational Geometry 28, 2002, pp. 511–533.
 * @param maxima pixel indices, from `localMaxima`.
 */
export function saddles(plane: FloatPlane, maxima: readonly number[], floor: number): Float32Array {
  const { width, data } = plane;
  const order = descending(data, floor);
  const owners = new Int32Array(data.length).fill(-1); // index into `parents`
  const parents: number[] = [];
  const peaks: number[] = [];
  const ends = new Map<number, number>();
  const ownerOf = (pixel: number): number => {
    let owner = owners[pixel]!;
    while (parents[owner] !== owner) {
      parents[owner] = parents[parents[owner]!]!;
      owner = parents[owner]!;
    }
    return owner;
  };
  for (const i of order) {
    const x = i % width;
    let owner = -1;
    for (let side = 0; side < 4; side++) {
      if ((side === 1 && x === 0) || (side === 2 && x + 1 === width)) continue;
      const neighbour = i + (side === 0 ? -width : side === 1 ? -1 : side === 2 ? 1 : width);
      if (neighbour < 0 || neighbour >= data.length || owners[neighbour]! < 0) continue;
      const other = ownerOf(neighbour);
      if (owner < 0) owner = other;
      else if (other !== owner) {
        const [high, low] = data[peaks[owner]!]! >= data[peaks[other]!]! ? [owner, other] : [other, owner];
        ends.set(peaks[low]!, data[i]!);
        parents[low] = high;
        owner = high;
      }
    }
    if (owner < 0) {
      owner = parents.push(parents.length) - 1;
      peaks.push(i);
    }
    owners[i] = owner;
  }
  return Float32Array.from(maxima, (i) => ends.get(i) ?? floor);
}

/** Bits that each round of the sort uses. */
const digitBits = 11;

/**
 * The pixels above `floor`, highest first; equal ones in the order of a scan by rows. A radix sort is exact
 * for images of any size.
 */
function descending(data: Float32Array, floor: number): Uint32Array {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (data[i]! > floor) count++;
  let [order, keys] = [new Uint32Array(count), new Uint32Array(count)];
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  for (let i = 0, k = 0; i < data.length; i++) {
    if (!(data[i]! > floor)) continue;
    order[k] = i;
    // The bits of positive numbers grow with them, those of negative ones against them.
    const pattern = bits[i]!;
    keys[k++] = pattern >>> 31 === 0 ? ~pattern ^ 0x80000000 : pattern;
  }
  let [otherOrder, otherKeys] = [new Uint32Array(count), new Uint32Array(count)];
  for (let shift = 0; shift < 32; shift += digitBits) {
    const mask = 2 ** digitBits - 1;
    const ends = new Uint32Array(mask + 2);
    for (let k = 0; k < count; k++) ends[((keys[k]! >>> shift) & mask) + 1]!++;
    for (let digit = 0; digit <= mask; digit++) ends[digit + 1]! += ends[digit]!;
    for (let k = 0; k < count; k++) {
      const place = ends[(keys[k]! >>> shift) & mask]!++;
      otherOrder[place] = order[k]!;
      otherKeys[place] = keys[k]!;
    }
    [order, otherOrder] = [otherOrder, order];
    [keys, otherKeys] = [otherKeys, keys];
  }
  return order;
}
