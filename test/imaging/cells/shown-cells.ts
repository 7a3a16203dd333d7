import type { Box, LabelImage } from '../../../src-main/contract/pixels.ts';
import type { CellChanges, ShownCells } from '../../../src-main/imaging/cells/cell-draft.ts';
import { boxesMeet, boxOf, cellMaskOf, eachRun } from '../../../src-main/imaging/cells/cell-mask.ts';
import type { CellMask } from '../../../src-main/contract/review-document.ts';

/** The cells of an image by id, with a count of the requested masks. */
export class CellsById implements ShownCells {
  readonly height: number;
  readonly width: number;
  readonly masks: Map<number, CellMask>;
  asked = 0;

  constructor(height: number, width: number, masks: Map<number, CellMask>) {
    this.height = height;
    this.width = width;
    this.masks = masks;
  }

  static of({ height, width, data }: LabelImage): CellsById {
    const masks = new Map<number, CellMask>();
    for (const label of new Set(data)) {
      if (label === 0) continue;
      const own = Uint8Array.from(data, (other) => (other === label ? 1 : 0));
      masks.set(label, cellMaskOf({ top: 0, left: 0, height, width, data: own })!);
    }
    return new CellsById(height, width, masks);
  }

  near(box: Box): number[] {
    return [...this.masks].filter(([, mask]) => boxesMeet(boxOf(mask), box)).map(([id]) => id);
  }

  mask(id: number): CellMask | undefined {
    this.asked++;
    return this.masks.get(id);
  }

  /** The cells after an edit; new ones get the next free ids. */
  with({ changed, removed, added }: CellChanges): CellsById {
    const masks = new Map(this.masks);
    for (const [id, mask] of changed) masks.set(id, mask);
    for (const id of removed) masks.delete(id);
    let next = Math.max(0, ...this.masks.keys());
    for (const mask of added) masks.set(++next, mask);
    return new CellsById(this.height, this.width, masks);
  }

  /** Rows of characters: `.` is background, a digit is a cell's id. @throws Error where two cells overlap */
  rows(): string[] {
    const rows = Array.from({ length: this.height }, () => new Array<string>(this.width).fill('.'));
    const image = { top: 0, left: 0, bottom: this.height, right: this.width };
    for (const [id, mask] of this.masks) {
      eachRun(mask, image, (y, start, end) => {
        for (let x = start; x < end; x++) {
          if (rows[y]![x] !== '.') throw new Error(`cells ${rows[y]![x]} and ${id} overlap at ${y}, ${x}`);
          rows[y]![x] = String(id);
        }
      });
    }
    return rows.map((row) => row.join(''));
  }
}
