import { float32At } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { LabelImage, Locations, Mask } from '../contract/pixels.ts';
import { centresOfMass } from '../imaging/label/centres-of-mass.ts';
import type { CellCount, Supervision } from './training-example.ts';

/** A person's review of an image's cells. */
export interface ReviewedCells {
  /** Outlines of accepted, edited and added cells. */
  labels: LabelImage;
  /** Masks of rejected cells. Where they overlap, one of them is enough. */
  rejected: LabelImage;
  /** Whether every cell of the image is outlined in `labels`. */
  allChecked: boolean;
  /** Pixels and number of cells, for the size of the cells in the image. @default those of `labels` */
  found?: CellCount;
}

/** The values of a pixel outside the known outlines. */
export const places = {
  /** Nothing is known: the pixel counts in no loss. */
  unknown: 0,
  /** It belongs to no cell. */
  empty: 1,
  /** It belongs to a cell with a point and without an outline. */
  untouched: 2,
} as const;

/**
 * Turns a person's corrections into supervision. docs/teaching.md has the table of cases.
 *
 * @param annotation the image's foreground and points, `null` where it has none
 * @returns full supervision for a completely checked image
 * @throws LacssError `image-size-mismatch` if the parts differ in size
 */
export function reviewedSupervision(
  { labels, rejected, allChecked, found }: ReviewedCells,
  { foreground, locations }: { foreground: Mask | null; locations: Locations | null },
): Supervision {
  if (allChecked) return { kind: 'full', labels };
  const { height, width } = labels;
  for (const part of [rejected, foreground]) {
    if (part === null || (part.height === height && part.width === width)) continue;
    throw new LacssError(
      'image-size-mismatch',
      `The reviewed cells are ${height} × ${width} px, another annotation ${part.height} × ${part.width}.`,
      { remedy: 'Segment the image again and review it again, or annotate it again.' },
    );
  }
  const data = new Uint8Array(height * width);
  for (let i = 0; i < data.length; i++) {
    if (labels.data[i] !== 0) continue;
    if (rejected.data[i] !== 0) data[i] = places.empty;
    else if (foreground === null) continue;
    else if (foreground.data[i] === 0) data[i] = places.empty;
    else if (locations !== null) data[i] = places.untouched;
  }
  const isFree = (y: number, x: number): boolean => {
    const at = Math.min(height - 1, Math.floor(y)) * width + Math.min(width - 1, Math.floor(x));
    return labels.data[at] === 0 && rejected.data[at] === 0;
  };
  const kept: number[] = [];
  for (let k = 0; locations !== null && k < locations.length; k += 2) {
    const [y, x] = [float32At(locations, k), float32At(locations, k + 1)];
    if (isFree(y, x)) kept.push(y, x);
  }
  const rejectedAt = centresOfMass(rejected);
  const known = centresOfMass(labels);
  const untouched = foreground === null ? 0 : kept.length / 2;
  return {
    kind: 'reviewed',
    labels,
    places: { height, width, data },
    locations: Float32Array.from(kept),
    complete: locations !== null,
    rejectedAt,
    outlinedAt: known,
    found: found ?? { pixels: countPixels(labels, data), count: known.length / 2 + untouched },
  };
}

function countPixels({ data }: LabelImage, where: Uint8Array): number {
  let pixels = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0 || where[i] === places.untouched) pixels++;
  }
  return pixels;
}
