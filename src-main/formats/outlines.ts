import { float32At, numberAt, uint32At } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { ContourSet, LabelRuns } from '../contract/pixels.ts';
import { packContours, type Ring } from '../imaging/contours/pack-contours.ts';
import { ringArea } from '../imaging/contours/ring-area.ts';
import { fillRings } from '../imaging/contours/fill-rings.ts';
import { instanceLabels } from '../imaging/label/instance-labels.ts';
import { SpanPainter } from '../imaging/label/span-painter.ts';
import { DrawingBudget } from './drawing-budget.ts';

/** A piece of an instance: its outer ring and the rings of its holes, vertices packed y, x. */
export interface Piece {
  outer: Float32Array;
  holes: Float32Array[];
}

/** The outline of one instance. */
export interface Outline {
  label: number;
  /** More than one if the instance has pieces that share no pixel side. */
  pieces: Piece[];
}

/** Groups the rings of a contour set, each hole with its piece, in order of label. */
export function outlinesOf(contours: ContourSet): Outline[] {
  const rings = new Map<number, Float32Array[]>();
  contours.ringLabels.forEach((label, r) => {
    const ring = contours.points.subarray(
      2 * uint32At(contours.ringStarts, r),
      2 * uint32At(contours.ringStarts, r + 1),
    );
    rings.set(label, [...(rings.get(label) ?? []), ring]);
  });
  return [...rings]
    .sort(([a], [b]) => a - b)
    .map(([label, own]) => {
      const outer = own.filter((ring) => ringArea(ring) > 0);
      const pieces = outer.map((ring): Piece => ({ outer: ring, holes: [] }));
      for (const hole of own.filter((ring) => ringArea(ring) < 0)) {
        // The smallest piece around it, because a piece may be inside a hole of another.
        const around = pieces
          .filter((piece) => isInside(hole, piece.outer))
          .sort((a, b) => ringArea(a.outer) - ringArea(b.outer));
        around[0]?.holes.push(hole);
      }
      return { label, pieces };
    });
}

/**
 * The same outlines without rings that touch themselves. Around a cell that touches itself at a corner, a
 * traced ring passes that corner twice. That is not valid geometry, but two rings that share the corner are.
 */
export function splitAtTouchingCorners(contours: ContourSet): ContourSet {
  const rings: Ring[] = [];
  contours.ringLabels.forEach((label, r) => {
    let path: [y: number, x: number][] = [];
    const positions = new Map<string, number>();
    for (let i = uint32At(contours.ringStarts, r); i < uint32At(contours.ringStarts, r + 1); i++) {
      const vertex: [number, number] = [
        float32At(contours.points, 2 * i),
        float32At(contours.points, 2 * i + 1),
      ];
      const seen = positions.get(vertex.join());
      if (seen !== undefined) {
        const loop = path.slice(seen);
        for (const passed of loop) positions.delete(passed.join());
        rings.push({ label, points: loop.flat() });
        path = path.slice(0, seen);
      }
      positions.set(vertex.join(), path.length);
      path.push(vertex);
    }
    rings.push({ label, points: path.flat() });
  });
  return packContours(rings);
}

/** All rings of an outline. */
export function ringsOf(outline: Outline): Float32Array[] {
  return outline.pieces.flatMap(({ outer, holes }) => [outer, ...holes]);
}

/** Whether a hole is inside a ring. It tests a point next to the hole's first edge, inside the instance. */
function isInside(hole: ArrayLike<number>, ring: ArrayLike<number>): boolean {
  const middleY = (numberAt(hole, 0) + numberAt(hole, 2)) / 2;
  const middleX = (numberAt(hole, 1) + numberAt(hole, 3)) / 2;
  // Holes run counter-clockwise on the screen: the instance is on the right, the hole on the left.
  const y = middleY + 1e-3 * Math.sign(numberAt(hole, 1) - numberAt(hole, 3));
  const x = middleX + 1e-3 * Math.sign(numberAt(hole, 2) - numberAt(hole, 0));
  let inside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const y0 = numberAt(ring, i);
    const y1 = numberAt(ring, j);
    if (y0 > y === y1 > y) continue;
    if (x < numberAt(ring, i + 1) + ((y - y0) / (y1 - y0)) * (numberAt(ring, j + 1) - numberAt(ring, i + 1)))
      inside = !inside;
  }
  return inside;
}

/** A closed shape from a file, and its label. */
export interface Shape {
  label: number;
  /** Vertices packed y, x; outer rings and holes alike. */
  rings: readonly ArrayLike<number>[];
  /** Other pixels of the shape, packed y, x; those outside the image do not count. */
  pixels?: readonly number[];
}

/**
 * Refuses shapes without any part in the image: they would be lost, and the file is for another image.
 * @throws LacssError `image-size-mismatch`
 */
export function requireInside(
  shapes: readonly (readonly ArrayLike<number>[])[],
  fileName: string,
  height: number,
  width: number,
): void {
  const outside = shapes.filter((rings) => !reachesImage(rings, height, width)).length;
  if (outside === 0) return;
  throw new LacssError(
    'image-size-mismatch',
    `${fileName}: ${outside} of its ${shapes.length} cells are outside the image of ${width} × ${height} px.`,
    { subject: fileName, remedy: 'Use a file made for this image, with coordinates in pixels.' },
  );
}

function reachesImage(rings: readonly ArrayLike<number>[], height: number, width: number): boolean {
  let [top, left, bottom, right] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const [y, x] = [numberAt(ring, i), numberAt(ring, i + 1)];
      [top, left] = [Math.min(top, y), Math.min(left, x)];
      [bottom, right] = [Math.max(bottom, y), Math.max(right, x)];
    }
  }
  return bottom >= 0 && right >= 0 && top <= height && left <= width;
}

/** The label image of the shapes in a file. */
export interface DrawnLabels extends LabelRuns {
  /** Shapes that have no pixel: later ones cover them, or they are smaller than a pixel. */
  lost: number;
}

/** The label image of this number of shapes, each drawn with its own label. */
export function drawnLabels(labels: LabelRuns, shapes: number): DrawnLabels {
  return { ...labels, lost: shapes - instanceLabels(labels).length };
}

/**
 * The label image of shapes: each pixel whose centre is inside a shape. If shapes overlap, the later one
 * wins.
 * @throws LacssError `image-size-mismatch`; `file-unsupported` if they overlap too often
 */
export function labelsOf(
  shapes: readonly Shape[],
  fileName: string,
  height: number,
  width: number,
): DrawnLabels {
  requireInside(
    shapes.map(({ rings }) => rings),
    fileName,
    height,
    width,
  );
  const painter = new SpanPainter(height, width);
  const budget = new DrawingBudget(fileName, height, width);
  for (const { label, rings, pixels = [] } of shapes) {
    budget.cross(rings);
    fillRings(rings, height, width, (y, start, end) => {
      budget.draw(end - start);
      painter.paint(label, y, start, end);
    });
    for (let i = 0; i < pixels.length; i += 2) {
      const [y, x] = [numberAt(pixels, i), numberAt(pixels, i + 1)];
      if (y >= 0 && x >= 0 && y < height && x < width) painter.paint(label, y, x, x + 1);
    }
  }
  return drawnLabels(painter.build(), shapes.length);
}

/**
 * Labels from names: the numbers in the names if all are different (`7`, `0007`), as in our exports.
 * Otherwise 1, 2, 3 … in the order of the file.
 */
export function labelsByName(names: readonly (string | null)[]): number[] {
  const numbers = names.map((name) => (name !== null && /^\d{1,9}$/.test(name) ? Number(name) : 0));
  const own = numbers.every((number) => number > 0) && new Set(numbers).size === numbers.length;
  return own ? numbers : names.map((_, i) => i + 1);
}
