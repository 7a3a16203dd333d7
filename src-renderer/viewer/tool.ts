/** The pointer over the image, in image px. */
export interface ImagePointer {
  y: number;
  x: number;
  /** Index of the pane it is over. */
  pane: number;
  shift: boolean;
  /** CSS px per image px. */
  scale: number;
}

/** The action of the left button instead of panning. */
export interface ViewerTool {
  cursor: string;
  /** Returns whether it handles this press; if not, the press pans. */
  down: (pointer: ImagePointer) => boolean;
  move?: (pointer: ImagePointer) => void;
  up?: (pointer: ImagePointer) => void;
  /** Radius of the ring that follows the pointer, image px. */
  ringPx?: number | undefined;
}
