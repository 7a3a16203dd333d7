import type { Locations, Mask } from '../../contract/pixels.ts';
import type { LocationWarning } from '../../contract/requests/locations.ts';
import { cellAreas } from '../../imaging/label/cell-areas.ts';
import { centresOfMass } from '../../imaging/label/centres-of-mass.ts';
import { labelComponents } from '../../imaging/label/label-components.ts';

type Places = LocationWarning['places'];

/** Places of one kind that are worth listing; the message counts them all. */
const listed = 200;

/** A piece of foreground smaller than this share of the usual cell is a speck, and no cell that was missed. */
const speckShare = 0.125;

/** What does not fit between the points of an image and its foreground: what may be a missed cell first, specks last. */
export function locationWarnings(points: Locations, foreground: Mask): LocationWarning[] {
  const pieces = labelComponents(foreground, 8);
  const occupied = new Set<number>();
  const outside: Places = [];
  for (let i = 0; i < points.length; i += 2) {
    const [y, x] = [points[i]!, points[i + 1]!];
    const row = Math.min(pieces.height - 1, Math.floor(y));
    const column = Math.min(pieces.width - 1, Math.floor(x));
    const piece = pieces.data[row * pieces.width + column]!;
    if (piece === 0) outside.push({ y, x });
    else occupied.add(piece);
  }
  const centres = centresOfMass(pieces);
  const areasPx = cellAreas(pieces);
  const usualPx = areasPx.reduce((sum, area) => sum + area, 0) / (points.length / 2);
  const empty: Places = [];
  const specks: Places = [];
  for (const [i, area] of areasPx.entries()) {
    if (occupied.has(i + 1)) continue;
    const place = { y: centres[2 * i]!, x: centres[2 * i + 1]! };
    if (area < speckShare * usualPx) specks.push(place);
    else empty.push(place);
  }
  return [
    warning('foreground-without-point', empty, 'region', ' without a point'),
    warning('point-outside-foreground', outside, 'point', ' outside the foreground'),
    warning('speck-without-point', specks, 'small speck', ' without a point'),
  ].filter((found) => found !== null);
}

function warning(
  kind: LocationWarning['kind'],
  places: Places,
  noun: string,
  what: string,
): LocationWarning | null {
  if (places.length === 0) return null;
  const message = `${places.length} ${noun}${places.length === 1 ? '' : 's'}${what}`;
  return { kind, message, places: places.slice(0, listed) };
}
