/**
 * A second implementation of the losses in double precision and plain loops, written from their formulas. It
 * is the oracle for losses.test.ts.
 */

export interface Scene {
  /** Mask pixels of the image. */
  height: number;
  width: number;
  /** Width of a patch. */
  p: number;
  /** One array of p × p logits per cell. */
  logits: number[][];
  /** (y, x) of each patch's first pixel. */
  origins: [number, number][];
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const huber = (d: number, delta: number): number =>
  Math.abs(d) <= delta ? (d * d) / 2 : delta * (Math.abs(d) - delta / 2);

/** Calls `visit` for every pixel of every patch that lies inside the image; `at` indexes the image. */
function eachPixel(scene: Scene, visit: (cell: number, pixel: number, at: number) => void): void {
  const { p, height, width } = scene;
  scene.origins.forEach(([top, left], cell) => {
    for (let i = 0; i < p; i++) {
      for (let j = 0; j < p; j++) {
        const y = top + i;
        const x = left + j;
        if (y >= 0 && y < height && x >= 0 && x < width) visit(cell, i * p + j, y * width + x);
      }
    }
  });
}

export function referenceWeak(scene: Scene, foreground: number[]): number {
  const { p, logits } = scene;
  const claims = foreground.map((): Map<number, number> => new Map());
  eachPixel(scene, (cell, pixel, at) => claims[at]!.set(cell, -Math.log(1 - sigmoid(logits[cell]![pixel]!))));
  let sum = 0;
  eachPixel(scene, (cell, pixel, at) => {
    const y = sigmoid(logits[cell]![pixel]!);
    const m = foreground[at]!;
    let others = 0;
    for (const [other, claim] of claims[at]!) if (other !== cell) others += claim;
    sum += (1 - m) * y + m * (1 - y) + y * others;
  });
  return sum / (Math.max(1, logits.length) * p * p);
}

export function referenceFull(scene: Scene, labels: number[], ids: number[]): number {
  const { p, logits } = scene;
  let sum = 0;
  eachPixel(scene, (cell, pixel, at) => {
    const y = sigmoid(logits[cell]![pixel]!);
    sum -= Math.log(labels[at] === ids[cell] ? y : 1 - y);
  });
  return sum / (Math.max(1, logits.length) * p * p);
}

/** The cells of `outlined` learn their outlines. Those of `located` share the rest of the foreground. */
export function referenceReviewed(
  scene: Scene,
  { labels, untouched, ids }: { labels: number[]; untouched: number[]; ids: number[] },
): number {
  const part = (isPart: (id: number) => boolean): Scene => {
    const cells = scene.logits.flatMap((_, cell) => (isPart(ids[cell]!) ? [cell] : []));
    return {
      ...scene,
      logits: cells.map((cell) => scene.logits[cell]!),
      origins: cells.map((cell) => scene.origins[cell]!),
    };
  };
  const outlined = part((id) => id > 0);
  const located = part((id) => id === 0);
  const outlinedIds = ids.slice(0, scene.logits.length).filter((id) => id > 0);
  const full = referenceFull(outlined, labels, outlinedIds) * outlined.logits.length;
  const weak = referenceWeak(located, untouched) * located.logits.length;
  return (full + weak) / Math.max(1, scene.logits.length);
}

export function referenceSize(scene: Scene): number {
  const areas = scene.logits.map(() => 0);
  eachPixel(scene, (cell, pixel) => (areas[cell]! += sigmoid(scene.logits[cell]![pixel]!)));
  return areas.reduce((sum, area) => sum + scene.p / Math.sqrt(area + 1e-3), 0) / Math.max(1, areas.length);
}

export function referenceEdge(scene: Scene, edges: number[]): number {
  const { p, logits } = scene;
  const found = edges.map(() => 0);
  const mirror = (i: number): number => (i < 0 ? -i : i >= p ? 2 * p - 2 - i : i);
  const steepness = logits.map((cell) => {
    const y = (i: number, j: number): number => sigmoid(cell[mirror(i) * p + mirror(j)]!);
    return cell.map((_, pixel) => {
      const i = Math.floor(pixel / p);
      const j = pixel % p;
      let sy = 0;
      let sx = 0;
      for (const [d, weight] of [
        [-1, 1],
        [0, 2],
        [1, 1],
      ] as const) {
        sy += weight * (y(i + 1, j + d) - y(i - 1, j + d));
        sx += weight * (y(i + d, j + 1) - y(i + d, j - 1));
      }
      return Math.sqrt(Math.min(1, Math.max(1e-9, (sy * sy + sx * sx) / 8)));
    });
  });
  eachPixel(scene, (cell, pixel, at) => (found[at]! += steepness[cell]![pixel]!));
  return edges.reduce((sum, a, at) => sum + huber(a - Math.tanh(found[at]!), 0.5), 0) / edges.length;
}

export function referenceDetection(logits: number[], positives: number[]): number {
  const each = logits.map((s, i) => {
    const p = positives[i] === 1 ? sigmoid(s) : 1 - sigmoid(s);
    return -((1 - p) ** 2) * Math.log(p);
  });
  return each.reduce((sum, x) => sum + x, 0) / each.length;
}

export function referenceLocation(offsets: number[], targets: number[], positives: number[]): number {
  let sum = 0;
  let count = 0;
  positives.forEach((positive, i) => {
    if (positive === 0) return;
    for (const axis of [0, 1]) {
      sum += huber(offsets[2 * i + axis]! - targets[2 * i + axis]!, 1);
      count++;
    }
  });
  return sum / Math.max(1, count);
}

/** Central differences of a function in double precision. */
export function differences(f: (x: number[]) => number, x: number[], step = 1e-5): number[] {
  return x.map((_, i) => {
    const at = (delta: number): number => f(x.map((value, j) => (j === i ? value + delta : value)));
    return (at(step) - at(-step)) / (2 * step);
  });
}
