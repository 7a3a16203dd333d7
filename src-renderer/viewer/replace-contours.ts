import { numberAt } from '../../src-main/contract/elements.ts';
import type { ContourSet } from '../../src-main/contract/pixels.ts';

/** The difference of a set from an earlier one, whose remaining part is on the GPU and indexed already. */
export interface ContourChange {
  earlier: ContourSet;
  /** The labels whose contours were replaced or removed. */
  replaced: ReadonlySet<number>;
  /** The new contours of these labels. */
  fresh: ContourSet;
}

/** Beyond this share of its labels a set counts as new. */
const mostReplaced = 0.1;

const changes = new WeakMap<ContourSet, ContourChange>();

/** How a set was made from an earlier one; null if it is wholly new. */
export function changeOf(set: ContourSet): ContourChange | null {
  return changes.get(set) ?? null;
}

/** Contours with those of some labels replaced by others, by ascending label. */
export function replaceContours(
  kept: ContourSet,
  fresh: ContourSet,
  replaced: ReadonlySet<number>,
): ContourSet {
  const set = join(kept, fresh, replaced);
  const before = changes.get(kept);
  const earlier = before?.earlier ?? kept;
  const all = new Set([...(before?.replaced ?? []), ...replaced]);
  if (all.size <= mostReplaced * earlier.ringLabels.length) {
    changes.set(set, {
      earlier,
      replaced: all,
      fresh: before ? join(before.fresh, fresh, replaced) : join(noContours, fresh, replaced),
    });
  }
  return set;
}

const noContours: ContourSet = {
  points: new Float32Array(),
  ringStarts: Uint32Array.of(0),
  ringLabels: new Uint32Array(),
};

function join(kept: ContourSet, fresh: ContourSet, replaced: ReadonlySet<number>): ContourSet {
  const rings: { label: number; points: Float32Array }[] = [];
  const take = ({ points, ringStarts, ringLabels }: ContourSet, isTaken: (label: number) => boolean) => {
    for (let ring = 0; ring < ringLabels.length; ring++) {
      const label = numberAt(ringLabels, ring);
      if (!isTaken(label)) continue;
      rings.push({
        label,
        points: points.subarray(2 * numberAt(ringStarts, ring), 2 * numberAt(ringStarts, ring + 1)),
      });
    }
  };
  take(kept, (label) => !replaced.has(label));
  take(fresh, () => true);
  rings.sort((a, b) => a.label - b.label);
  const ringStarts = new Uint32Array(rings.length + 1);
  for (const [ring, { points }] of rings.entries())
    ringStarts[ring + 1] = numberAt(ringStarts, ring) + points.length / 2;
  const points = new Float32Array(2 * numberAt(ringStarts, rings.length));
  for (const [ring, { points: own }] of rings.entries()) points.set(own, 2 * numberAt(ringStarts, ring));
  return { points, ringStarts, ringLabels: Uint32Array.from(rings, ({ label }) => label) };
}
