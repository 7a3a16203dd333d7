import type { Projection } from '../../../src-main/contract/stack-planes.ts';

/** A plane of a stack, as a proposal or an image has it. */
interface ShownPlane {
  sizes: { t: number; z: number };
  t: number;
  z: number;
  projection?: Projection | null;
}

/** The plane of a stack that an image shows: `focal plane 1 of 12 · time point 3 of 5`; empty without one. */
export function planeText({ sizes, t, z, projection }: ShownPlane): string {
  return [
    sizes.z > 1 ? focusText(z, sizes.z, projection ?? null) : '',
    sizes.t > 1 ? `time point ${t + 1} of ${sizes.t}` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

function focusText(z: number, count: number, projection: Projection | null): string {
  switch (projection) {
    case null:
      return `focal plane ${z + 1} of ${count}`;
    case 'maximum':
      return `maximum of ${count} focal planes`;
    case 'best-focus':
      return `best focus of ${count} focal planes`;
  }
}
