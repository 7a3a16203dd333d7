import { expect, test } from 'vitest';
import type { ImageSource } from '../../../src-renderer/viewer/image-source.ts';
import { loadedPanes } from '../../../src-renderer/viewer/loaded-panes.ts';
import type { PaneScene } from '../../../src-renderer/viewer/scene.ts';

const source: ImageSource = {
  id: 'image-1',
  height: 4,
  width: 6,
  levels: 1,
  channels: 1,
  tile: () => Promise.resolve(new Uint16Array(24)),
};
const points = { points: new Float32Array([1, 2]) };
const overlays: Partial<PaneScene> = { contours: [], points, strokes: [] };
const pane = (paneSource: ImageSource | null): PaneScene => ({
  ...overlays,
  key: 'image-1',
  source: paneSource,
  looks: [],
});

test('an image that is not loaded yet shows no contours, points or strokes', () => {
  expect(loadedPanes([pane(null)])).toEqual([{ key: 'image-1', source: null, looks: [] }]);
});

test('a loaded image keeps its overlays, and its panes their identity', () => {
  const panes = [pane(source), pane(source)];
  expect(loadedPanes(panes)).toBe(panes);
});
