import type { ContourSet } from '../../../src-main/contract/pixels.ts';
import { packContours } from '../../../src-main/imaging/contours/pack-contours.ts';
import type { Ring } from '../../../src-main/imaging/contours/pack-contours.ts';
import { SeededRandom } from '../../../src-main/model/seeded-random.ts';
import type { ColonyImage } from '../../../src-main/sample/generate-colony-image.ts';

/** Cells in a row and in a column. */
const cellsAcross = 55;
export const crowdSpacingPx = 32;
const radiusPx = 13;
/** Points of a contour: about one per px, as where a model has found it. */
const pointsAround = 84;

/** 3025 wavy cells side by side, drawn directly. The generator of colonies would take minutes for so many. */
export function crowdImage(): Omit<ColonyImage, 'nucleusLocations' | 'pixelSizeUm'> & {
  contours: ContourSet;
} {
  const random = new SeededRandom(11, 'crowd');
  const side = cellsAcross * crowdSpacingPx;
  const labels = new Int32Array(side * side);
  const membrane = Uint16Array.from(labels, () => 180 + 60 * random.uniform());
  const nuclei = Uint16Array.from(labels, () => 110 + 40 * random.uniform());
  const rings: Ring[] = [];
  for (let row = 0; row < cellsAcross; row++) {
    for (let column = 0; column < cellsAcross; column++) {
      const label = row * cellsAcross + column + 1;
      const [phase, brightness] = [2 * Math.PI * random.uniform(), 500 + 1500 * random.uniform()];
      const edgeAt = (turn: number) =>
        radiusPx * (1 + 0.1 * Math.sin(3 * turn + phase) + 0.06 * Math.sin(7 * turn - phase));
      rings.push({
        label,
        points: Array.from({ length: pointsAround }, (_, i) => (2 * Math.PI * i) / pointsAround).flatMap(
          (turn) => [
            (row + 0.5) * crowdSpacingPx + edgeAt(turn) * Math.sin(turn),
            (column + 0.5) * crowdSpacingPx + edgeAt(turn) * Math.cos(turn),
          ],
        ),
      });
      for (let dy = -crowdSpacingPx / 2; dy < crowdSpacingPx / 2; dy++) {
        for (let dx = -crowdSpacingPx / 2; dx < crowdSpacingPx / 2; dx++) {
          const at = ((row + 0.5) * crowdSpacingPx + dy) * side + (column + 0.5) * crowdSpacingPx + dx;
          const edge = edgeAt(Math.atan2(dy, dx));
          const reach = Math.hypot(dy, dx);
          if (reach >= edge) continue;
          labels[at] = label;
          membrane[at]! += brightness * (reach > edge - 2 ? 1 : 0.35);
          if (reach < 0.4 * radiusPx) nuclei[at]! += 2 * brightness;
        }
      }
    }
  }
  return {
    height: side,
    width: side,
    membrane,
    nuclei,
    contours: packContours(rings),
    labels: { height: side, width: side, data: labels },
  };
}
