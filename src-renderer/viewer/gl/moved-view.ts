import type { Box } from '../../../src-main/contract/pixels.ts';
import type { PaneView } from './pane-view.ts';

/** A rectangle of a pane, device px from its top left. */
export interface PanePart {
  top: number;
  left: number;
  height: number;
  width: number;
}

/** How to make the picture of a later view from that of an earlier one. */
export interface MovedView {
  /** How far the content moves on the screen, device px. */
  down: number;
  right: number;
  /** What must be painted, because the earlier picture does not show it. */
  parts: PanePart[];
}

/** Moves this close to whole device px count as whole, because 64-bit numbers are rounded. */
const wholePx = 1e-3;
/** More parts than this are painted as one rectangle around them. */
const mostParts = 6;
/** If more than this share must be painted, painting everything is as fast. */
const mostShare = 0.75;

/**
 * How to make a view from an earlier one at the same zoom. If it moved by whole device px, its pixels stay
 * the same, and only the missing parts must be painted.
 * @param changed parts of the image that look different now, image px
 * @returns `null` if everything must be painted
 */
export function movedView(before: PaneView, view: PaneView, changed: readonly Box[] = []): MovedView | null {
  const { scale, ratio } = view;
  if (before.scale !== scale || before.ratio !== ratio) return null;
  if (before.height !== view.height || before.width !== view.width) return null;
  const [height, width] = [Math.round(view.height * ratio), Math.round(view.width * ratio)];
  const [down, right] = [before.y - view.y, before.x - view.x].map((way) => way * scale * ratio);
  if (!isWhole(down!) || !isWhole(right!)) return null;
  const [dy, dx] = [Math.round(down!), Math.round(right!)];
  if (Math.abs(dy) >= height || Math.abs(dx) >= width) return null;

  const parts: PanePart[] = [];
  if (dy !== 0) parts.push({ top: dy > 0 ? 0 : height + dy, left: 0, height: Math.abs(dy), width });
  if (dx !== 0) {
    const rest = { top: Math.max(0, dy), height: height - Math.abs(dy) };
    parts.push({ ...rest, left: dx > 0 ? 0 : width + dx, width: Math.abs(dx) });
  }
  const again = changed.map((box) => partOf(box, view, height, width)).filter((part) => part !== null);
  parts.push(...(parts.length + again.length > mostParts ? [around(again)] : again));
  const painted = parts.reduce((sum, part) => sum + part.height * part.width, 0);
  return painted > mostShare * height * width ? null : { down: dy, right: dx, parts };
}

function isWhole(px: number): boolean {
  return Math.abs(px - Math.round(px)) < wholePx;
}

/** The part of a pane that shows a box of the image, with a margin of one px; `null` if it is out of view. */
function partOf(box: Box, view: PaneView, height: number, width: number): PanePart | null {
  const place = (at: number, centre: number, size: number): number =>
    size / 2 + (at - centre) * view.scale * view.ratio;
  const top = Math.max(0, Math.floor(place(box.top, view.y, height)) - 1);
  const left = Math.max(0, Math.floor(place(box.left, view.x, width)) - 1);
  const bottom = Math.min(height, Math.ceil(place(box.bottom, view.y, height)) + 1);
  const right = Math.min(width, Math.ceil(place(box.right, view.x, width)) + 1);
  return bottom > top && right > left ? { top, left, height: bottom - top, width: right - left } : null;
}

/** The smallest rectangle around parts. */
function around(parts: readonly PanePart[]): PanePart {
  const top = Math.min(...parts.map((part) => part.top));
  const left = Math.min(...parts.map((part) => part.left));
  const bottom = Math.max(...parts.map((part) => part.top + part.height));
  const right = Math.max(...parts.map((part) => part.left + part.width));
  return { top, left, height: bottom - top, width: right - left };
}
