import { LacssError } from '../../contract/errors.ts';
import type { Box } from '../../contract/pixels.ts';
import { countInstances } from '../label/number-instances.ts';
import {
  boxesMeet,
  boxOf,
  cellMaskOf,
  clearMask,
  clearRegion,
  eachRunIn,
  growBox,
  masksEqual,
  regionOf,
} from './cell-mask.ts';
import type { CellMask } from '../../contract/review-document.ts';
import type { MaskRegion } from './cell-mask.ts';
import { keepOnePiece } from './keep-one-piece.ts';

/** The shown cells of an image [height, width]. They do not overlap, and each is one 4-connected piece. */
export interface ShownCells {
  height: number;
  width: number;
  /** The ids of all cells whose boxes meet a box. More ids only cost time. */
  near: (box: Box) => Iterable<number>;
  /** `undefined` if no shown cell has this id. */
  mask: (id: number) => CellMask | undefined;
}

/** The result of an edit of the shown cells. */
export interface CellChanges {
  /** The new masks of cells that stay, by id. */
  changed: Map<number, CellMask>;
  removed: number[];
  /** The masks of new cells. */
  added: CellMask[];
}

/** Shown cells with the changes of the current edit. */
export class CellDraft {
  readonly height: number;
  readonly width: number;
  readonly #shown: ShownCells;
  /** null: removed. */
  readonly #masks = new Map<number, CellMask | null>();
  readonly #added: CellMask[] = [];

  constructor(shown: ShownCells) {
    this.height = shown.height;
    this.width = shown.width;
    this.#shown = shown;
  }

  /** @throws LacssError `annotation-invalid` if no shown cell has this id */
  mask(id: number): CellMask {
    const mask = this.#masks.has(id) ? this.#masks.get(id) : this.#shown.mask(id);
    if (mask) return mask;
    throw new LacssError('annotation-invalid', `Cell ${id} is not shown. No cell was changed.`, {
      remedy: 'Select a cell that is shown, then try again.',
    });
  }

  /** Sets the cell's new mask. An empty region removes the cell. */
  set(id: number, region: MaskRegion): void {
    this.#masks.set(id, cellMaskOf(region));
  }

  remove(id: number): void {
    this.mask(id);
    this.#masks.set(id, null);
  }

  /** The cells whose boxes meet a box, by id, without those that this edit added. */
  masksIn(box: Box): Map<number, CellMask> {
    const found = new Map<number, CellMask>();
    const take = (id: number, mask: CellMask | null | undefined): void => {
      if (mask && boxesMeet(boxOf(mask), box)) found.set(id, mask);
    };
    for (const id of this.#shown.near(box)) if (!this.#masks.has(id)) take(id, this.#shown.mask(id));
    for (const [id, mask] of this.#masks) take(id, mask);
    return found;
  }

  /** The part of a mask's box that is in the image. */
  within(mask: CellMask): Box {
    return growBox(boxOf(mask), 0, this.height, this.width);
  }

  /**
   * Makes a region the pixels of a cell. Without `push`, it loses the pixels of other cells; with `push`, the
   * other cells lose them. Keeps one piece; see {@link keepOnePiece}.
   * @param core the cell before the edit, if the piece that continues it must stay
   */
  claim(id: number, region: MaskRegion, push: boolean, core?: CellMask): void {
    this.#clear(region, [id], push, core);
    this.set(id, region);
  }

  /** The same for a new cell. @returns false if nothing is left of it */
  claimNew(region: MaskRegion, push: boolean): boolean {
    this.#clear(region, [], push);
    const mask = cellMaskOf(region);
    if (mask) this.#added.push(mask);
    return mask !== null;
  }

  /**
   * Divides a cell: the largest part stays the cell, the others become cells.
   * @param parts the pixels of part k have the value k, from 1
   * @returns how many cells are added
   */
  divide(id: number, parts: MaskRegion): number {
    const { labels, areas } = countInstances(parts);
    const largest = labels[areas.indexOf(Math.max(...areas))];
    for (const label of labels) {
      const part = cellMaskOf(parts, label);
      if (label === largest) this.#masks.set(id, part);
      else this.#added.push(part!);
    }
    return Math.max(0, labels.length - 1);
  }

  /**
   * Decides which cell owns the pixels of a region. The other cells are read as runs, because the box of a
   * lasso can be as large as the image.
   */
  #clear(region: MaskRegion, own: readonly number[], push: boolean, core?: CellMask): void {
    const others = this.masksIn(boxOf(region));
    for (const id of own) others.delete(id);
    if (!push) for (const mask of others.values()) clearMask(region, mask);
    keepOnePiece(region, core);
    if (push) for (const [id, mask] of others) this.#takeFrom(id, mask, region);
  }

  /** A neighbour loses the pixels of a region, and all but its largest piece. */
  #takeFrom(id: number, mask: CellMask, region: MaskRegion): void {
    if (!isUnder(region, mask)) return;
    const rest = regionOf(mask);
    clearRegion(rest, region);
    keepOnePiece(rest);
    this.set(id, rest);
  }

  changes(): CellChanges {
    const changed = new Map<number, CellMask>();
    const removed: number[] = [];
    for (const [id, mask] of this.#masks) {
      const before = this.#shown.mask(id);
      if (mask === null) removed.push(id);
      else if (before === undefined || !masksEqual(mask, before)) changed.set(id, mask);
    }
    return { changed, removed, added: [...this.#added] };
  }
}

/** Whether a region has pixels of a mask. */
function isUnder(region: MaskRegion, mask: CellMask): boolean {
  let isFound = false;
  eachRunIn(region, mask, (start, end) => {
    isFound ||= region.data.subarray(start, end).includes(1);
  });
  return isFound;
}
