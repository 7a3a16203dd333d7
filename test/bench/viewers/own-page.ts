import { Painter } from '../../../src-renderer/viewer/gl/painter.ts';
import { reviewStyles } from '../../../src-renderer/viewer/contour-styles.ts';
import type { ImageSource } from '../../../src-renderer/viewer/image-source.ts';
import { colours, contrast, levels, scene, tileOf } from './scene.ts';

/** The product's painter on a bare page: image, contours, a drag that pans. */
const canvas = document.createElement('canvas');
document.body.append(canvas);
canvas.width = window.innerWidth;
canvas.height = window.innerHeight;

const source: ImageSource = {
  id: 'scene',
  height: scene.height,
  width: scene.width,
  levels,
  channels: 2,
  tile: ({ channel, level, row, column }) => Promise.resolve(tileOf(channel, level, row, column).data),
};
const looks = contrast.map(([low, high], channel) => ({
  channel,
  colour: colours[channel]!.map((value) => value / 255) as unknown as readonly [number, number, number],
  low,
  high,
  gamma: 1,
}));
let states = new Uint8Array(3026);
const camera = {
  y: scene.height / 2,
  x: scene.width / 2,
  scale: Math.min(canvas.width / scene.width, canvas.height / scene.height),
};
let frame = 0;
const painter = new Painter(canvas, invalidate);
function invalidate(): void {
  if (frame === 0) frame = requestAnimationFrame(paint);
}
function paint(): void {
  frame = 0;
  const rect = { left: 0, top: 0, width: canvas.width, height: canvas.height };
  const contours = [
    {
      set: scene.contours,
      states,
      styles: [reviewStyles.found, reviewStyles.accepted],
      outline: true,
      fillOpacity: 0,
    },
  ];
  painter.paint([{ rect, scene: { key: 'scene', source, looks, contours } }], camera, 1);
}
canvas.onpointermove = ({ buttons, movementX, movementY }) => {
  if (buttons === 0) return;
  camera.x -= movementX / camera.scale;
  camera.y -= movementY / camera.scale;
  invalidate();
};
/** Gives one cell another colour; the next frame shows it. */
window.recolour = (cell) => {
  states = states.slice();
  states[cell + 1] = 1;
  invalidate();
};
invalidate();
