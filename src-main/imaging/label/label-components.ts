import type { LabelImage, Mask } from '../../contract/pixels.ts';

/** Which pixels touch: the four that share a side, or the eight that share a side or a corner. */
export type Connectivity = 4 | 8;

/**
 * Gives every connected piece of a mask [height, width] its own label: 1 … n in the order in which a scan by rows meets them.
 *
 * Two passes over the image with a union–find forest whose roots are the smallest labels: A. Rosenfeld, J. L. Pfaltz,
 * "Sequential Operations in Digital Picture Processing", Journal of the ACM 13(4), 1966, pp. 471–494.
 */
export function labelComponents(mask: Mask, connectivity: Connectivity): LabelImage {
  const { height, width, data } = mask;
  const labels = new Int32Array(data.length);
  const parents: number[] = [0];

  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (data[i] === 0) continue;
      let label = x > 0 ? labels[i - 1]! : 0;
      if (y > 0) {
        label = joined(parents, label, labels[i - width]!);
        if (connectivity === 8) {
          if (x > 0) label = joined(parents, label, labels[i - width - 1]!);
          if (x + 1 < width) label = joined(parents, label, labels[i - width + 1]!);
        }
      }
      labels[i] = label === 0 ? parents.push(parents.length) - 1 : label;
    }
  }

  const final = new Int32Array(parents.length);
  let count = 0;
  for (let label = 1; label < parents.length; label++) {
    const root = rootOf(parents, label);
    final[label] = root === label ? ++count : final[root]!;
  }
  for (let i = 0; i < labels.length; i++) labels[i] = final[labels[i]!]!;
  return { height, width, data: labels };
}

/** The label of two touching pixels, their trees made one; 0 stands for background. */
function joined(parents: number[], a: number, b: number): number {
  if (a === 0 || a === b) return b;
  if (b === 0) return a;
  const rootA = rootOf(parents, a);
  const rootB = rootOf(parents, b);
  const root = Math.min(rootA, rootB);
  parents[rootA] = root;
  parents[rootB] = root;
  return root;
}

function rootOf(parents: number[], label: number): number {
  let root = label;
  while (parents[root] !== root) root = parents[root]!;
  for (let next = label; next !== root;) {
    const parent = parents[next]!;
    parents[next] = root;
    next = parent;
  }
  return root;
}
