import { itemAt } from '../../../src-main/contract/elements.ts';
import type { ContourStyle, PaneRect, PaneScene } from '../scene.ts';
import { ContourPainter } from './contour-painter.ts';
import { changedBoxes, ImagePainter } from './image-painter.ts';
import type { ImagePlan } from './image-painter.ts';
import { movedView } from './moved-view.ts';
import type { PanePart } from './moved-view.ts';
import type { PaneView } from './pane-view.ts';
import { PictureStore } from './picture-store.ts';
import type { DeviceRect } from './picture-store.ts';
import { PointPainter } from './point-painter.ts';
import type { TileStore } from './tile-store.ts';

/** Neutral, as --viewer, because people judge intensity against it. */
const background = 0.058;

const strokeStyles: Record<'add' | 'erase', ContourStyle> = {
  add: { colour: [0.24, 0.85, 0.94], opacity: 0.45, dashed: false, widthPx: 0 },
  erase: { colour: [1, 0.45, 0.35], opacity: 0.45, dashed: false, widthPx: 0 },
};

export interface PlacedPane {
  scene: PaneScene;
  rect: PaneRect;
}

export interface CameraPosition {
  y: number;
  x: number;
  scale: number;
}

/** What a picture shows. */
interface PictureContent {
  /** The same name means the same picture. */
  name: string;
  /** Pictures with the same content differ only in the view and in the detail of the image. */
  content: string;
  view: PaneView;
  image: ImagePlan | null;
}

/** The slowly changing part of a pane: the image and its contours. */
interface Sheet extends PictureContent {
  scene: PaneScene;
}

/** Paints all panes of a viewer into one canvas, each through the same camera. */
export class Painter {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGL2RenderingContext;
  readonly #images: ImagePainter;
  readonly #contours: ContourPainter;
  readonly #pictures: PictureStore;
  /** One per pane, because each keeps its own points on the GPU. */
  readonly #points: PointPainter[] = [];
  /** Numbers for contours and states, which are distinguished by identity. */
  readonly #ids = new WeakMap<object, number>();
  #lastId = 0;
  /** The name of the picture on the canvas. */
  #shown = '';
  #lastView: PaneView | null = null;
  /** The pictures of the last frame: the next frame can move them. */
  #kept: readonly PictureContent[] = [];
  #ahead: readonly (() => Sheet)[] = [];
  /** The GPU's remaining work for the last picture made ahead. */
  #underWay: WebGLSync | null = null;

  /**
   * @param onTile - `shown`: whether the last frame needed the new tile
   * @throws Error if the browser has no WebGL 2
   */
  constructor(canvas: HTMLCanvasElement, onTile: (shown: boolean) => void) {
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
    this.#images = new ImagePainter(gl, onTile);
    this.#contours = new ContourPainter(gl);
    this.#pictures = new PictureStore(gl);
  }

  get tiles(): TileStore {
    return this.#images.tiles;
  }

  /** @param ahead - panes that are likely to be next. Their tiles are fetched, their pictures kept. */
  paint(
    panes: readonly PlacedPane[],
    { y, x, scale }: CameraPosition,
    ratio: number,
    ahead: readonly PaneScene[] = [],
  ): void {
    const gl = this.#gl;
    if (gl.isContextLost()) return;
    this.tiles.beginFrame();
    this.#pictures.beginFrame();
    // Whole device px, so that a pan by whole px moves the picture by exactly as much.
    const viewOf = (rect: PaneRect): PaneView => {
      const [height, width] = [rect.height, rect.width].map((px) => Math.round(px * ratio) / ratio);
      return { y, x, scale, height: height!, width: width!, ratio };
    };
    const sheets = panes.map(({ scene, rect }) => this.#sheet(scene, viewOf(rect), true));
    const first = panes[0];
    this.#ahead = first ? ahead.map((scene) => () => this.#sheet(scene, viewOf(first.rect), false)) : [];
    const { height, width } = this.#canvas;
    const whole = JSON.stringify([
      height,
      width,
      panes.map((pane, i) => this.#nameOf(pane, itemAt(sheets, i))),
    ]);
    if (whole !== this.#shown) this.#paintAll(panes, sheets, ratio);
    this.#shown = whole;
    for (const sheet of [...sheets, ...this.#ahead.map((plan) => plan())]) {
      this.#pictures.want(sheet.name);
      if (sheet.image) this.#pictures.want(sheet.image.name);
    }
    this.#kept = sheets
      .flatMap((sheet) => [sheet, ...(sheet.image ? [pictureOf(sheet.image)] : [])])
      .filter(({ name }) => this.#pictures.want(name));
    this.#pictures.endFrame();
    this.tiles.endFrame();
  }

  /**
   * Makes one picture of the panes that are likely to be next, after the GPU has finished the earlier one.
   * @returns whether there may be more to do
   */
  prepare(): boolean {
    const gl = this.#gl;
    if (gl.isContextLost()) return false;
    if (this.#underWay) {
      if (gl.clientWaitSync(this.#underWay, 0, 0) === gl.TIMEOUT_EXPIRED) return true;
      gl.deleteSync(this.#underWay);
      this.#underWay = null;
    }
    for (const plan of this.#ahead) {
      const sheet = plan();
      if (sheet.image?.isWhole !== true || this.#pictures.want(sheet.name)) continue;
      this.#make(sheet, true);
      this.#underWay = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
      gl.flush();
      return true;
    }
    return false;
  }

  dispose(): void {
    if (this.#underWay) this.#gl.deleteSync(this.#underWay);
    this.#images.dispose();
    this.#pictures.dispose();
    this.#contours.dispose();
    for (const points of this.#points) points.dispose();
  }

  #paintAll(panes: readonly PlacedPane[], sheets: readonly Sheet[], ratio: number): void {
    const gl = this.#gl;
    gl.bindVertexArray(null);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.SCISSOR_TEST);
    gl.clearColor(background, background, background, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.enable(gl.SCISSOR_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    // During a zoom, the next frame cannot use a picture of this one.
    const [view, last] = [sheets[0]?.view ?? null, this.#lastView];
    this.#lastView = view;
    const isStill = JSON.stringify(view) === JSON.stringify(last);
    const isPanned = view !== null && last !== null && movedView(last, view) !== null;
    for (const [index, { scene, rect }] of panes.entries()) {
      const sheet = itemAt(sheets, index);
      const { height, width } = deviceSize(sheet.view);
      const bottom = this.#canvas.height - Math.round(rect.top * ratio) - height;
      this.#pictures.aim({ left: Math.round(rect.left * ratio), bottom, width, height });
      const isShared = sheets.filter(({ image }) => image?.name === sheet.image?.name).length > 1;
      const keepImage = isStill || isShared;
      if ((isStill || isPanned) && !this.#pictures.want(sheet.name)) this.#make(sheet, keepImage);
      if (this.#pictures.want(sheet.name)) this.#pictures.copy(sheet.name);
      else {
        if (keepImage) this.#makeImage(sheet);
        this.#paintSheet(sheet, null);
      }
      for (const { path, radiusPx, mode } of scene.strokes ?? []) {
        this.#contours.paintStroke(sheet.view, path, radiusPx, strokeStyles[mode]);
      }
      if (scene.points) {
        this.#points[index] ??= new PointPainter(gl);
        this.#points[index].paint(sheet.view, scene.points);
      }
    }
  }

  /** @param keepImage - whether other panes or frames need the image alone */
  #make(sheet: Sheet, keepImage: boolean): void {
    // An image alone is a picture already.
    if (keepImage || sheet.name === sheet.image?.name) this.#makeImage(sheet);
    if (sheet.name !== sheet.image?.name) this.#makePicture(sheet, (part) => this.#paintSheet(sheet, part));
  }

  #makeImage({ image }: Sheet): void {
    if (!image || this.#pictures.want(image.name)) return;
    this.#makePicture(pictureOf(image), () => this.#images.paint(image));
  }

  /** Makes a picture, if possible by moving the one of the last frame. @param paint - `null`: all of it */
  #makePicture(content: PictureContent, paint: (part: PanePart | null) => void): void {
    const { name, view, image } = content;
    const before = this.#kept.find(
      (kept) => kept.content === content.content && this.#pictures.want(kept.name),
    );
    const moved = before ? movedView(before.view, view, changedBoxes(before.image, image)) : null;
    const { height, width } = deviceSize(view);
    if (before && moved) this.#pictures.makeMoved(name, before.name, moved, paint);
    else this.#pictures.make(name, height, width, () => paint(null));
  }

  /** @param part - of the pane; `null`: all of it */
  #paintSheet({ scene, view, image }: Sheet, part: PanePart | null): void {
    if (image) {
      if (this.#pictures.want(image.name)) this.#pictures.copy(image.name);
      else this.#images.paint(image);
    }
    for (const overlay of scene.contours ?? []) this.#contours.paint(view, overlay, part);
  }

  #sheet(scene: PaneScene, view: PaneView, shown: boolean): Sheet {
    const image = scene.source ? this.#images.plan(scene.source, scene.looks, view, shown) : null;
    const contours = (scene.contours ?? []).map(({ set, states, ...style }) => [
      this.#idOf(set),
      states ? this.#idOf(states) : 0,
      style,
    ]);
    if (image && contours.length === 0) return { ...pictureOf(image), scene };
    const name = JSON.stringify([image?.name ?? view, contours]);
    return { name, content: JSON.stringify([image?.content ?? '', contours]), scene, view, image };
  }

  /** The name of everything that a pane shows. */
  #nameOf({ scene, rect }: PlacedPane, { name }: Sheet): unknown[] {
    const { points, strokes = [] } = scene;
    return [name, rect, points ? this.#idOf(points) : 0, strokes.map(({ path }) => this.#idOf(path))];
  }

  #idOf(thing: object): number {
    const known = this.#ids.get(thing);
    if (known !== undefined) return known;
    this.#ids.set(thing, ++this.#lastId);
    return this.#lastId;
  }
}

function pictureOf(image: ImagePlan): PictureContent {
  const { name, content, view } = image;
  return { name, content, view, image };
}

function deviceSize({ height, width, ratio }: PaneView): Pick<DeviceRect, 'height' | 'width'> {
  return { height: Math.round(height * ratio), width: Math.round(width * ratio) };
}
