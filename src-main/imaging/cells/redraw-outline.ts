import { float32At, float64At, numberAt, uint32At, uint8At } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { fillRings } from '../contours/fill-rings.ts';
import { ringArea } from '../contours/ring-area.ts';
import { traceContours } from '../contours/trace-contours.ts';
import { eachHoleRun } from '../morphology/fill-holes.ts';
import type { CellDraft } from './cell-draft.ts';
import type { CellEdit, CellMask } from '../../contract/review-document.ts';
import { boxOf, eachRunIn, growBox, joinBoxes, maskArea, regionOf } from './cell-mask.ts';
import type { MaskRegion } from './cell-mask.ts';
import { boxOfPath, pathWithin, requireShort } from './paths.ts';

/** A stroke that begins or ends this near the outline begins or ends on it. */
const snapPx = 3;

/** Where a path and a ring meet. */
interface Meeting {
  /** Vertex index along the path plus the share of the segment after it. */
  onPath: number;
  onRing: number;
  y: number;
  x: number;
}

/**
 * Replaces a piece of a cell's outline by a stroke. The stroke's first and last meetings divide the outline
 * into two pieces. The stroke replaces the piece that changes fewer pixels. Holes stay.
 * @throws LacssError `annotation-invalid` if the stroke does not meet the outline twice
 */
export function redrawOutline(
  draft: CellDraft,
  { id, path, push }: Extract<CellEdit, { kind: 'redraw' }>,
): void {
  const mask = draft.mask(id);
  const reach = growBox(boxOfPath(path), 1, draft.height, draft.width);
  const region = regionOf(mask, joinBoxes(boxOf(mask), reach));
  const ring = outerRing(region);
  requireShort(path, draft, (path.length / 2) * (ring.length / 2));
  const stroke = pathWithin(region, path);
  const [start, end] = meetings(stroke, ring) ?? [];
  if (start === undefined || end === undefined) {
    throw new LacssError(
      'annotation-invalid',
      'The line does not meet the outline at two places. No cell was changed.',
      { remedy: 'Begin and end the line inside the cell, or on its outline.' },
    );
  }
  const drawn = [start.y, start.x, ...verticesBetween(stroke, start.onPath, end.onPath), end.y, end.x];
  const [one, other] = [
    alongRing(ring, end.onRing, start.onRing),
    // The other way round the ring.
    reversed(alongRing(ring, start.onRing, end.onRing)),
  ] as const;
  const holes: [start: number, end: number][] = [];
  eachHoleRun(region, (from, to) => holes.push([from, to]));
  const enclose = (rest: readonly number[]): void => {
    region.data.fill(0);
    fillRings([[...drawn, ...rest]], region.height, region.width, (y, from, to) => {
      region.data.fill(1, y * region.width + from, y * region.width + to);
    });
    for (const [from, to] of holes) region.data.fill(0, from, to);
  };
  // One region for the cell and for both ways, because it can be as large as the image.
  enclose(one);
  const changedPx = countChanged(mask, region);
  enclose(other);
  if (countChanged(mask, region) >= changedPx) enclose(one);
  draft.claim(id, region, push);
}

/** Pixels that only one of both has. */
function countChanged(mask: CellMask, region: MaskRegion): number {
  let [own, both] = [0, 0];
  for (const value of region.data) own += value;
  eachRunIn(region, mask, (start, end) => {
    for (let i = start; i < end; i++) both += uint8At(region.data, i);
  });
  return own + maskArea(mask) - 2 * both;
}

/** The outer outline of a region's only piece, along pixel sides. */
function outerRing(region: MaskRegion): Float32Array {
  const { points, ringStarts } = traceContours(region);
  const rings = Array.from({ length: ringStarts.length - 1 }, (_, r) =>
    points.subarray(2 * uint32At(ringStarts, r), 2 * uint32At(ringStarts, r + 1)),
  );
  return rings.find((ring) => ringArea(ring) > 0)!;
}

/**
 * The first and the last meeting of a path with a ring; ends near the ring count. Null without two meetings.
 */
function meetings(path: Float64Array, ring: Float32Array): [Meeting, Meeting] | null {
  const crossed = crossings(path, ring);
  const last = path.length / 2 - 1;
  const begin = nearestOnRing(float64At(path, 0), float64At(path, 1), ring, 0);
  const finish = nearestOnRing(float64At(path, 2 * last), float64At(path, 2 * last + 1), ring, last);
  let [first, final] = [crossed.at(0), crossed.at(-1)];
  if (crossed.length < 2) {
    // An end close to the outline counts as on it. With one crossing, the nearer end counts.
    const isBeginNearer = begin.distance < finish.distance;
    if (begin.distance <= snapPx && (crossed.length === 0 || isBeginNearer)) first = begin.meeting;
    if (finish.distance <= snapPx && (crossed.length === 0 || !isBeginNearer)) final = finish.meeting;
  }
  if (first === undefined || final === undefined || first.onRing === final.onRing) return null;
  return [first, final];
}

/** All crossings, in the order of the path. */
function crossings(path: Float64Array, ring: Float32Array): Meeting[] {
  const found: Meeting[] = [];
  const corners = ring.length / 2;
  for (let p = 0; p + 1 < path.length / 2; p++) {
    const [y0, x0] = [float64At(path, 2 * p), float64At(path, 2 * p + 1)];
    const [y1, x1] = [float64At(path, 2 * p + 2), float64At(path, 2 * p + 3)];
    for (let r = 0; r < corners; r++) {
      const n = (r + 1) % corners;
      const [ry, rx] = [float32At(ring, 2 * r), float32At(ring, 2 * r + 1)];
      const [ny, nx] = [float32At(ring, 2 * n), float32At(ring, 2 * n + 1)];
      // Every side runs along an axis.
      const isLevel = ry === ny;
      const [from, to, level] = isLevel ? ([y0, y1, ry] as const) : ([x0, x1, rx] as const);
      if (from < level === to < level) continue;
      const share = (level - from) / (to - from);
      const at = isLevel ? x0 + share * (x1 - x0) : y0 + share * (y1 - y0);
      const [sideStart, sideEnd] = isLevel ? ([rx, nx] as const) : ([ry, ny] as const);
      if (at < Math.min(sideStart, sideEnd) || at >= Math.max(sideStart, sideEnd)) continue;
      found.push({
        onPath: p + share,
        onRing: r + (at - sideStart) / (sideEnd - sideStart),
        y: isLevel ? level : at,
        x: isLevel ? at : level,
      });
    }
  }
  return found.sort((a, b) => a.onPath - b.onPath);
}

function nearestOnRing(
  y: number,
  x: number,
  ring: Float32Array,
  onPath: number,
): { meeting: Meeting; distance: number } {
  let nearest = {
    meeting: { onPath, onRing: 0, y: float32At(ring, 0), x: float32At(ring, 1) },
    distance: Infinity,
  };
  const corners = ring.length / 2;
  for (let r = 0; r < corners; r++) {
    const n = (r + 1) % corners;
    const [ry, rx] = [float32At(ring, 2 * r), float32At(ring, 2 * r + 1)];
    const [dy, dx] = [float32At(ring, 2 * n) - ry, float32At(ring, 2 * n + 1) - rx];
    const along = ((y - ry) * dy + (x - rx) * dx) / (dy * dy + dx * dx);
    const share = Math.min(1, Math.max(0, along));
    const place = { onPath, onRing: r + share, y: ry + share * dy, x: rx + share * dx };
    const distance = Math.hypot(y - place.y, x - place.x);
    if (distance < nearest.distance) nearest = { meeting: place, distance };
  }
  return nearest;
}

/** The vertices of a path between two places on it. */
function verticesBetween(path: Float64Array, from: number, to: number): number[] {
  return [...path.subarray(2 * Math.ceil(from), 2 * (Math.floor(to) + 1))];
}

/** The vertices of a ring from one place forward to another. */
function alongRing(ring: Float32Array, from: number, to: number): number[] {
  const corners = ring.length / 2;
  const vertices: number[] = [];
  const end = to < from ? to + corners : to;
  for (let r = Math.floor(from) + 1; r <= end; r++) {
    vertices.push(float32At(ring, 2 * (r % corners)), float32At(ring, 2 * (r % corners) + 1));
  }
  return vertices;
}

/** The same vertices from the last to the first. */
function reversed(vertices: readonly number[]): number[] {
  const backwards: number[] = [];
  for (let i = vertices.length - 2; i >= 0; i -= 2)
    backwards.push(numberAt(vertices, i), numberAt(vertices, i + 1));
  return backwards;
}
