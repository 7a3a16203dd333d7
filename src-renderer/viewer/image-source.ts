export interface TilePlace {
  channel: number;
  /** 0 is full resolution; each further level halves both sides. */
  level: number;
  row: number;
  column: number;
}

/** The source of the viewer's pixels. */
export interface ImageSource {
  /** Names the pixels: two sources with one id show the same. */
  readonly id: string;
  readonly height: number;
  readonly width: number;
  readonly levels: number;
  readonly channels: number;
  /** The samples of one tile, row-major; smaller at the bottom and right edge. */
  tile(place: TilePlace, signal: AbortSignal): Promise<Uint16Array>;
}
