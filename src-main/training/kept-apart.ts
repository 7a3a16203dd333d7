import { float32At } from '../contract/elements.ts';
import type { CellLabels, ImageArea, Mask } from '../contract/pixels.ts';
import { centresOfMass } from '../imaging/label/centres-of-mass.ts';
import { cutLabels } from '../imaging/label/cut-labels.ts';
import { instanceLabels } from '../imaging/label/instance-labels.ts';
import { keepLabels } from '../imaging/label/keep-labels.ts';
import type { ReviewedCells } from './reviewed-cells.ts';

/** Side of a square in mean cell diameters. */
const squareDiameters = 3;

/** One square of this number is kept apart. */
const oneIn = 5;

/** The division of an image into squares. */
export interface Squares {
  sidePx: number;
  /** Moves the pattern, so that it differs between images. */
  shift: number;
}

export function squaresOf(diameterPx: number, shift: number): Squares {
  return { sidePx: squareDiameters * diameterPx, shift };
}

/** The square of a position, as a name. */
export function squareAt({ sidePx }: Squares, y: number, x: number): string {
  return `${Math.floor(y / sidePx)},${Math.floor(x / sidePx)}`;
}

/**
 * Whether a square is kept apart: every fifth of its row. The pattern moves by two squares per row, so that
 * kept squares never share a side. It does not depend on the corrections, so a kept square stays kept.
 */
function isKept({ sidePx, shift }: Squares, y: number, x: number): boolean {
  return (Math.floor(x / sidePx) + 2 * Math.floor(y / sidePx) + shift) % oneIn === 0;
}

/** A review, divided into what is learnt and what measures the result. */
export interface DividedReview {
  learnt: ReviewedCells;
  /**
   * For a completely checked image, of any part: 0 where no cell is, outside the squares kept apart. `null`
   * for other images, which have their own foreground.
   */
  foreground: ((area: ImageArea) => Mask) | null;
  /** Corrected cells kept apart: outlines, and rejected cells. */
  kept: Pick<ReviewedCells, 'labels' | 'rejected'>;
  /** Number of corrected cells kept apart, rejected ones included. */
  keptCount: number;
}

/** Keeps every fifth corrected region apart, unless nothing would be left to learn. */
export function keepApart(reviewed: ReviewedCells, squares: Squares): DividedReview {
  const labels = divided(reviewed.labels, squares);
  const rejected = divided(reviewed.rejected, squares);
  const keptCount = labels.keptCount + rejected.keptCount;
  if (keptCount === 0 || labels.learntCount + rejected.learntCount === 0) {
    const none = keepLabels(reviewed.labels, () => false);
    return { learnt: reviewed, foreground: null, kept: { labels: none, rejected: none }, keptCount: 0 };
  }
  return {
    learnt: { ...reviewed, labels: labels.learnt, rejected: rejected.learnt, allChecked: false },
    foreground: reviewed.allChecked ? (area) => uncertain(reviewed.labels, squares, area) : null,
    kept: { labels: labels.kept, rejected: rejected.kept },
    keptCount,
  };
}

/** 1 in cells and in squares kept apart, of a rectangle inside the image. */
function uncertain(labels: CellLabels, squares: Squares, area: ImageArea): Mask {
  const { top, left, height, width } = area;
  const mask = Uint8Array.from(cutLabels(labels, area).data, (label, i) =>
    label !== 0 || isKept(squares, top + Math.floor(i / width), left + (i % width)) ? 1 : 0,
  );
  return { height, width, data: mask };
}

function divided(
  image: CellLabels,
  squares: Squares,
): { learnt: CellLabels; kept: CellLabels; learntCount: number; keptCount: number } {
  const centres = centresOfMass(image);
  const labels = instanceLabels(image);
  const kept = new Set<number>();
  labels.forEach((label, k) => {
    if (isKept(squares, float32At(centres, 2 * k), float32At(centres, 2 * k + 1))) kept.add(label);
  });
  return {
    learnt: keepLabels(image, (label) => !kept.has(label)),
    kept: keepLabels(image, (label) => kept.has(label)),
    learntCount: labels.length - kept.size,
    keptCount: kept.size,
  };
}
