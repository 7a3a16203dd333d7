import { beforeEach, expect, test, vi } from 'vitest';
import { Camera } from '../../../src-renderer/viewer/camera.svelte.ts';
import { Gestures } from '../../../src-renderer/viewer/gestures.svelte.ts';
import type { GestureTarget } from '../../../src-renderer/viewer/gestures.svelte.ts';
import type { ImagePointer, ViewerTool } from '../../../src-renderer/viewer/tool.ts';

beforeEach(() => {
  vi.stubGlobal('cancelAnimationFrame', vi.fn());
  vi.stubGlobal('HTMLElement', Object);
  vi.stubGlobal('document', { activeElement: null });
  vi.stubGlobal('WheelEvent', { DOM_DELTA_LINE: 1 });
  return () => vi.unstubAllGlobals();
});

/**
 * A viewer of two panes of 400 × 400 CSS px, the second one 401 px to the right. It is 10 px from the top of
 * the page and 20 px from its left. Both show the middle of an image of 1000 × 1000 px at 200 %.
 */
function shown() {
  const camera = new Camera();
  camera.setPane(400, 400);
  camera.setImage(1000, 1000);
  camera.zoomTo(2);
  camera.y = camera.x = 500;
  const said: [what: string, y: number, x: number, pane: number][] = [];
  const note =
    (what: string) =>
    ({ y, x, pane }: ImagePointer) => {
      said.push([what, y, x, pane]);
      return true;
    };
  const draws: ViewerTool = { cursor: 'default', down: note('down'), move: note('move'), up: note('up') };
  const area = {
    getBoundingClientRect: () => ({ top: 10, left: 20 }),
    setPointerCapture: vi.fn(),
  } as unknown as HTMLElement;
  const target: GestureTarget = {
    camera,
    area,
    canvas: area,
    rects: [0, 401].map((left) => ({ top: 0, left, height: 400, width: 400 })),
    tool: draws,
    keyPointer: null,
    panning: false,
    isLoaded: true,
    click: note('click'),
    hover: vi.fn(),
  };
  const gestures = new Gestures(target);
  const event = (clientY: number, clientX: number, more: object = {}): PointerEvent =>
    ({
      clientY,
      clientX,
      pointerId: 1,
      pointerType: 'mouse',
      button: 0,
      shiftKey: false,
      target: area,
      preventDefault: vi.fn(),
      ...more,
    }) as unknown as PointerEvent;
  return { camera, target, gestures, event, said, draws };
}
const pressed = (
  event: (y: number, x: number, more?: object) => PointerEvent,
  id: number,
  y: number,
  x: number,
) => event(y, x, { pointerId: id, pointerType: 'touch' });

test('a stroke goes to the tool it began with, in the pane it began in', () => {
  const { gestures, event, said, target } = shown();
  gestures.down(event(210, 220));
  expect(gestures.dragging).toBe('tool');
  target.tool = { cursor: 'default', down: () => true, up: () => said.push(['another tool', 0, 0, 0]) };
  gestures.move(event(210, 440));
  gestures.up(event(230, 440));
  // The centre of the first pane is (500, 500); 220 CSS px are 110 image px.
  expect(said).toEqual([
    ['down', 500, 500, 0],
    ['move', 500, 610, 0],
    ['up', 510, 610, 0],
  ]);
  expect(gestures.dragging).toBeNull();
});

test('a press that the tool leaves pans; one that hardly moves is a click', () => {
  const { gestures, event, said, camera, draws } = shown();
  draws.down = () => false;
  gestures.down(event(210, 220));
  gestures.move(event(212, 222));
  gestures.up(event(212, 222));
  expect(said).toEqual([['click', 500, 500, 0]]);
  gestures.down(event(212, 222));
  gestures.move(event(232, 262));
  gestures.up(event(232, 262));
  expect(said).toHaveLength(1);
  expect([camera.y, camera.x]).toEqual([500 - 22 / 2, 500 - 42 / 2]);
});

test('where dragging pans, no tool is asked', () => {
  const { gestures, event, said, target } = shown();
  target.panning = true;
  gestures.down(event(210, 220));
  expect(gestures.dragging).toBe('pan');
  expect(said).toEqual([]);
});

test('before the image is loaded, with the right button and on a button over the image, a press does nothing', () => {
  const { gestures, event, said, target } = shown();
  gestures.down(event(210, 220, { button: 2 }));
  gestures.down(event(210, 220, { target: {} }));
  target.isLoaded = false;
  gestures.down(event(210, 220));
  expect(gestures.dragging).toBeNull();
  expect(said).toEqual([]);
});

test('two fingers zoom around the place between them, and pan with it', () => {
  const { gestures, event, said, camera } = shown();
  gestures.down(pressed(event, 1, 210, 170));
  gestures.down(pressed(event, 2, 210, 270));
  expect(gestures.dragging).toBe('pan');
  // From a distance of 100 CSS px to 200, around the centre of the pane.
  gestures.move(pressed(event, 1, 210, 120));
  gestures.move(pressed(event, 2, 210, 320));
  expect(camera.scale).toBeCloseTo(4, 9);
  expect([camera.y, camera.x]).toEqual([expect.closeTo(500, 9), expect.closeTo(500, 9)]);
  gestures.up(pressed(event, 1, 210, 120));
  gestures.up(pressed(event, 2, 210, 320));
  expect(said).toEqual([]);
});

test('one finger draws once it has moved; a hand beside the pen does nothing', () => {
  const { gestures, event, said, camera } = shown();
  gestures.down(pressed(event, 1, 210, 220));
  expect(said).toEqual([]);
  gestures.move(pressed(event, 1, 210, 230));
  gestures.up(pressed(event, 1, 210, 230));
  expect(said.map(([what]) => what)).toEqual(['down', 'move', 'up']);
  gestures.down(event(210, 220, { pointerType: 'pen', pointerId: 7 }));
  const { scale } = camera;
  gestures.down(pressed(event, 2, 300, 300));
  gestures.move(pressed(event, 2, 350, 350));
  expect(gestures.dragging).toBe('tool');
  expect(camera.scale).toBe(scale);
});

test('the wheel zooms around the pointer of its pane', () => {
  const { gestures, event, camera } = shown();
  // The centre of the second pane.
  gestures.wheel(
    event(210, 621, { deltaX: 0, deltaY: -120, deltaMode: 0, wheelDeltaY: 120 }) as unknown as WheelEvent,
  );
  expect(camera.scale).toBeCloseTo(2 * Math.exp(120 * 0.0022), 9);
  expect([camera.y, camera.x]).toEqual([expect.closeTo(500, 9), expect.closeTo(500, 9)]);
});
