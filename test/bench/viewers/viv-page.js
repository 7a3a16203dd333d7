import { Deck, OrthographicView } from '@deck.gl/core';
import { PathLayer } from '@deck.gl/layers';
import { ColorPaletteExtension } from '@vivjs/extensions';
import { MultiscaleImageLayer } from '@vivjs/layers';
import { colours, contrast, levels, scene, tileOf, tileSide } from './scene.ts';

/** The same with deck.gl and Viv: their image layer for pyramids, their paths for contours. */
const source = (level) => ({
  shape: [2, Math.ceil(scene.height / 2 ** level), Math.ceil(scene.width / 2 ** level)],
  labels: ['c', 'y', 'x'],
  dtype: 'Uint16',
  tileSize: tileSide,
  getTile: ({ x, y, selection }) => Promise.resolve(tileOf(selection.c, level, y, x)),
  getRaster: ({ selection }) => Promise.resolve(tileOf(selection.c, level, 0, 0)),
  onTileError: (error) => {
    throw error;
  },
});
const image = new MultiscaleImageLayer({
  id: 'image',
  loader: Array.from({ length: levels }, (_, level) => source(level)),
  selections: [{ c: 0 }, { c: 1 }],
  contrastLimits: contrast,
  channelsVisible: [true, true],
  colors: colours,
  extensions: [new ColorPaletteExtension()],
  excludeBackground: true,
});
const { points, ringStarts } = scene.contours;
const paths = Array.from({ length: ringStarts.length - 1 }, (_, ring) => {
  const path = [];
  for (let i = ringStarts[ring]; i < ringStarts[ring + 1]; i++) path.push([points[2 * i + 1], points[2 * i]]);
  return [...path, path[0]];
});
let accepted = -1;
const contours = () =>
  new PathLayer({
    id: 'contours',
    data: paths,
    getPath: (path) => path,
    getColor: (_, { index }) => (index === accepted ? [61, 217, 240] : [255, 255, 255]),
    getWidth: 1.5,
    widthUnits: 'pixels',
    updateTriggers: { getColor: accepted },
  });
const zoom = Math.log2(Math.min(window.innerWidth / scene.width, window.innerHeight / scene.height));
const deck = new Deck({
  width: '100%',
  height: '100%',
  views: new OrthographicView({ id: 'ortho', controller: true }),
  initialViewState: { ortho: { target: [scene.width / 2, scene.height / 2, 0], zoom } },
  layers: [image, contours()],
});
/** Gives one cell another colour; the next frame shows it. */
window.recolour = (cell) => {
  accepted = cell;
  deck.setProps({ layers: [image, contours()] });
};
