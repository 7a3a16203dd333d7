import type { Camera } from './camera.svelte.ts';
import { isTouchpadScroll } from './is-touchpad-scroll.ts';
import type { KeyPointer } from './key-pointer.svelte.ts';
import { pinchOf } from './pinch.ts';
import type { PagePlace } from './pinch.ts';
import type { PaneRect } from './scene.ts';
import type { ImagePointer, ViewerTool } from './tool.ts';

/** A press that moves less is a click, CSS px. */
const clickSlackPx = 4;

/** What gestures act on. Its values are read again at each event. */
export interface GestureTarget {
  camera: Camera;
  /** The element of the viewer, and its canvas; undefined before they are made. */
  area: HTMLElement | undefined;
  canvas: HTMLElement | undefined;
  rects: readonly PaneRect[];
  tool: ViewerTool | null;
  keyPointer: KeyPointer | null;
  /** Whether dragging pans, regardless of the tool. */
  panning: boolean;
  /** Whether places in the image are known. */
  isLoaded: boolean;
  click: (pointer: ImagePointer) => void;
  hover: (pointer: ImagePointer | null) => void;
}

/** The pointer on the page. */
type PointerOnPage = Pick<PointerEvent, 'clientX' | 'clientY' | 'shiftKey'>;

type Drag = { pointerId: number } & (
  | { kind: 'pan'; lastX: number; lastY: number; startX: number; startY: number }
  // The tool at the start of the press. The viewer may get another tool before the release.
  | { kind: 'tool'; tool: ViewerTool; pane: number }
  // A finger that has not moved: a second one may follow.
  | { kind: 'finger'; pointer: ImagePointer; x: number; y: number }
  | { kind: 'pinch' }
);

/** Turns events of mouse, pen, fingers and wheel into pans, zooms, clicks and strokes of the tool. */
export class Gestures {
  readonly #target: GestureTarget;
  /** What is dragged, for the shape of the cursor. */
  dragging = $state<'pan' | 'tool' | null>(null);
  /** The part of a pan that is not applied yet, CSS px: less than one device px. */
  #unpanned = { y: 0, x: 0 };
  #drag: Drag | null = null;
  /** The fingers on the viewer, page px. */
  readonly #fingers = new Map<number, PagePlace>();
  /** The pointer on the page; the image may move below it. */
  #at: PointerOnPage | null = null;

  constructor(target: GestureTarget) {
    this.#target = target;
  }

  /** The place in the image below the pointer; null outside. */
  get hovered(): ImagePointer | null {
    return this.#at && this.#pointerOf(this.#at);
  }

  down(event: PointerEvent): void {
    const { area, canvas, keyPointer } = this.#target;
    const pointer = this.#pointerOf(event);
    // Elements over the image, such as buttons, handle their own presses.
    if (!pointer || !area || event.button === 2 || (event.target !== canvas && event.target !== area)) return;
    // Keeps the focus on the page, so that held keys keep working.
    event.preventDefault();
    keyPointer?.leave();
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    const { pointerId, clientX: x, clientY: y } = event;
    const isFinger = event.pointerType === 'touch';
    if (isFinger) this.#fingers.set(pointerId, { x, y });
    if (this.#drag !== null) {
      // Two fingers pan and zoom. A hand beside the pen does nothing.
      if (this.#fingers.size !== 2 || this.#drag.kind === 'tool') return;
      area.setPointerCapture(pointerId);
      this.#drag = { kind: 'pinch', pointerId };
      this.dragging = 'pan';
      return;
    }
    area.setPointerCapture(pointerId);
    this.#drag = isFinger
      ? { kind: 'finger', pointerId, pointer, x, y }
      : this.#begin(pointer, event.button === 0, { pointerId, x, y });
  }

  move(event: PointerEvent): void {
    const { keyPointer } = this.#target;
    const { pointerId, clientX, clientY } = event;
    if (keyPointer?.isShown) {
      // A touch of the mouse does not end a stroke of the keys.
      if (keyPointer.isDown) return;
      if (clientX !== this.#at?.clientX || clientY !== this.#at.clientY) keyPointer.leave();
    }
    if (this.#drag?.kind === 'pinch') {
      if (this.#fingers.has(pointerId)) this.#pinch(pointerId, { x: clientX, y: clientY });
      return;
    }
    if (this.#fingers.has(pointerId)) this.#fingers.set(pointerId, { x: clientX, y: clientY });
    if (this.#drag !== null && this.#drag.pointerId !== pointerId) return;
    if (this.#drag?.kind === 'finger') {
      if (Math.hypot(clientX - this.#drag.x, clientY - this.#drag.y) < clickSlackPx) return;
      this.#drag = this.#begin(this.#drag.pointer, true, this.#drag);
    }
    const drag = this.#drag;
    if (drag?.kind === 'pan') {
      this.#pan(clientY - drag.lastY, clientX - drag.lastX);
      drag.lastX = clientX;
      drag.lastY = clientY;
      return;
    }
    if (drag?.kind === 'tool') {
      // A stroke that leaves its pane continues in it.
      for (const part of event.getCoalescedEvents?.() ?? [event]) {
        const pointer = this.#pointerIn(drag.pane, part);
        if (pointer) drag.tool.move?.(pointer);
      }
    }
    this.#hover(event);
  }

  /** Ends a press: the pointer was released, or the browser took it over. */
  up(event: PointerEvent): void {
    this.#fingers.delete(event.pointerId);
    const drag = this.#drag;
    if (drag === null || (drag.kind !== 'pinch' && drag.pointerId !== event.pointerId)) return;
    const ended = drag.kind === 'finger' ? this.#begin(drag.pointer, true, drag) : drag;
    this.#drag = null;
    this.dragging = null;
    if (ended.kind === 'tool') {
      const pointer = this.#pointerIn(ended.pane, event);
      if (pointer) ended.tool.up?.(pointer);
      return;
    }
    if (ended.kind !== 'pan') return;
    const moved = Math.hypot(event.clientX - ended.startX, event.clientY - ended.startY);
    const pointer = this.#pointerOf(event);
    if (moved < clickSlackPx && event.button === 0 && pointer) this.#target.click(pointer);
  }

  leave(): void {
    this.#hover(null);
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    if (isTouchpadScroll(event as WheelEvent & { wheelDeltaY: number })) {
      this.#pan(-event.deltaY, -event.deltaX);
    } else {
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 24 : event.deltaY;
      // A pinch arrives as a wheel with Ctrl, in smaller steps.
      const factor = Math.exp(-pixels * (event.ctrlKey ? 0.012 : 0.0022));
      this.#zoomAt(factor, { x: event.clientX, y: event.clientY });
    }
    this.#hover(event);
  }

  /** Begins a stroke of the tool, or a pan. */
  #begin(pointer: ImagePointer, isLeft: boolean, at: PagePlace & { pointerId: number }): Drag {
    const { pointerId, x, y } = at;
    const { panning, tool } = this.#target;
    if (isLeft && !panning && tool?.down(pointer)) {
      this.dragging = 'tool';
      return { kind: 'tool', pointerId, tool, pane: pointer.pane };
    }
    this.dragging = 'pan';
    return { kind: 'pan', pointerId, lastX: x, lastY: y, startX: x, startY: y };
  }

  /**
   * Pans by a distance in CSS px, rounded to whole device px, so that the painter can move its pictures. The
   * next pan adds the rest.
   */
  #pan(dy: number, dx: number): void {
    const ratio = globalThis.devicePixelRatio || 1;
    const wanted = { y: this.#unpanned.y + dy, x: this.#unpanned.x + dx };
    const [y, x] = [Math.round(wanted.y * ratio) / ratio, Math.round(wanted.x * ratio) / ratio];
    this.#unpanned = { y: wanted.y - y, x: wanted.x - x };
    this.#target.camera.pan(y, x);
  }

  /** Pans and zooms by the movement of one of two fingers. */
  #pinch(pointerId: number, to: PagePlace): void {
    const before = [...this.#fingers.values()] as [PagePlace, PagePlace];
    this.#fingers.set(pointerId, to);
    const { factor, middle, moved } = pinchOf(before, [...this.#fingers.values()] as [PagePlace, PagePlace]);
    this.#pan(moved.y, moved.x);
    this.#zoomAt(factor, middle);
  }

  /** Zooms around a place on the page. */
  #zoomAt(factor: number, { x, y }: PagePlace): void {
    const { area, rects, camera } = this.#target;
    const rect = rects[this.#pointerOf({ clientX: x, clientY: y, shiftKey: false })?.pane ?? -1];
    if (!rect || !area) return;
    const bounds = area.getBoundingClientRect();
    camera.zoom(factor, y - bounds.top - rect.top, x - bounds.left - rect.left);
  }

  #hover(event: PointerEvent | WheelEvent | null): void {
    this.#at = event;
    this.#target.hover(this.hovered);
  }

  #pointerOf(event: PointerOnPage): ImagePointer | null {
    const { area, rects, isLoaded } = this.#target;
    // Until the image is loaded, no place in it is known: a press must not edit it.
    if (!area || !isLoaded) return null;
    const bounds = area.getBoundingClientRect();
    const left = event.clientX - bounds.left;
    const top = event.clientY - bounds.top;
    const pane = rects.findIndex(
      (rect) =>
        left >= rect.left && left < rect.left + rect.width && top >= rect.top && top < rect.top + rect.height,
    );
    return this.#pointerIn(pane, event);
  }

  /** The place in the image of a pane, also beyond its borders; null without such a pane. */
  #pointerIn(pane: number, { clientX, clientY, shiftKey }: PointerOnPage): ImagePointer | null {
    const { area, rects, camera } = this.#target;
    const rect = rects[pane];
    if (!area || !rect) return null;
    const bounds = area.getBoundingClientRect();
    const { y, x } = camera.toImage(clientY - bounds.top - rect.top, clientX - bounds.left - rect.left);
    return { y, x, pane, shift: shiftKey, scale: camera.scale };
  }
}
