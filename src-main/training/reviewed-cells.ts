import { numberAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { CellLabels, ImageArea, LabelImage, Locations, Mask } from '../contract/pixels.ts';
import { centresOfMass } from '../imaging/label/centres-of-mass.ts';
import { cutLabels } from '../imaging/label/cut-labels.ts';
import { locationsIn } from './cut-supervision.ts';
import type { CellCount, Supervision } from './training-example.ts';

/** A person's review of an image's cells. */
export interface ReviewedCells {
  /** Outlines of accepted, edited and added cells. */
  labels: CellLabels;
  /** Masks of rejected cells. Where they overlap, one of them is enough. */
  rejected: CellLabels;
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

/** What is known of an image besides its review; `null` where it has none. */
export interface KnownBesides {
  /** The foreground of a rectangle inside the image. */
  foreground: ((area: ImageArea) => Mask) | null;
  locations: Locations | null;
}

/**
 * Turns a person's corrections into supervision of any part of the image, so that a large one need not be
 * held. docs/teaching.md has the table of cases.
 *
 * @returns full supervision for a completely checked image
 * @throws LacssError `image-size-mismatch` if the parts differ in size
 */
export function supervisionOfParts(
  { labels, rejected, allChecked, found }: ReviewedCells,
  { foreground, locations }: KnownBesides,
): (area: ImageArea) => Supervision {
  if (allChecked) return (area) => ({ kind: 'full', labels: cutLabels(labels, area) });
  requireSameSize(labels, rejected);
  const centres = { outlinedAt: centresOfMass(labels), rejectedAt: centresOfMass(rejected) };
  return (area) => {
    const own = cutLabels(labels, area);
    const wrong = cutLabels(rejected, area);
    const inside = foreground?.(area) ?? null;
    const data = new Uint8Array(area.height * area.width);
    for (let i = 0; i < data.length; i++) {
      if (own.data[i] !== 0) continue;
      if (wrong.data[i] !== 0) data[i] = places.empty;
      else if (inside === null) continue;
      else if (inside.data[i] === 0) data[i] = places.empty;
      else if (locations !== null) data[i] = places.untouched;
    }
    const isWhole = area.height === labels.height && area.width === labels.width;
    const inArea = (points: Locations): Locations => (isWhole ? points : locationsIn(points, area));
    const untouched = withoutKnown(locations === null ? [] : inArea(locations), own, wrong);
    const outlinedAt = inArea(centres.outlinedAt);
    const count = outlinedAt.length / 2 + (foreground === null ? 0 : untouched.length / 2);
    return {
      kind: 'reviewed',
      labels: own,
      places: { height: area.height, width: area.width, data },
      locations: untouched,
      complete: locations !== null,
      rejectedAt: inArea(centres.rejectedAt),
      outlinedAt,
      found: found ?? { pixels: countPixels(own, data), count },
    };
  };
}

/** The points outside the outlines and the rejected cells. */
function withoutKnown(
  points: ArrayLike<number>,
  { height, width, data }: LabelImage,
  rejected: LabelImage,
): Locations {
  const kept: number[] = [];
  for (let k = 0; k < points.length; k += 2) {
    const [y, x] = [numberAt(points, k), numberAt(points, k + 1)];
    const at = Math.min(height - 1, Math.floor(y)) * width + Math.min(width - 1, Math.floor(x));
    if (data[at] === 0 && rejected.data[at] === 0) kept.push(y, x);
  }
  return Float32Array.from(kept);
}

type Size = Pick<ImageArea, 'height' | 'width'>;

/** @throws LacssError `image-size-mismatch` */
export function requireSameSize({ height, width }: Size, other: Size): void {
  if (other.height === height && other.width === width) return;
  throw new LacssError(
    'image-size-mismatch',
    `The reviewed cells are ${height} × ${width} px, another annotation ${other.height} × ${other.width}.`,
    { remedy: 'Segment the image again and review it again, or annotate it again.' },
  );
}

function countPixels({ data }: LabelImage, where: Uint8Array): number {
  let pixels = 0;
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0 || where[i] === places.untouched) pixels++;
  }
  return pixels;
}
