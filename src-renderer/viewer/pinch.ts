/** A place on the page, CSS px. */
export interface PagePlace {
  x: number;
  y: number;
}
export type TwoPlaces = readonly [PagePlace, PagePlace];

/** How two fingers moved. */
export interface Pinch {
  /** How much farther they are from each other than before. */
  factor: number;
  /** The place between them, and how far it has moved. */
  middle: PagePlace;
  moved: PagePlace;
}

/** The zoom and pan between two places of two fingers. */
export function pinchOf(before: TwoPlaces, after: TwoPlaces): Pinch {
  const middle = middleOf(after);
  const from = middleOf(before);
  return {
    // Fingers at one place have no distance to compare with.
    factor: Math.max(1, distanceOf(after)) / Math.max(1, distanceOf(before)),
    middle,
    moved: { x: middle.x - from.x, y: middle.y - from.y },
  };
}

function middleOf([a, b]: TwoPlaces): PagePlace {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distanceOf([a, b]: TwoPlaces): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
