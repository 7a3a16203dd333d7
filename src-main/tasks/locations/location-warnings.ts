import { float32At, int32At, itemAt } from '../../contract/elements.ts';
import type { Locations, Mask } from '../../contract/pixels.ts';
import type { LocationWarning } from '../../contract/requests/location-requests.ts';
import { connectedRuns } from '../../imaging/label/connected-runs.ts';
import type { ConnectedRuns } from '../../imaging/label/connected-runs.ts';

type Places = LocationWarning['places'];

/** At most this number of places of one kind is listed. The message counts all of them. */
const listed = 200;

/** A piece of foreground below this share of the usual cell area is a speck, not a missed cell. */
const speckShare = 0.125;

/**
 * Mismatches between the points of an image and its foreground. Possible missed cells come first, specks
 * last.
 */
export function locationWarnings(points: Locations, foreground: Mask): LocationWarning[] {
  const { height, width } = foreground;
  const pieces = connectedRuns(foreground, 8);
  const occupied = new Set<number>();
  const outside: Places = [];
  for (let i = 0; i < points.length; i += 2) {
    const [y, x] = [float32At(points, i), float32At(points, i + 1)];
    const row = Math.min(height - 1, Math.floor(y));
    const column = Math.min(width - 1, Math.floor(x));
    const piece = pieceAt(pieces, row * width + column);
    if (piece === 0) outside.push({ y, x });
    else occupied.add(piece);
  }
  const centres = centresOf(pieces, width);
  const areasPx = pieces.areas.subarray(1);
  const usualPx = areasPx.reduce((sum, area) => sum + area, 0) / (points.length / 2);
  const empty: Places = [];
  const specks: Places = [];
  for (const [i, area] of areasPx.entries()) {
    if (occupied.has(i + 1)) continue;
    const place = itemAt(centres, i);
    if (area < speckShare * usualPx) specks.push(place);
    else empty.push(place);
  }
  return [
    warning('foreground-without-point', empty),
    warning('point-outside-foreground', outside),
    warning('speck-without-point', specks),
  ].filter((found) => found !== null);
}

/** The piece that a pixel belongs to; 0 for the background. */
function pieceAt({ count, starts, ends, labels }: ConnectedRuns, pixel: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (int32At(starts, middle) <= pixel) low = middle + 1;
    else high = middle;
  }
  return low > 0 && pixel < int32At(ends, low - 1) ? int32At(labels, low - 1) : 0;
}

/** The mean position of each piece, in px with pixel centres at +0.5. */
function centresOf({ count, starts, ends, labels, areas }: ConnectedRuns, width: number): Places {
  const sums = Array.from(areas.subarray(1), () => ({ y: 0, x: 0 }));
  for (let run = 0; run < count; run++) {
    const [first, last, sum] = [
      int32At(starts, run),
      int32At(ends, run) - 1,
      itemAt(sums, int32At(labels, run) - 1),
    ];
    const pixels = last - first + 1;
    sum.y += pixels * Math.floor(first / width);
    sum.x += (pixels * ((first % width) + (last % width))) / 2;
  }
  return sums.map(({ y, x }, i) => ({
    y: y / int32At(areas, i + 1) + 0.5,
    x: x / int32At(areas, i + 1) + 0.5,
  }));
}

function warning(
  kind: Exclude<LocationWarning['kind'], 'no-points'>,
  places: Places,
): LocationWarning | null {
  if (places.length === 0) return null;
  return { kind, message: warningText(kind, places.length), places: places.slice(0, listed) };
}

function warningText(kind: Exclude<LocationWarning['kind'], 'no-points'>, count: number): string {
  switch (kind) {
    case 'foreground-without-point':
      return count === 1 ? '1 region without a point' : `${count} regions without a point`;
    case 'point-outside-foreground':
      return count === 1 ? '1 point outside the foreground' : `${count} points outside the foreground`;
    case 'speck-without-point':
      return count === 1 ? '1 small speck without a point' : `${count} small specks without a point`;
  }
}
