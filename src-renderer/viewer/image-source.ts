export interface TilePlace {
  channel: number;
  /** 0 is full resolution; each further level halves both sides. */
  level: number;
  row: number;
  column: number;
}

/** Where the viewer takes pixels from. */
export interface ImageSource {
  /** Names the pixels: two sources with one id show the same. */
  readonly id: string;
  readonly height: number;
  readonly width: number;
  readonly levels: number;
  readonly channels: number;
  /** The samples of one tile, row-major; at the bottom and right edge what is left. */
  tile(place: TilePlace, signal: AbortSignal): Promise<Uint16Array>;
}
