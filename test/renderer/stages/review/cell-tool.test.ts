import { expect, test, vi } from 'vitest';
import { cellTool } from '../../../../src-renderer/stages/review/cell-tool.ts';
import type { CellTools } from '../../../../src-renderer/state/cell-tools.svelte.ts';
import type { ReviewState } from '../../../../src-renderer/state/review.svelte.ts';

const at = (y: number, x: number) => ({ y, x, pane: 0, shift: false, scale: 2 });

/** Cell 1 is around its point (10, 10), cell 2 is selected and has its point at (40, 40). */
function promptTool() {
  const calls = { dragPoint: vi.fn(), dropPoint: vi.fn(), addAt: vi.fn() };
  const tools = { name: 'prompt', splitAt: null, moved: null, ...calls };
  const review = {
    selected: 2,
    selection: new Set([2]),
    select: vi.fn(),
    cellAt: (y: number, x: number) => (Math.hypot(y - 10, x - 10) < 8 ? 1 : null),
    pointOf: (id: number) => (id === 1 ? { y: 10, x: 10 } : { y: 40, x: 40 }),
  };
  const tool = cellTool(tools as unknown as CellTools, review as unknown as ReviewState, 'a');
  return { calls, tools, review, tool };
}

test('the point of the cell under the pointer is dragged, and that of the selected cell', () => {
  for (const [id, place] of [
    [1, 10],
    [2, 40],
  ] as const) {
    const { calls, tool } = promptTool();
    // 2 image px are 4 screen px.
    expect(tool.down(at(place, place + 2))).toBe(true);
    tool.move!(at(place, place + 3));
    expect(calls.dragPoint).not.toHaveBeenCalled();
    tool.move!(at(place, place + 6));
    tool.move!(at(place, place + 2));
    expect(calls.dragPoint.mock.calls).toEqual([
      ['a', id, place, place + 6],
      ['a', id, place, place + 2],
    ]);
    tool.up!({ ...at(place, place + 2), shift: true });
    expect(calls.dropPoint).toHaveBeenCalledWith('a', true);
  }
});

test('a press beside the points pans, and one without a movement is a click', () => {
  const { calls, tools, review, tool } = promptTool();
  expect(tool.down(at(10, 15))).toBe(false);
  expect(tool.down(at(10, 10))).toBe(true);
  tool.up!(at(10, 10));
  expect(review.select).toHaveBeenCalledWith(1);
  expect(tools.splitAt).toEqual({ id: 1, y: 10, x: 10 });
  expect(calls.dropPoint).not.toHaveBeenCalled();
  // The second point of a split may be at the point of the cell.
  expect(tool.down(at(10, 10))).toBe(false);
});

test('leaving the tool during a drag changes nothing', () => {
  const { calls, tools, tool } = promptTool();
  tool.down(at(40, 40));
  tool.move!(at(40, 46));
  tools.name = 'select';
  tool.move!(at(40, 50));
  tool.up!(at(40, 50));
  expect(calls.dragPoint).toHaveBeenCalledTimes(1);
  expect(calls.dropPoint).not.toHaveBeenCalled();
});
