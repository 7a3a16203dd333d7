import { uint8At } from '../../contract/elements.ts';
import type { MaskRegion } from './cell-mask.ts';
import { keepOnePiece } from './keep-one-piece.ts';

/** The value of a cell's pixels that no part has yet. Parts have the values from 1 to 254. */
export const noPart = 255;

/** Reduces every part to its largest 4-connected piece, in place. Its other pixels then have no part. */
export function keepLargestParts({ data, ...box }: MaskRegion): void {
  const present = new Set(data);
  for (const part of present) {
    if (part === 0 || part === noPart) continue;
    const piece = { ...box, data: data.map((other) => (other === part ? 1 : 0)) };
    keepOnePiece(piece);
    for (let i = 0; i < data.length; i++) if (data[i] === part && piece.data[i] === 0) data[i] = noPart;
  }
}

/**
 * Gives every pixel without a part to the one that reaches it first by 4-connected steps, in place. So every
 * part stays one piece. Pixels that no part reaches become 0.
 */
export function completeParts({ height, width, data }: MaskRegion): void {
  const around = (i: number): number[] => {
    const x = i % width;
    const beside: number[] = [];
    if (i >= width) beside.push(i - width);
    if (x > 0) beside.push(i - 1);
    if (x + 1 < width) beside.push(i + 1);
    if (i + width < height * width) beside.push(i + width);
    return beside;
  };
  const free: number[] = [];
  for (let i = data.indexOf(noPart); i >= 0; i = data.indexOf(noPart, i + 1)) free.push(i);
  const isPart = (i: number): boolean => data[i] !== 0 && data[i] !== noPart;
  let front = [...new Set(free.flatMap((i) => around(i).filter(isPart)))].sort((a, b) => a - b);
  while (front.length > 0) {
    const next: number[] = [];
    for (const i of front) {
      for (const beside of around(i)) {
        if (data[beside] !== noPart) continue;
        data[beside] = uint8At(data, i);
        next.push(beside);
      }
    }
    front = next;
  }
  for (const i of free) if (data[i] === noPart) data[i] = 0;
}
