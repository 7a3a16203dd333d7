/** A graph with two terminals, source and sink, in which every node has up to `degree` neighbours. */
export interface FlowGraph {
  nodes: number;
  /**
   * Maximum number of arcs per node. Arc `d` of a node and arc `degree − 1 − d` of its neighbour are each
   * other's reverse.
   */
  degree: number;
  /** [nodes, degree]: the node an arc leads to, −1 for no arc. */
  neighbours: Int32Array;
  /** [nodes, degree]: the capacity of each arc, not negative. Overwritten with the residual capacity. */
  capacities: Int32Array;
  /** [nodes]: capacity from the source if positive, to the sink if negative. Overwritten too. */
  terminals: Int32Array;
}

const free = 0;
const source = 1;
const sink = 2;

/** Values of `parents` other than an arc. */
const noParent = -1;
const terminalParent = -2;
const orphan = -3;

/**
 * Finds a maximum flow from source to sink, and with it a minimum cut. Two trees grow from the terminals
 * along arcs with residual capacity. Where they touch, the path between the terminals is saturated. Nodes
 * this cuts off are adopted again or become free.
 *
 * Y. Boykov, V. Kolmogorov, "An Experimental Comparison of Min-Cut/Max-Flow Algorithms for Energy
 * Minimization in Vision", IEEE Transactions on Pattern Analysis and Machine Intelligence 26(9), 2004, pp.
 * 1124–1137. The distance marks follow V. Kolmogorov, "Graph Based Algorithms for Scene Reconstruction from
 * Two or More Views", PhD thesis, Cornell University, 2004, chapter 3.
 * @returns one entry per node: 1 on the source's side of the cut, 0 on the sink's side. Nodes that no
 *   terminal reaches are on the sink's side.
 */
export function maxFlow({ nodes, degree, neighbours, capacities, terminals }: FlowGraph): Uint8Array {
  const last = degree - 1;
  const trees = new Uint8Array(nodes);
  const parents = new Int32Array(nodes).fill(noParent); // the arc from a node to its parent
  const marks = new Int32Array(nodes); // when the distance below was last correct
  const distances = new Int32Array(nodes); // arcs to the terminal
  const active = new NodeQueue(nodes);
  const orphans: number[] = [];
  let time = 0;

  for (let node = 0; node < nodes; node++) {
    if (terminals[node] === 0) continue;
    trees[node] = terminals[node]! > 0 ? source : sink;
    parents[node] = terminalParent;
    distances[node] = 1;
    active.push(node);
  }

  /**
   * Grows a tree around a node. Returns the arc from the source's tree to the sink's at which they touch, or
   * −1.
   */
  const grow = (node: number): number => {
    const tree = trees[node]!;
    for (let d = 0; d < degree; d++) {
      const neighbour = neighbours[node * degree + d]!;
      if (neighbour < 0) continue;
      const forward = node * degree + d;
      const backward = neighbour * degree + last - d;
      if (capacities[tree === source ? forward : backward] === 0) continue;
      if (trees[neighbour] === free) {
        trees[neighbour] = tree;
        parents[neighbour] = backward;
        marks[neighbour] = marks[node]!;
        distances[neighbour] = distances[node]! + 1;
        active.push(neighbour);
      } else if (trees[neighbour] !== tree) {
        return tree === source ? forward : backward;
      } else if (marks[neighbour]! <= marks[node]! && distances[neighbour]! > distances[node]! + 1) {
        parents[neighbour] = backward; // a shorter path to the terminal
        marks[neighbour] = marks[node]!;
        distances[neighbour] = distances[node]! + 1;
      }
    }
    return -1;
  };

  const reverseOf = (arc: number) => neighbours[arc]! * degree + last - (arc % degree);

  /** Saturates the path through an arc between the trees. Nodes it cuts off become orphans. */
  const augment = (arc: number): void => {
    const start = Math.floor(arc / degree);
    const end = neighbours[arc]!;
    let amount = capacities[arc]!;
    let node = start;
    for (; parents[node]! >= 0; node = neighbours[parents[node]!]!) {
      amount = Math.min(amount, capacities[reverseOf(parents[node]!)]!);
    }
    amount = Math.min(amount, terminals[node]!);
    for (node = end; parents[node]! >= 0; node = neighbours[parents[node]!]!) {
      amount = Math.min(amount, capacities[parents[node]!]!);
    }
    amount = Math.min(amount, -terminals[node]!);

    capacities[arc]! -= amount;
    capacities[reverseOf(arc)]! += amount;
    for (node = start; parents[node]! >= 0;) {
      const up = parents[node]!;
      const down = reverseOf(up);
      capacities[up]! += amount;
      capacities[down]! -= amount;
      if (capacities[down] === 0) makeOrphan(node);
      node = neighbours[up]!;
    }
    terminals[node]! -= amount;
    if (terminals[node] === 0) makeOrphan(node);
    for (node = end; parents[node]! >= 0;) {
      const down = parents[node]!;
      capacities[reverseOf(down)]! += amount;
      capacities[down]! -= amount;
      if (capacities[down] === 0) makeOrphan(node);
      node = neighbours[down]!;
    }
    terminals[node]! += amount;
    if (terminals[node] === 0) makeOrphan(node);
  };

  const makeOrphan = (node: number): void => {
    parents[node] = orphan;
    orphans.push(node);
  };

  /** Number of arcs from a node to its tree's terminal, `Infinity` if its tree is cut off. Marks the path. */
  const distanceToTerminal = (node: number): number => {
    let steps = 0;
    let at = node;
    for (;;) {
      if (marks[at] === time) {
        steps += distances[at]!;
        break;
      }
      steps++;
      if (parents[at] === terminalParent) {
        marks[at] = time;
        distances[at] = 1;
        break;
      }
      if (parents[at] === orphan) return Infinity;
      at = neighbours[parents[at]!]!;
    }
    const total = steps;
    for (at = node; marks[at] !== time; at = neighbours[parents[at]!]!) {
      marks[at] = time;
      distances[at] = steps--;
    }
    return total;
  };

  /**
   * Finds for an orphan the parent nearest to the terminal. Without one it becomes free, and its children
   * become orphans.
   */
  const adopt = (node: number): void => {
    const tree = trees[node]!;
    let best = noParent;
    let shortest = Infinity;
    for (let d = 0; d < degree; d++) {
      const out = node * degree + d;
      const neighbour = neighbours[out]!;
      if (neighbour < 0 || trees[neighbour] !== tree || parents[neighbour] === noParent) continue;
      if (capacities[tree === source ? neighbour * degree + last - d : out] === 0) continue;
      const distance = distanceToTerminal(neighbour);
      if (distance < shortest) {
        shortest = distance;
        best = out;
      }
    }
    if (best !== noParent) {
      parents[node] = best;
      marks[node] = time;
      distances[node] = shortest + 1;
      return;
    }
    parents[node] = noParent;
    trees[node] = free;
    for (let d = 0; d < degree; d++) {
      const out = node * degree + d;
      const neighbour = neighbours[out]!;
      if (neighbour < 0 || trees[neighbour] !== tree) continue;
      const towards = neighbour * degree + last - d;
      if (capacities[tree === source ? towards : out]! > 0) active.push(neighbour);
      if (parents[neighbour] === towards) makeOrphan(neighbour);
    }
  };

  for (let node = active.pop(); node >= 0; node = active.pop()) {
    while (trees[node] !== free) {
      const arc = grow(node);
      if (arc < 0) break;
      time++;
      augment(arc);
      for (let next = 0; next < orphans.length; next++) adopt(orphans[next]!);
      orphans.length = 0;
    }
  }
  for (let node = 0; node < nodes; node++) trees[node] = trees[node] === source ? 1 : 0;
  return trees;
}

/** A first-in, first-out queue that holds each node at most once. */
class NodeQueue {
  readonly #ring: Int32Array;
  readonly #waiting: Uint8Array;
  #first = 0;
  #count = 0;

  constructor(nodes: number) {
    this.#ring = new Int32Array(Math.max(1, nodes));
    this.#waiting = new Uint8Array(nodes);
  }

  push(node: number): void {
    if (this.#waiting[node] !== 0) return;
    this.#waiting[node] = 1;
    let place = this.#first + this.#count++;
    if (place >= this.#ring.length) place -= this.#ring.length;
    this.#ring[place] = node;
  }

  /** The next node, −1 when there is none. */
  pop(): number {
    if (this.#count === 0) return -1;
    const node = this.#ring[this.#first]!;
    this.#first = this.#first + 1 === this.#ring.length ? 0 : this.#first + 1;
    this.#count--;
    this.#waiting[node] = 0;
    return node;
  }
}
