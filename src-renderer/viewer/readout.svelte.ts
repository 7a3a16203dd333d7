import type { Position } from '../../src-main/contract/fields.ts';
import { tileSize } from '../../src-main/contract/urls.ts';
import type { TileStore } from './gl/tile-store.ts';
import type { ImageSource } from './image-source.ts';

/** The values under the pointer, for the status bar. */
export class Readout {
  /** Whole pixel; null while the pointer is elsewhere. */
  place = $state.raw<Position | null>(null);
  /** Sample of each channel of the tiles; null while it loads. */
  samples = $state.raw<readonly (number | null)[]>([]);

  /** Reads the samples at a place from full-resolution tiles, and loads them if needed. */
  read(image: ImageSource, { y, x }: Position, tiles: TileStore): void {
    const row = Math.floor(y);
    const column = Math.floor(x);
    if (row < 0 || column < 0 || row >= image.height || column >= image.width) {
      this.place = null;
      return;
    }
    if (this.place?.y !== row || this.place.x !== column) this.place = { y: row, x: column };
    const samples = Array.from({ length: image.channels }, (_, channel) => {
      const place = {
        channel,
        level: 0,
        row: Math.floor(row / tileSize),
        column: Math.floor(column / tileSize),
      };
      const tile = tiles.want(image, place, false);
      return tile?.samples[(row % tileSize) * tile.width + (column % tileSize)] ?? null;
    });
    if (samples.some((sample, i) => sample !== this.samples[i])) this.samples = samples;
  }
}
