import type { Mask } from '../../contract/pixels.ts';
import { maxFlow } from './max-flow.ts';
import type { NeighbourWeights } from './neighbour-weights.ts';

/** The energy of a labelling of a grid with 0 and 1. */
export interface GridEnergy {
  height: number;
  width: number;
  /** [height, width]: cost of label 0 minus cost of label 1 at a pixel. */
  unary: Int16Array | Int32Array;
  weights: NeighbourWeights;
}

/** Known bounds of the result: it contains `containing` and is contained in `within`. */
export interface CutBounds {
  within?: Mask;
  containing?: Mask;
}

/** Scratch arrays for one cut at a time of a grid of `size` pixels, reused for all cuts of an image. */
export interface CutScratch {
  /** [size], in numbers as narrow as the pulls allow, to save memory. */
  pulls: Int16Array | Int32Array;
  /** [size] */
  slacks: Int32Array;
  /** One entry per pixel that a cut leaves open. They grow when a cut needs more. */
  unsettled: Int32Array;
  stack: Int32Array;
}

/** @param mostPull upper bound of a unary term plus all weights of its pixel. @default none */
export function cutScratch(size: number, mostPull = Infinity): CutScratch {
  return {
    pulls: mostPull < 2 ** 15 ? new Int16Array(size) : new Int32Array(size),
    slacks: new Int32Array(size),
    unsettled: new Int32Array(0),
    stack: new Int32Array(0),
  };
}

/** A pixel whose label is not settled yet. */
const open = 2;

/**
 * The labelling of a grid [height, width] with the least energy Σ_{label 0} unary + Σ_{neighbours of
 * different label} weight, exactly.
 *
 * Most pixels need no flow. If the pull on a pixel outweighs all its unsettled neighbours together, its label
 * is settled. That may settle its neighbours in turn. `maxFlow` cuts the rest.
 * @param bounds must hold for a best labelling. If energies differ only in unary terms and none of these
 *   increases, their best labellings are nested, and one bounds the other. Unary terms outside the bounds are
 *   ignored.
 * @throws RangeError if an array does not have the grid's size.
 */
export function graphCut(
  { height, width, unary, weights }: GridEnergy,
  bounds: CutBounds = {},
  scratch: CutScratch = cutScratch(height * width),
): Mask {
  const size = height * width;
  const { right, downLeft, down, downRight, sums } = weights;
  for (const { length } of [unary, right, downLeft, down, downRight, sums]) {
    if (length !== size)
      throw new RangeError(`arrays must have ${height} × ${width} entries, received ${length}`);
  }
  // Arc d of a pixel and arc 7 − d of its neighbour are each other's reverse. An arc across the left or right
  // edge has weight 0. An arc beyond the array is skipped.
  const steps = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
  const planes = [downRight, down, downLeft, right, right, downLeft, down, downRight];

  const labels = new Uint8Array(size);
  const { pulls, slacks } = scratch;
  let count = 0;
  const within = bounds.within?.data ?? null;
  const containing = bounds.containing?.data ?? null;
  for (let i = 0; i < size; i++) {
    if (within !== null && within[i] === 0) continue;
    if (containing !== null && containing[i] !== 0) labels[i] = 1;
    else {
      const pull = unary[i]!;
      const sum = sums[i]!;
      if (pull < -sum) continue;
      if (pull > sum) labels[i] = 1;
      else {
        labels[i] = open;
        count++;
      }
    }
  }
  if (scratch.unsettled.length < count) {
    scratch.unsettled = new Int32Array(count);
    scratch.stack = new Int32Array(count);
  }
  const { unsettled, stack: settled } = scratch;
  for (let i = 0, u = 0; u < count; i++) if (labels[i] === open) unsettled[u++] = i;

  // Per open pixel: the pull of its own term and of settled neighbours towards label 1. Then the possible
  // weight of its open neighbours.
  for (let u = 0; u < count; u++) {
    const i = unsettled[u]!;
    let pull = unary[i]!;
    let slack = 0;
    for (let d = 0; d < 8; d++) {
      const neighbour = i + steps[d]!;
      if (neighbour < 0 || neighbour >= size) continue;
      const weight = planes[d]![d < 4 ? neighbour : i]!;
      const label = labels[neighbour]!;
      if (label === open) slack += weight;
      else pull += label === 1 ? weight : -weight;
    }
    pulls[i] = pull;
    slacks[i] = slack;
  }
  for (let u = 0; u < count; u++) {
    const start = unsettled[u]!;
    if (labels[start] !== open || Math.abs(pulls[start]!) < slacks[start]!) continue;
    let waiting = 0;
    labels[start] = pulls[start]! > 0 ? 1 : 0;
    settled[waiting++] = start;
    while (waiting > 0) {
      const i = settled[--waiting]!;
      const sign = labels[i] === 1 ? 1 : -1;
      for (let d = 0; d < 8; d++) {
        const neighbour = i + steps[d]!;
        if (neighbour < 0 || neighbour >= size || labels[neighbour] !== open) continue;
        const weight = planes[d]![d < 4 ? neighbour : i]!;
        const slack = slacks[neighbour]! - weight;
        const pull = pulls[neighbour]! + sign * weight;
        slacks[neighbour] = slack;
        pulls[neighbour] = pull;
        if (Math.abs(pull) < slack) continue;
        labels[neighbour] = pull > 0 ? 1 : 0;
        settled[waiting++] = neighbour;
      }
    }
  }

  let nodes = 0;
  const nodeOf = slacks; // its old contents are no longer needed
  for (let u = 0; u < count; u++) {
    const i = unsettled[u]!;
    if (labels[i] !== open) continue;
    nodeOf[i] = nodes;
    unsettled[nodes++] = i;
  }
  const neighbours = new Int32Array(8 * nodes).fill(-1);
  const capacities = new Int32Array(8 * nodes);
  const terminals = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    const i = unsettled[node]!;
    terminals[node] = pulls[i]!;
    for (let d = 0; d < 8; d++) {
      const neighbour = i + steps[d]!;
      if (neighbour < 0 || neighbour >= size || labels[neighbour] !== open) continue;
      const weight = planes[d]![d < 4 ? neighbour : i]!;
      if (weight === 0) continue;
      neighbours[8 * node + d] = nodeOf[neighbour]!;
      capacities[8 * node + d] = weight;
    }
  }
  const sides = maxFlow({ nodes, degree: 8, neighbours, capacities, terminals });
  for (let node = 0; node < nodes; node++) labels[unsettled[node]!] = sides[node]!;
  return { height, width, data: labels };
}
