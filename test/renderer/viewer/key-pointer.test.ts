import { beforeEach, expect, test, vi } from 'vitest';
import { Camera } from '../../../src-renderer/viewer/camera.svelte.ts';
import { KeyPointer } from '../../../src-renderer/viewer/key-pointer.svelte.ts';
import type { ImagePointer, ViewerTool } from '../../../src-renderer/viewer/tool.ts';

beforeEach(() => {
  vi.stubGlobal('cancelAnimationFrame', vi.fn());
});

/** A view of 400 × 400 CSS px of the middle of an image of 1000 × 1000 px, at 200 %. */
function shown(wanted: { y: number; x: number } | null = null) {
  const camera = new Camera();
  camera.setPane(400, 400);
  camera.setImage(1000, 1000);
  camera.zoomTo(2);
  camera.y = camera.x = 500;
  const said: [string, number, number, boolean][] = [];
  const note = (what: string) => (pointer: ImagePointer) => {
    said.push([what, pointer.y, pointer.x, pointer.shift]);
    return true;
  };
  const draws: ViewerTool = { cursor: 'default', down: note('down'), move: note('move'), up: note('up') };
  const pointer = new KeyPointer(camera);
  const target = {
    tool: (): ViewerTool | null => draws,
    click: note('click'),
    hover: vi.fn(),
    start: () => wanted,
  };
  pointer.target = target;
  return { camera, pointer, target, said, draws };
}

test('appears where it is wanted if that is in view, otherwise in the middle', () => {
  for (const [wanted, at] of [
    [
      { y: 450, x: 590 },
      { y: 450, x: 590 },
    ],
    [
      { y: 399, x: 500 },
      { y: 500, x: 500 },
    ],
    [null, { y: 500, x: 500 }],
  ] as const) {
    const { pointer } = shown(wanted);
    expect(pointer.isShown).toBe(false);
    pointer.move(1, 0, false);
    expect(pointer.place).toEqual(at);
  }
});

test('draws with the tool: a press, moves of 4 and 24 px on the screen, and a press', () => {
  const { pointer, said } = shown();
  pointer.move(1, 0, false);
  pointer.press(true);
  expect(pointer.isDown).toBe(true);
  pointer.move(1, 0, false);
  pointer.move(0, -1, true);
  pointer.press(false);
  expect(pointer.isDown).toBe(false);
  expect(said).toEqual([
    ['down', 500, 500, true],
    ['move', 502, 500, true],
    ['move', 502, 488, true],
    ['up', 502, 488, true],
  ]);
});

test('a stroke stays with the tool that it began with', () => {
  const { pointer, said, target } = shown();
  pointer.move(1, 0, false);
  pointer.press(false);
  target.tool = () => null;
  pointer.move(1, 0, false);
  pointer.press(false);
  expect(said.map(([what]) => what)).toEqual(['down', 'move', 'up']);
});

test('where the tool draws nothing, a press is a click', () => {
  const { pointer, said, target, draws } = shown();
  pointer.press(false);
  expect(said).toEqual([]);
  pointer.move(0, 1, false);
  target.tool = () => ({ ...draws, down: () => false });
  pointer.press(false);
  expect(said).toEqual([['click', 500, 500, false]]);
  expect(pointer.isDown).toBe(false);
});

test('a discarded stroke has no end, and a hidden pointer none either', () => {
  for (const end of ['discard', 'leave'] as const) {
    const { pointer, said, target } = shown();
    pointer.move(0, 1, false);
    pointer.press(false);
    pointer[end]();
    expect(pointer.isDown).toBe(false);
    expect(pointer.isShown).toBe(end === 'discard');
    if (end === 'leave') expect(target.hover).toHaveBeenLastCalledWith(null);
    expect(said.map(([what]) => what)).toEqual(['down']);
  }
});

test('the view follows it, and it stays in the image', () => {
  const { camera, pointer } = shown();
  for (let i = 0; i < 100; i++) pointer.move(-1, 1, true);
  expect(pointer.place).toEqual({ y: 0, x: 1000 });
  const { top, left } = camera.toPane(0, 1000);
  expect(top).toBeCloseTo(48);
  expect(left).toBeCloseTo(400 - 48);
});
