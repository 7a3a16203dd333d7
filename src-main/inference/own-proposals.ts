import { float32At, numberAt } from '../contract/elements.ts';
import type { Tile } from './plan-tiles.ts';
import type { Proposals } from './read-proposals.ts';
import { suppressNeighbours } from './suppress-neighbours.ts';

/**
 * A tile's proposals without duplicates, highest score first. A proposal counts if its location is inside the
 * image and in the tile's core, or at most `reachPx` outside the core. There the neighbouring tile may place
 * the same cell on this side.
 *
 * @param proposals in px of the tile
 * @param image size of the whole image in the same px. Beyond it, a tile shows a mirror image, which holds no
 *   cells.
 * @param reachPx of two proposals nearer than this, the one with the higher score stays
 * @param mostCells maximum number of proposals; those with the highest scores stay
 */
export function ownProposals(
  { locations, scores }: Proposals,
  tile: Tile,
  image: { height: number; width: number },
  reachPx: number,
  mostCells: number,
): Proposals {
  const y = (k: number): number => float32At(locations, 2 * k) + tile.top;
  const x = (k: number): number => float32At(locations, 2 * k + 1) + tile.left;
  const inImage = Array.from(scores, (_, k) => k).filter(
    (k) => y(k) >= 0 && x(k) >= 0 && y(k) < image.height && x(k) < image.width,
  );
  // before suppression: a mirror image must not suppress a cell
  const real = pick({ locations, scores }, inImage);
  const own = suppressNeighbours(real.locations, real.scores, reachPx)
    .map((index) => numberAt(inImage, index))
    .filter(
      (k) =>
        y(k) >= tile.coreTop - reachPx &&
        y(k) < tile.coreBottom + reachPx &&
        x(k) >= tile.coreLeft - reachPx &&
        x(k) < tile.coreRight + reachPx,
    );
  return pick({ locations, scores }, own.slice(0, mostCells));
}

function pick({ locations, scores }: Proposals, indices: readonly number[]): Proposals {
  return {
    locations: Float32Array.from(indices.flatMap((k) => [locations[2 * k], locations[2 * k + 1]])),
    scores: Float32Array.from(indices, (k) => float32At(scores, k)),
  };
}
