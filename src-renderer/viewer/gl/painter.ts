import { tileSize } from '../../../src-main/contract/urls.ts';
import type { ImageSource } from '../image-source.ts';
import type { ChannelLook, ContourStyle, PaneRect, PaneScene } from '../scene.ts';
import { ContourPainter } from './contour-painter.ts';
import { ImageLayers } from './image-layers.ts';
import type { DeviceRect } from './image-layers.ts';
import type { PaneView } from './pane-view.ts';
import { PointPainter } from './point-painter.ts';
import { maxChannels, RasterPainter } from './raster-painter.ts';
import { TileStore } from './tile-store.ts';
import type { Tile } from './tile-store.ts';
import { visibleTiles } from './visible-tiles.ts';
import type { LevelTile } from './visible-tiles.ts';

/** Neutral, as --viewer: people judge intensity against it. */
const background = 0.058;

const strokeStyles: Record<'add' | 'erase', ContourStyle> = {
  add: { colour: [0.24, 0.85, 0.94], opacity: 0.45, dashed: false, widthPx: 0 },
  erase: { colour: [1, 0.45, 0.35], opacity: 0.45, dashed: false, widthPx: 0 },
};

export interface PlacedPane {
  scene: PaneScene;
  rect: PaneRect;
}

export interface CameraView {
  y: number;
  x: number;
  scale: number;
}

/** Paints all panes of a viewer into one canvas, each through the same camera. */
export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #raster: RasterPainter;
  readonly #layers: ImageLayers;
  readonly #contours: ContourPainter;
  /** One a pane, because each keeps its own points on the GPU. */
  readonly #points: PointPainter[] = [];
  readonly tiles: TileStore;

  /** @throws Error when the browser has no WebGL 2 */
  constructor(canvas: HTMLCanvasElement, onTile: (source: ImageSource) => void) {
    const gl = canvas.getContext('webgl2', {
      alpha: false,
      antialias: false,
      depth: false,
      stencil: true,
      powerPreference: 'high-performance',
    });
    if (!gl) throw new Error('This browser offers no WebGL 2');
    this.#canvas = canvas;
    this.#gl = gl;
    this.#raster = new RasterPainter(gl);
    this.#layers = new ImageLayers(gl);
    this.#contours = new ContourPainter(gl);
    this.tiles = new TileStore(gl, onTile);
  }

  /** @param ahead - images whose coarse tiles are fetched so that they show at once when it is their turn */
  paint(
    panes: readonly PlacedPane[],
    { y, x, scale }: CameraView,
    ratio: number,
    ahead: readonly { source: ImageSource; looks: readonly ChannelLook[] }[] = [],
  ): void {
    const gl = this.#gl;
    if (gl.isContextLost()) return;
    this.tiles.beginFrame();
    this.#layers.beginFrame();
    gl.bindVertexArray(null);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(background, background, background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.SCISSOR_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    for (const [index, { scene, rect }] of panes.entries()) {
      const width = Math.round(rect.width * ratio);
      const height = Math.round(rect.height * ratio);
      const left = Math.round(rect.left * ratio);
      const bottom = this.#canvas.height - Math.round(rect.top * ratio) - height;
      gl.viewport(left, bottom, width, height);
      gl.scissor(left, bottom, width, height);
      const view = { y, x, scale, height: rect.height, width: rect.width, ratio };
      this.#paintPane(scene, index, view, { left, bottom, width, height });
    }
    const first = panes[0];
    for (const { source, looks } of ahead) {
      if (!first) break;
      const view = { y, x, scale, height: first.rect.height, width: first.rect.width, ratio };
      for (const { row, column, level } of visibleTiles(source, view)) {
        for (const { channel } of looks) this.tiles.want(source, { channel, level, row, column });
      }
    }
    this.#layers.endFrame();
    this.tiles.endFrame();
  }

  dispose(): void {
    this.tiles.dispose();
    this.#raster.dispose();
    this.#layers.dispose();
    this.#contours.dispose();
    for (const points of this.#points) points.dispose();
  }

  #paintPane(scene: PaneScene, index: number, view: PaneView, rect: DeviceRect): void {
    if (scene.source) this.#paintImage(scene.source, scene.looks.slice(0, maxChannels), view, rect);
    for (const overlay of scene.contours ?? []) this.#contours.paint(view, overlay);
    for (const { path, radiusPx, mode } of scene.strokes ?? []) {
      this.#contours.paintStroke(view, path, radiusPx, strokeStyles[mode]);
    }
    if (scene.points) {
      this.#points[index] ??= new PointPainter(this.#gl);
      this.#points[index].paint(view, scene.points);
    }
  }

  #paintImage(
    source: ImageSource,
    looks: readonly ChannelLook[],
    view: PaneView,
    rect: DeviceRect,
  ): void {
    if (looks.length === 0) return;
    const coarsest = source.levels - 1;
    // Asked for first: something is there at once, whatever the zoom.
    this.#readyTiles(source, looks, coarsest, 0, 0);
    const places = visibleTiles(source, view).map((place) => ({
      place,
      ready: this.#readyTiles(source, looks, place.level, place.row, place.column),
    }));
    const name = JSON.stringify([source.id, this.tiles.arrivals(source), view, looks]);
    this.#layers.show(name, rect, () => {
      for (const { place, ready } of places) {
        if (ready) this.#paintTile(source, looks, view, ready, place, place);
        else this.#paintInstead(source, looks, view, place);
      }
    });
  }

  /** Paints the place of a tile that is on its way from the coarser one above it. */
  #paintInstead(source: ImageSource, looks: readonly ChannelLook[], view: PaneView, wanted: LevelTile): void {
    for (let level = wanted.level + 1; level < source.levels; level++) {
      const shrink = 2 ** (level - wanted.level);
      const place = {
        level,
        row: Math.floor(wanted.row / shrink),
        column: Math.floor(wanted.column / shrink),
      };
      const tiles = looks.map(({ channel }) => this.tiles.peek(source, { channel, ...place }));
      if (!isComplete(tiles)) continue;
      this.#paintTile(source, looks, view, tiles, place, wanted);
      return;
    }
  }

  #readyTiles(
    source: ImageSource,
    looks: readonly ChannelLook[],
    level: number,
    row: number,
    column: number,
  ): Tile[] | null {
    const tiles = looks.map(({ channel }) => this.tiles.want(source, { channel, level, row, column }));
    return isComplete(tiles) ? tiles : null;
  }

  /** Paints the area of tile `area` from the tiles at `from`, which is the same or a coarser one. */
  #paintTile(
    source: ImageSource,
    looks: readonly ChannelLook[],
    view: PaneView,
    tiles: readonly Tile[],
    from: LevelTile,
    area: LevelTile,
  ): void {
    const areaShrink = 2 ** area.level;
    const y = area.row * tileSize * areaShrink;
    const x = area.column * tileSize * areaShrink;
    const height = Math.min(tileSize * areaShrink, source.height - y);
    const width = Math.min(tileSize * areaShrink, source.width - x);
    const shrink = 2 ** from.level;
    this.#raster.paint(
      view,
      looks,
      tiles.map(({ texture }) => texture),
      {
        y,
        x,
        height,
        width,
        texelY: y / shrink - from.row * tileSize,
        texelX: x / shrink - from.column * tileSize,
        texelHeight: height / shrink,
        texelWidth: width / shrink,
      },
    );
  }
}

function isComplete(tiles: readonly (Tile | null)[]): tiles is Tile[] {
  return tiles.every((tile) => tile !== null);
}
