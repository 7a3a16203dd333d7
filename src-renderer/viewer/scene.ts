import type { ContourSet, Locations } from '../../src-main/contract/pixels.ts';
import type { Rgb } from './colour.ts';
import type { ImageSource } from './image-source.ts';

/** How one channel is painted; `low` and `high` in samples of the tiles. */
export interface ChannelLook {
  channel: number;
  colour: Rgb;
  low: number;
  high: number;
  gamma: number;
}

/** How the contours of one state are painted. */
export interface ContourStyle {
  colour: Rgb;
  /** The colour where the image is bright. @default the same */
  onBright?: Rgb;
  /** @default the colour of the line */
  fillColour?: Rgb;
  opacity: number;
  dashed: boolean;
  /** Width of the line in CSS px, at any zoom. */
  widthPx: number;
}

/** Contours over an image. The set is compared by identity: a new array means new contours. */
export interface ContourOverlay {
  set: ContourSet;
  /** The index into `styles` of each label, at `label`; 255 hides it. Absent: all have the first style. */
  states?: Uint8Array;
  styles: readonly ContourStyle[];
  /** 1 at each label around which the image is bright; absent: nowhere. */
  bright?: Uint8Array | undefined;
  /** The label whose line is painted above all others. */
  raised?: number | undefined;
  /** Whether a soft halo around the lines shows them on anything: dark, or light where it is bright. */
  halo?: boolean | undefined;
  outline: boolean;
  /** 0 … 0.4; 0 fills nothing. */
  fillOpacity: number;
}

export const pointKinds = { found: 0, byHand: 1, selected: 2, warning: 3 } as const;

/** Points over an image, as rings of one size on the screen. */
export interface PointOverlay {
  points: Locations;
  /** One {@link pointKinds} per point; absent: all are found. */
  kinds?: Uint8Array;
}

/** A stroke, until the host answers with the new contours. */
export interface StrokeOverlay {
  /** Packed y, x. */
  path: Float32Array;
  radiusPx: number;
  mode: 'add' | 'erase';
}

/** The content of one pane. All panes of a viewer share one camera. */
export interface PaneScene {
  key: string;
  source: ImageSource | null;
  looks: readonly ChannelLook[];
  contours?: readonly ContourOverlay[] | undefined;
  points?: PointOverlay | undefined;
  strokes?: readonly StrokeOverlay[] | undefined;
}

/** A pane's place in the canvas, in CSS px. */
export interface PaneRect {
  left: number;
  top: number;
  width: number;
  height: number;
}
