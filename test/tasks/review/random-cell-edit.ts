import type { CellEdit } from '../../../src-main/contract/review-document.ts';
import { side } from '../keep-row-of-cells.ts';

/**
 * A random change of the shapes of cells of a small project.
 * @param choose a number from 0 up to, but without, its argument
 * @param ids the cells it may name, at least one
 */
export function randomCellEdit(choose: (count: number) => number, ids: readonly number[]): CellEdit {
  const id = () => ids[choose(ids.length)]!;
  const push = choose(3) === 0;
  const [y, x] = [choose(side), choose(side)];
  const stroke = () => [y, x, y + choose(30) - 15, x + choose(30) - 15];
  const loop = [y, x, y, x + 4 + choose(14), y + 4 + choose(14), x + 8, y + 9, x];
  const mask = {
    top: Math.min(y, side - 9),
    left: Math.min(x, side - 9),
    height: 9,
    width: 9,
    runs: [3, 70],
  };
  switch (choose(12)) {
    case 0:
    case 1: {
      const mode = choose(2) === 0 ? 'add' : 'erase';
      return { kind: 'brush', id: id(), path: stroke(), radiusPx: 1 + choose(6), mode, push };
    }
    case 2:
      return { kind: 'lasso', path: loop, push };
    case 3:
      return { kind: 'cut', ids: null, path: stroke() };
    case 4:
      return { kind: 'mergeAcross', path: stroke() };
    case 5:
      return { kind: 'fillHoles', ids: [id()] };
    case 6:
      return { kind: 'smooth', ids: [id()] };
    case 7:
      return { kind: 'delete', ids: [id()] };
    case 8:
      return { kind: 'redraw', id: id(), path: stroke(), push };
    case 9:
      return { kind: 'split', id: id(), points: [y, x, y + 3, x + 3] };
    case 10:
      return { kind: 'outlineAgain', id: id(), mask, location: { y, x }, score: 0.7, push };
    default:
      return { kind: 'addMask', mask, location: { y, x }, score: 0.8, source: 'prompt' };
  }
}
