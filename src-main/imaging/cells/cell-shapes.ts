import type { Box, LabelRuns } from '../../contract/pixels.ts';
import type { CellMask, ReviewCell } from '../../contract/review-document.ts';
import { BoxTree } from './box-tree.ts';
import { boxesMeet, boxOf, cellMaskOf, eachRun, maskArea, regionOf } from './cell-mask.ts';
import { keepOnePiece } from './keep-one-piece.ts';
import { paintRuns } from './paint-runs.ts';
import { labelsUnder, maskOfLabel } from './label-cells.ts';
import type { LabelCell } from './label-cells.ts';

/** A label image with the places of its instances. */
export interface IndexedLabels {
  labels: LabelRuns;
  cells: ReadonlyMap<number, LabelCell>;
}

/** A found cell is covered if cells that count more take at least this part of it. */
const coveredFrom = 0.5;

/**
 * The shapes of the cells under review, so that no two shown cells overlap and each is one piece. A cell that
 * a person accepted, edited or added keeps its pixels, and a found cell loses those. A found cell that loses
 * half of its pixels or more is covered, and has no shape. Rejected cells keep their shapes and may overlap
 * others.
 */
export class CellShapes {
  readonly height: number;
  readonly width: number;
  readonly #found: IndexedLabels;
  readonly #cells = new Map<number, ReviewCell>();
  /** Shapes that differ from a cell's own mask; `null`: covered. */
  readonly #trimmed = new Map<number, CellMask | null>();
  readonly #masks = new Map<number, CellMask>();
  #tree: BoxTree | null = null;

  /**
   * @param found the prediction of the document; without one, an empty label image [height, width]
   * @param cells by ascending id. Those whose label is missing in `found` have no shape
   */
  constructor(found: IndexedLabels, cells: readonly ReviewCell[]) {
    this.height = found.labels.height;
    this.width = found.labels.width;
    this.#found = found;
    for (const cell of cells) this.#cells.set(cell.id, cell);
    this.#trim(cells);
  }

  /** The shape of a cell, `null` if there is none: the id is unknown, or the cell is covered. */
  mask(id: number): CellMask | null {
    const trimmed = this.#trimmed.get(id);
    if (trimmed !== undefined) return trimmed;
    const cell = this.#cells.get(id);
    return cell === undefined ? null : this.#own(cell);
  }

  /** The place of a cell's shape, `null` if there is none. */
  box(id: number): Box | null {
    const trimmed = this.#trimmed.get(id);
    if (trimmed !== undefined) return trimmed === null ? null : boxOf(trimmed);
    const cell = this.#cells.get(id);
    return cell === undefined ? null : this.#ownBox(cell);
  }

  /** Pixels of a cell's shape; 0 if there is none. */
  areaPx(id: number): number {
    const trimmed = this.#trimmed.get(id);
    if (trimmed !== undefined) return trimmed === null ? 0 : maskArea(trimmed);
    const cell = this.#cells.get(id);
    if (cell === undefined) return 0;
    if (cell.mask !== null) return maskArea(cell.mask);
    return this.#found.cells.get(cell.label ?? 0)?.areaPx ?? 0;
  }

  /** Whether a cell's shape is not its own mask. */
  isTrimmed(id: number): boolean {
    return this.#trimmed.has(id);
  }

  /** The ids of cells whose boxes meet a box, and of some beside it. */
  near(box: Box): Set<number> {
    if (this.#tree === null) {
      this.#tree = new BoxTree();
      this.#tree.addAll(
        [...this.#cells.keys()].flatMap((id) => {
          const own = this.box(id);
          return own === null ? [] : [{ id, box: own }];
        }),
      );
    }
    return this.#tree.near(box);
  }

  /**
   * The label image of some cells, which must not be rejected ones: every pixel has the id of its cell.
   * @param isShown which cells
   * @param others masks of more cells by id, on pixels that no shown cell has
   */
  labelRuns(
    isShown: (cell: ReviewCell) => boolean,
    others: ReadonlyMap<number, CellMask> = new Map(),
  ): LabelRuns {
    const { labels, cells } = this.#found;
    const idOf = new Map<number, number>();
    const painted = new Map(others);
    for (const cell of this.#cells.values()) {
      if (!isShown(cell)) continue;
      if (cell.mask === null && !this.#trimmed.has(cell.id)) {
        if (cells.has(cell.label ?? 0)) idOf.set(cell.label!, cell.id);
        continue;
      }
      const mask = this.mask(cell.id);
      if (mask !== null) painted.set(cell.id, mask);
    }
    return paintRuns(labels, idOf, painted);
  }

  #own(cell: ReviewCell): CellMask | null {
    if (cell.mask !== null) return cell.mask;
    const known = this.#masks.get(cell.id);
    if (known !== undefined) return known;
    const box = this.#ownBox(cell);
    if (box === null) return null;
    const mask = maskOfLabel(this.#found.labels, cell.label!, box);
    this.#masks.set(cell.id, mask);
    return mask;
  }

  #ownBox({ mask, label }: ReviewCell): Box | null {
    return mask === null ? (this.#found.cells.get(label ?? 0)?.box ?? null) : boxOf(mask);
  }

  #trim(cells: readonly ReviewCell[]): void {
    const [firm, loose] = [cells.filter(isFirm), cells.filter(({ state }) => state === 'found')];
    const placed = new BoxTree();
    /** The cells with own masks over each cell that has the prediction's mask. */
    const over = new Map<number, number[]>();
    const byLabel = new Map<number, ReviewCell>();
    for (const cell of [...firm, ...loose]) if (cell.mask === null) byLabel.set(cell.label ?? 0, cell);

    const place = (cell: ReviewCell & { mask: CellMask }): void => {
      const box = boxOf(cell.mask);
      const rivals = [...placed.near(box)];
      if (cell.state === 'found') {
        for (const label of labelsUnder(this.#found.labels, cell.mask)) {
          const rival = byLabel.get(label);
          if (rival !== undefined && isFirm(rival)) rivals.push(rival.id);
        }
      }
      this.#take(cell, rivals);
      const shape = this.mask(cell.id);
      if (shape === null) return;
      placed.add(cell.id, boxOf(shape));
      for (const label of labelsUnder(this.#found.labels, shape)) {
        const under = byLabel.get(label);
        if (under === undefined || (cell.state === 'found' && isFirm(under))) continue;
        const known = over.get(under.id);
        if (known === undefined) over.set(under.id, [cell.id]);
        else known.push(cell.id);
      }
    };
    for (const cell of firm) if (hasMask(cell)) place(cell);
    const bestFirst = loose.filter(hasMask).sort((a, b) => b.score - a.score || a.id - b.id);
    for (const cell of bestFirst) place(cell);
    for (const [id, rivals] of over) this.#take(this.#cells.get(id)!, rivals);
  }

  /** Takes the pixels of other cells from a cell. */
  #take(cell: ReviewCell, rivals: readonly number[]): void {
    const own = this.#own(cell);
    if (own === null) return;
    const box = boxOf(own);
    const near = rivals
      .map((id) => this.mask(id))
      .filter((rival): rival is CellMask => rival !== null && boxesMeet(boxOf(rival), box));
    if (near.length === 0) return;
    const region = regionOf(own);
    let isChanged = false;
    for (const rival of near) {
      eachRun(rival, box, (y, start, end) => {
        const row = (y - box.top) * region.width - box.left;
        for (let x = start; x < end; x++) {
          if (region.data[row + x] === 0) continue;
          region.data[row + x] = 0;
          isChanged = true;
        }
      });
    }
    if (!isChanged) return;
    keepOnePiece(region);
    const left = cellMaskOf(region);
    const isCovered = left === null || (!isFirm(cell) && maskArea(left) <= (1 - coveredFrom) * maskArea(own));
    this.#trimmed.set(cell.id, isCovered ? null : left);
  }
}

/** Whether a person has confirmed a cell. */
export function isFirm({ state }: Pick<ReviewCell, 'state'>): boolean {
  return state === 'accepted' || state === 'edited' || state === 'added';
}

function hasMask(cell: ReviewCell): cell is ReviewCell & { mask: CellMask } {
  return cell.mask !== null;
}
