import type { FloatPlane } from '../../contract/pixels.ts';

/**
 * For each 4-connected local maximum of a plane, the value of the highest saddle on the way to a higher
 * maximum; `floor` if no saddle above it leads to one.
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

/** The pixels above `floor`, highest first. */
function descending(data: Float32Array, floor: number): Uint32Array {
  let highest = -Infinity;
  let count = 0;
  for (const value of data) {
    if (value > highest) highest = value;
    if (value > floor) count++;
  }
  // One key per pixel: the distance below the highest in 2³⁰ steps, then the pixel's index. Sorting numbers
  // needs no comparison function.
  const keys = new Float64Array(count);
  const size = data.length;
  const scale = 2 ** 30 / (highest - floor);
  let k = 0;
  for (let i = 0; i < size; i++) {
    if (data[i]! > floor) keys[k++] = Math.floor((highest - data[i]!) * scale) * size + i;
  }
  keys.sort();
  return Uint32Array.from(keys, (key) => key % size);
}
