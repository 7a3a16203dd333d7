import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Camera } from '../../../src-renderer/viewer/camera.svelte.ts';

/** What the system says about motion. */
const reducedMotion = vi.hoisted(() => ({ current: false }));
vi.mock('svelte/motion', () => ({ prefersReducedMotion: reducedMotion }));

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (next: () => void) => setImmediate(next));
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  reducedMotion.current = false;
});

/** An image of 100 × 200 px in a pane of 600 × 800 CSS px, at 8 CSS px per image px. */
function zoomedIn(): Camera {
  const camera = new Camera();
  camera.setPane(600, 800);
  camera.setImage(100, 200);
  camera.zoomTo(8);
  return camera;
}

test('panning brings every edge of the image to the centre of the pane, and stops there', () => {
  const camera = zoomedIn();
  camera.pan(1e4, 1e4);
  expect([camera.y, camera.x]).toEqual([0, 0]);
  expect(camera.toPane(0, 0)).toEqual({ top: 300, left: 400 });
  camera.pan(-1e4, -1e4);
  expect([camera.y, camera.x]).toEqual([100, 200]);
});

test('a cell in the corner of the image comes to the centre of the pane', async () => {
  const camera = zoomedIn();
  camera.centreOn(4, 195, 8, 10);
  await expect.poll(() => [camera.y, camera.x]).toEqual([4, 195]);
  expect(camera.scale).toBeGreaterThanOrEqual(8);
});

test('a move to a cell ends within 150 ms', () => {
  let goOn: () => void = () => undefined;
  vi.stubGlobal('requestAnimationFrame', (next: () => void) => (goOn = next));
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  const camera = zoomedIn();
  camera.centreOn(4, 195, 8, 10);
  expect(camera.x).not.toBe(195);
  clock.mockReturnValue(150);
  goOn();
  expect([camera.y, camera.x]).toEqual([4, 195]);
});

test('where the system asks for reduced motion, a move to a cell takes no time', () => {
  reducedMotion.current = true;
  const next = vi.fn();
  vi.stubGlobal('requestAnimationFrame', next);
  const camera = zoomedIn();
  camera.centreOn(4, 195, 8, 10);
  expect([camera.y, camera.x]).toEqual([4, 195]);
  expect(next).not.toHaveBeenCalled();
});
