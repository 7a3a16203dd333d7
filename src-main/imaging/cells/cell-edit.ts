import type { CellMask } from './cell-mask.ts';

/** Vertices packed y, x in image pixels, pixel centres at +0.5. */
type Path = ArrayLike<number>;

/** A correction of outlines. `push` takes pixels from other cells; without it they keep theirs. */
export type CellEdit =
  | { kind: 'brush'; id: number; path: Path; radiusPx: number; mode: 'add' | 'erase'; push: boolean }
  | { kind: 'redraw'; id: number; path: Path; push: boolean }
  | { kind: 'lasso'; path: Path; push: boolean }
  /** Without ids: every cell that the path divides. */
  | { kind: 'cut'; ids: readonly number[] | null; path: Path }
  | { kind: 'merge'; ids: readonly number[] }
  /** Merges the cells that the path runs over. */
  | { kind: 'mergeAcross'; path: Path }
  | { kind: 'fillHoles'; ids: readonly number[] }
  | { kind: 'smooth'; ids: readonly number[] }
  | { kind: 'delete'; ids: readonly number[] }
  | { kind: 'addMask'; mask: CellMask }
  | { kind: 'split'; id: number; points: Path };
