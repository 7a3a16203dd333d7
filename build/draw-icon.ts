/**
 * Draws the application's icon, the mark of the window on a dark tile, and writes `build/icon.png`, from which
 * electron-builder makes what each system wants: `npx tsx build/draw-icon.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encode } from 'fast-png';

type Point = readonly [x: number, y: number];
type Colour = readonly [red: number, green: number, blue: number];

const sidePx = 1024;
/** The tile leaves the margin that macOS wants around an icon. */
const tile = { margin: 100, radius: 185, colour: [20, 24, 29] as Colour };
const cell = { colour: [61, 190, 226] as Colour, strokeWidth: 2.2 };
const nucleus = { x: 16.4, y: 15.6, radius: 3.6, colour: [229, 137, 213] as Colour };
/** The mark is drawn on 32 × 32; so many px of the icon are one of its units. */
const unitPx = (sidePx - 2 * tile.margin) / 38;

/** The outline of the mark: a start, then cubic curves, each by two handles and an end. */
const outlineStart: Point = [16, 4.5];
const outlineCurves: readonly (readonly [Point, Point, Point])[] = [
  [
    [22, 3.8],
    [27, 7.6],
    [27.2, 13.7],
  ],
  [
    [27.4, 20.4],
    [22.7, 27],
    [16, 27],
  ],
  [
    [9.6, 27],
    [4.9, 22.2],
    [4.8, 16],
  ],
  [
    [4.7, 9.9],
    [9.8, 5.2],
    [16, 4.5],
  ],
];

/** The outline as a chain of points, 64 a curve. */
function flatten(): Point[] {
  const points: Point[] = [outlineStart];
  for (const [first, second, end] of outlineCurves) {
    const start = points.at(-1)!;
    for (let i = 1; i <= 64; i++) {
      const t = i / 64;
      const s = 1 - t;
      const at = (k: 0 | 1): number =>
        s ** 3 * start[k] + 3 * s * s * t * first[k] + 3 * s * t * t * second[k] + t ** 3 * end[k];
      points.push([at(0), at(1)]);
    }
  }
  return points;
}

function distanceToSegment(x: number, y: number, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/** Distance to the rounded tile's edge, px; negative inside. */
function distanceToTile(x: number, y: number): number {
  const half = sidePx / 2 - tile.margin - tile.radius;
  const [qx, qy] = [Math.abs(x - sidePx / 2) - half, Math.abs(y - sidePx / 2) - half];
  return Math.hypot(Math.max(qx, 0), Math.max(qy, 0)) + Math.min(Math.max(qx, qy), 0) - tile.radius;
}

/** How much of a pixel lies inside, by its centre's distance to the edge in px. */
const coverage = (distancePx: number): number => Math.min(1, Math.max(0, 0.5 - distancePx));

const outline = flatten();
const data = new Uint8Array(sidePx * sidePx * 4);
for (let row = 0; row < sidePx; row++) {
  for (let column = 0; column < sidePx; column++) {
    const [px, py] = [column + 0.5, row + 0.5];
    const [x, y] = [(px - sidePx / 2) / unitPx + 16, (py - sidePx / 2) / unitPx + 15.8];
    const distances = outline.slice(1).map((point, i) => distanceToSegment(x, y, outline[i]!, point));
    const stroke = coverage((Math.min(...distances) - cell.strokeWidth / 2) * unitPx);
    const disk = coverage((Math.hypot(x - nucleus.x, y - nucleus.y) - nucleus.radius) * unitPx);
    const at = 4 * (row * sidePx + column);
    for (let k = 0; k < 3; k++) {
      const ringed = tile.colour[k]! + (cell.colour[k]! - tile.colour[k]!) * stroke;
      data[at + k] = Math.round(ringed + (nucleus.colour[k]! - ringed) * disk);
    }
    data[at + 3] = Math.round(255 * coverage(distanceToTile(px, py)));
  }
}
const path = fileURLToPath(new URL('icon.png', import.meta.url));
writeFileSync(path, encode({ width: sidePx, height: sidePx, channels: 4, data }));
