import type { Position } from '../../src-main/contract/fields.ts';
import type { Camera } from './camera.svelte.ts';
import type { ImagePointer, ViewerTool } from './tool.ts';

/** How far an arrow key moves the pointer, CSS px. */
const stepPx = 4;
const largeStepPx = 24;
/** The view follows the pointer to this distance from its border, CSS px. */
const marginPx = 48;

/** What a pointer acts on. */
export interface KeyPointerTarget {
  /** The tool in use. It may be replaced while a stroke is drawn. */
  tool: () => ViewerTool | null;
  click: (pointer: ImagePointer) => void;
  hover: (pointer: ImagePointer | null) => void;
  /** Where the pointer appears, if that is in view; otherwise at the centre of the view. */
  start: () => Position | null;
}

/** A pointer in the image that keys move. It uses tools as the mouse does. */
export class KeyPointer {
  readonly #camera: Camera;
  /** Null while no viewer has tools for it. */
  target: KeyPointerTarget | null = null;
  /** Null while it is not shown, image px. */
  place = $state.raw<Position | null>(null);
  /** The tool that the stroke began with. */
  #tool = $state.raw<ViewerTool | null>(null);
  #push = false;

  constructor(camera: Camera) {
    this.#camera = camera;
  }

  get isShown(): boolean {
    return this.place !== null;
  }

  /** Whether a stroke is drawn. */
  get isDown(): boolean {
    return this.#tool !== null;
  }

  /** Shows the pointer, or moves it. */
  move(down: number, right: number, isLarge: boolean): void {
    const { target, place } = this;
    if (target === null) return;
    const { scale, imageHeight, imageWidth } = this.#camera;
    const step = (isLarge ? largeStepPx : stepPx) / scale;
    const from = place ?? this.#start(target);
    const by = place === null ? 0 : step;
    this.place = {
      y: Math.min(imageHeight, Math.max(0, from.y + down * by)),
      x: Math.min(imageWidth, Math.max(0, from.x + right * by)),
    };
    this.#follow();
    const pointer = this.#pointer(this.place);
    this.#tool?.move?.(pointer);
    if (!this.isDown) target.hover(pointer);
  }

  /** Begins a stroke, or ends it. Where the tool draws nothing, this is a click. @param push as Shift */
  press(push: boolean): void {
    const { target, place } = this;
    if (target === null || place === null) return;
    const begun = this.#tool;
    if (begun !== null) {
      this.#tool = null;
      begun.up?.(this.#pointer(place));
      return;
    }
    this.#push = push;
    const tool = target.tool();
    const pointer = this.#pointer(place);
    if (tool?.down(pointer)) this.#tool = tool;
    else target.click(pointer);
  }

  /** Forgets the stroke. Its tool forgets it too when it is left. */
  discard(): void {
    this.#tool = null;
  }

  /** Hides the pointer, and forgets its stroke. */
  leave(): void {
    this.discard();
    if (this.place === null) return;
    this.place = null;
    this.target?.hover(null);
  }

  #pointer({ y, x }: Position): ImagePointer {
    return { y, x, pane: 0, shift: this.#push, scale: this.#camera.scale };
  }

  #start(target: KeyPointerTarget): Position {
    const camera = this.#camera;
    const wanted = target.start();
    const isInView =
      wanted !== null &&
      Math.abs(wanted.y - camera.y) * camera.scale < camera.paneHeight / 2 &&
      Math.abs(wanted.x - camera.x) * camera.scale < camera.paneWidth / 2;
    return isInView ? wanted : { y: camera.y, x: camera.x };
  }

  /** Pans so far that the pointer is well in view. */
  #follow(): void {
    const camera = this.#camera;
    if (this.place === null) return;
    const { top, left } = camera.toPane(this.place.y, this.place.x);
    const over = (at: number, size: number): number => {
      const margin = Math.min(marginPx, size / 4);
      return Math.min(0, at - margin) + Math.max(0, at - (size - margin));
    };
    const [down, right] = [over(top, camera.paneHeight), over(left, camera.paneWidth)];
    if (down !== 0 || right !== 0) camera.pan(-down, -right);
  }
}
