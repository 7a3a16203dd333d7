import { expect, test } from 'vitest';
import { cutScratch, graphCut } from '../../../src-main/annotation/foreground/graph-cut.ts';
import type { GridEnergy } from '../../../src-main/annotation/foreground/graph-cut.ts';
import { maxFlow } from '../../../src-main/annotation/foreground/max-flow.ts';
import { neighbourWeights } from '../../../src-main/annotation/foreground/neighbour-weights.ts';
import type { NeighbourWeights } from '../../../src-main/annotation/foreground/neighbour-weights.ts';

/** Seeded whole numbers from 0 to `below` − 1. */
function randomWhole(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Every pair of 8-connected neighbours once, with its weight. */
function pairs({ height, width, weights }: GridEnergy): [number, number, number][] {
  const found: [number, number, number][] = [];
  for (let i = 0; i < height * width; i++) {
    const x = i % width;
    const below = i + width < height * width;
    if (x + 1 < width) found.push([i, i + 1, weights.right[i]!]);
    if (below) found.push([i, i + width, weights.down[i]!]);
    if (below && x > 0) found.push([i, i + width - 1, weights.downLeft[i]!]);
    if (below && x + 1 < width) found.push([i, i + width + 1, weights.downRight[i]!]);
  }
  return found;
}

function energyOf(energy: GridEnergy, labels: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < energy.unary.length; i++) if (labels[i] === 0) sum += energy.unary[i]!;
  for (const [a, b, weight] of pairs(energy)) if (labels[a] !== labels[b]) sum += weight;
  return sum;
}

/** The lowest energy of all 2ⁿ labellings. */
function leastEnergy(energy: GridEnergy): number {
  const size = energy.unary.length;
  const all = pairs(energy);
  let least = Infinity;
  for (let code = 0; code < 2 ** size; code++) {
    let sum = 0;
    for (let i = 0; i < size; i++) if (((code >> i) & 1) === 0) sum += energy.unary[i]!;
    for (const [a, b, weight] of all) if (((code >> a) & 1) !== ((code >> b) & 1)) sum += weight;
    least = Math.min(least, sum);
  }
  return least;
}

/** A grid of random terms; some weights are 0. */
function randomEnergy(
  height: number,
  width: number,
  seed: number,
  unaryRange: number,
  weightRange: number,
): GridEnergy {
  const random = randomWhole(seed);
  const size = height * width;
  const unary = Int32Array.from({ length: size }, () => random(2 * unaryRange + 1) - unaryRange);
  const weights: NeighbourWeights = {
    right: new Uint16Array(size),
    downLeft: new Uint16Array(size),
    down: new Uint16Array(size),
    downRight: new Uint16Array(size),
    sums: new Int32Array(size),
  };
  for (let i = 0; i < size; i++) {
    const x = i % width;
    const below = i + width < size;
    if (x + 1 < width) weights.right[i] = random(weightRange + 1);
    if (below) weights.down[i] = random(weightRange + 1);
    if (below && x > 0) weights.downLeft[i] = random(weightRange + 1);
    if (below && x + 1 < width) weights.downRight[i] = random(weightRange + 1);
  }
  const energy = { height, width, unary, weights };
  for (const [a, b, weight] of pairs(energy)) {
    weights.sums[a]! += weight;
    weights.sums[b]! += weight;
  }
  return energy;
}

test('maxFlow finds the known minimum cut of a textbook network', () => {
  // T. H. Cormen et al., "Introduction to Algorithms", 3rd ed., figure 26.1: s→v1 16, s→v2 13, v1→v3 12,
  // v2→v1 4, v3→v2 9, v2→v4 14, v4→v3 7, v3→t 20, v4→t 4; maximum flow 23, cut {s, v1, v2, v4} | {v3, t}.
  const arcs: [number, number, number][] = [
    [0, 2, 12],
    [1, 0, 4],
    [2, 1, 9],
    [1, 3, 14],
    [3, 2, 7],
  ];
  const degree = 10;
  const neighbours = new Int32Array(4 * degree).fill(-1);
  const capacities = new Int32Array(4 * degree);
  arcs.forEach(([from, to, capacity], d) => {
    neighbours[from * degree + d] = to;
    capacities[from * degree + d] = capacity;
    neighbours[to * degree + degree - 1 - d] = from;
  });
  const terminals = Int32Array.of(16, 13, -20, -4);
  const sides = maxFlow({ nodes: 4, degree, neighbours, capacities, terminals });
  expect([...sides]).toEqual([1, 1, 0, 1]);
  const flow = 16 + 13 - terminals.filter((left) => left > 0).reduce((sum, left) => sum + left, 0);
  expect(flow).toBe(23);
});

test.each([
  [1, 1],
  [1, 7],
  [5, 1],
  [2, 2],
  [3, 4],
  [4, 3],
])('graphCut reaches the least energy of all labellings on %i × %i grids', (height, width) => {
  for (let seed = 1; seed <= 40; seed++) {
    // From grids whose pixels are independent to grids in which all pixels are coupled.
    const energy = randomEnergy(
      height,
      width,
      1000 * height + 100 * width + seed,
      30,
      [3, 10, 40][seed % 3]!,
    );
    expect(energyOf(energy, graphCut(energy).data)).toBe(leastEnergy(energy));
  }
});

test('bounds from nested energies leave the least energy within reach', () => {
  for (let seed = 1; seed <= 30; seed++) {
    const high = randomEnergy(4, 3, 77 + seed, 30, 20);
    const shifted = (by: number) => ({ ...high, unary: high.unary.map((value) => value - by) });
    const containing = graphCut(shifted(14));
    const within = graphCut(high);
    const middle = shifted(7);
    const labels = graphCut(middle, { containing, within });
    expect(energyOf(middle, labels.data)).toBe(leastEnergy(middle));
    labels.data.forEach((label, i) => {
      expect(label).toBeLessThanOrEqual(within.data[i]!);
      expect(label).toBeGreaterThanOrEqual(containing.data[i]!);
    });
  }
});

test('on a grid too large to try all, no change of one block of pixels lowers the energy', () => {
  const energy = randomEnergy(40, 50, 5, 60, 25);
  const labels = graphCut(energy).data;
  const best = energyOf(energy, labels);
  for (let side = 1; side <= 6; side++) {
    for (let start = 0; start + (side - 1) * 51 < labels.length; start += 37) {
      for (const value of [0, 1]) {
        const changed = labels.slice();
        for (let y = 0; y < side; y++) {
          const from = start + y * 50;
          changed.fill(value, from, Math.min(from + side, 50 * (Math.floor(from / 50) + 1)));
        }
        expect(energyOf(energy, changed)).toBeGreaterThanOrEqual(best);
      }
    }
  }
});

test.each([Infinity, 1000])(
  'nested cuts in one scratch for pulls up to %d are those of each energy by itself',
  (mostPull) => {
    const energy = randomEnergy(40, 50, 11, 60, 25);
    const shifted = (by: number) => ({ ...energy, unary: energy.unary.map((value) => value - by) });
    const [low, middle, high] = [shifted(-30), shifted(0), shifted(30)];
    const scratch = cutScratch(40 * 50, mostPull);
    const within = graphCut(middle, {}, scratch);
    const nested = [
      graphCut(low, { containing: within }, scratch),
      within,
      graphCut(high, { within }, scratch),
    ];
    for (const [k, one] of [low, middle, high].entries()) {
      const alone = graphCut(one);
      expect(energyOf(one, nested[k]!.data)).toBe(energyOf(one, alone.data));
      expect(nested[k]!.data).toEqual(alone.data);
    }
    const sizes = nested.map(({ data }) => data.reduce((sum, label) => sum + label, 0));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(new Set(sizes).size).toBe(3);
  },
);

test('neighbourWeights fall with contrast and distance and vanish at the edge', () => {
  const feature = { height: 2, width: 3, data: Float32Array.of(0, 0, 4, 0, 0, 4) };
  const { right, down, downRight, downLeft, sums } = neighbourWeights(feature, 100);
  // ⟨Δ²⟩ over the seven side pairs: two differ by 4 → 32 / 7.
  const across = Math.exp((-0.5 * 16 * 7) / 32);
  expect([...right]).toEqual([100, Math.round(100 * across), 0, 100, Math.round(100 * across), 0]);
  expect([...down]).toEqual([100, 100, 100, 0, 0, 0]);
  expect([...downRight]).toEqual([71, Math.round((100 * across) / Math.SQRT2), 0, 0, 0, 0]);
  expect([...downLeft]).toEqual([0, 71, Math.round((100 * across) / Math.SQRT2), 0, 0, 0]);
  expect(sums[0]).toBe(right[0]! + down[0]! + downRight[0]!);
  expect(sums[4]).toBe(down[1]! + right[3]! + right[4]! + downRight[0]! + downLeft[2]!);
});

test('a constant feature has the full weight everywhere', () => {
  expect([...neighbourWeights({ height: 1, width: 3, data: new Float32Array(3) }, 9).right]).toEqual([
    9, 9, 0,
  ]);
});

test('arrays of another size are refused', () => {
  const energy = randomEnergy(2, 2, 1, 5, 5);
  expect(() => graphCut({ ...energy, width: 3 })).toThrow(/2 × 3 entries, received 4/);
});
