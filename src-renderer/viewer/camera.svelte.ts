import { prefersReducedMotion } from 'svelte/motion';

const maxScale = 64;
/** Margin shown around the image, CSS px, so that outlines at the border stay visible. */
const borderPx = 24;

/** A view of an image of this size, px. */
export interface CameraView {
  y: number;
  x: number;
  scale: number;
  height: number;
  width: number;
}

/** The view of all panes: the image position at the centre of a pane, and CSS px per image px. */
export class Camera {
  y = $state(0);
  x = $state(0);
  scale = $state(1);
  /** Size of one pane, CSS px. */
  paneHeight = $state(1);
  paneWidth = $state(1);
  /** Size of the image, px. */
  imageHeight = $state(1);
  imageWidth = $state(1);
  #following = true;
  /** A view of an image that is not loaded yet. */
  #kept: CameraView | null = null;
  #frame = 0;

  /** The scale at which the whole image fits a pane. */
  readonly fitScale = $derived(
    Math.min(this.paneWidth / this.imageWidth, this.paneHeight / this.imageHeight, maxScale),
  );

  setPane(height: number, width: number): void {
    if (height === this.paneHeight && width === this.paneWidth) return;
    this.paneHeight = Math.max(1, height);
    this.paneWidth = Math.max(1, width);
    if (this.#following) this.fit();
  }

  /** Sets the image. An image of the same size keeps the view, for comparison. */
  setImage(height: number, width: number): void {
    if (height === this.imageHeight && width === this.imageWidth) return;
    this.imageHeight = height;
    this.imageWidth = width;
    if (!this.#bringBack()) this.fit();
    this.#kept = null;
  }

  /** The view, to bring it back later; null if the whole image is in view. */
  get view(): CameraView | null {
    const { y, x, scale, imageHeight: height, imageWidth: width } = this;
    return this.#following ? null : { y, x, scale, height, width };
  }

  /** Brings back a view, if needed once its image is loaded. */
  bringBack(view: CameraView | null): void {
    if (view === null) return this.fit();
    this.#kept = view;
    if (this.#bringBack()) this.#kept = null;
  }

  /** @returns false if the kept view is of an image of another size */
  #bringBack(): boolean {
    const kept = this.#kept;
    if (kept?.height !== this.imageHeight || kept.width !== this.imageWidth) return false;
    this.#take();
    this.y = kept.y;
    this.x = kept.x;
    this.scale = kept.scale;
    return true;
  }

  fit(): void {
    this.#stop();
    this.#following = true;
    this.y = this.imageHeight / 2;
    this.x = this.imageWidth / 2;
    this.scale = this.fitScale;
  }

  /** Pans by CSS px. */
  pan(dy: number, dx: number): void {
    this.#take();
    this.y = clamp(this.y - dy / this.scale, 0, this.imageHeight);
    this.x = clamp(this.x - dx / this.scale, 0, this.imageWidth);
  }

  /** Zooms by a factor; the image position under (top, left), CSS px in the pane, stays where it is. */
  zoom(factor: number, top = this.paneHeight / 2, left = this.paneWidth / 2): void {
    this.zoomTo(this.scale * factor, top, left);
  }

  zoomTo(scale: number, top = this.paneHeight / 2, left = this.paneWidth / 2): void {
    this.#take();
    const next = clamp(scale, Math.min(this.fitScale / 2, 1), maxScale);
    const { y, x } = this.toImage(top, left);
    this.y = clamp(y - (top - this.paneHeight / 2) / next, 0, this.imageHeight);
    this.x = clamp(x - (left - this.paneWidth / 2) / next, 0, this.imageWidth);
    this.scale = next;
  }

  /** One image px per screen pixel, around the centre of the view. */
  showActualPixels(): void {
    this.zoomTo(1 / (window.devicePixelRatio || 1));
    Object.assign(this, this.#within(this.y, this.x, this.scale));
  }

  /**
   * Centres a box of the image, with a margin, in at most 150 ms. Zooms only as far as needed. A box at the
   * border of the image is centred too, unless the whole image is in view.
   */
  centreOn(y: number, x: number, height = 0, width = 0): void {
    const margin = 3;
    const fits = Math.min(
      this.paneHeight / Math.max(1, height * margin),
      this.paneWidth / Math.max(1, width * margin),
    );
    const scale = clamp(
      Math.max(this.scale, Math.min(fits, 2)),
      this.fitScale,
      Math.max(fits, this.fitScale),
    );
    const isWhole = scale <= this.fitScale;
    const [toY, toX] = isWhole ? [this.imageHeight / 2, this.imageWidth / 2] : [y, x];
    this.#animate(toY, toX, scale);
  }

  /** From CSS px in a pane to image px. */
  toImage(top: number, left: number): { y: number; x: number } {
    return {
      y: this.y + (top - this.paneHeight / 2) / this.scale,
      x: this.x + (left - this.paneWidth / 2) / this.scale,
    };
  }

  /** From image px to CSS px in a pane. */
  toPane(y: number, x: number): { top: number; left: number } {
    return {
      top: (y - this.y) * this.scale + this.paneHeight / 2,
      left: (x - this.x) * this.scale + this.paneWidth / 2,
    };
  }

  /** The nearest position at which the view shows little outside the image. */
  #within(y: number, x: number, scale: number): { y: number; x: number } {
    const inside = (at: number, size: number, pane: number): number => {
      const half = (pane / 2 - borderPx) / scale;
      return 2 * half >= size ? size / 2 : clamp(at, half, size - half);
    };
    return {
      y: inside(y, this.imageHeight, this.paneHeight),
      x: inside(x, this.imageWidth, this.paneWidth),
    };
  }

  #take(): void {
    this.#stop();
    this.#following = false;
  }

  #stop(): void {
    cancelAnimationFrame(this.#frame);
  }

  #animate(y: number, x: number, scale: number): void {
    this.#take();
    const from = { y: this.y, x: this.x, scale: this.scale };
    const start = performance.now();
    const duration = prefersReducedMotion.current ? 0 : 140;
    const move = () => {
      const t = duration === 0 ? 1 : Math.min(1, (performance.now() - start) / duration);
      const eased = 1 - (1 - t) ** 3;
      this.y = from.y + (y - from.y) * eased;
      this.x = from.x + (x - from.x) * eased;
      this.scale = from.scale * (scale / from.scale) ** eased;
      if (t < 1) this.#frame = requestAnimationFrame(move);
    };
    move();
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
