import { tileSize } from '../../../src-main/contract/urls.ts';
import type { ImageSource, TilePlace } from '../image-source.ts';

/** Number of kept tiles. A tile takes 0.5 MB on the GPU and in main memory: about 150 MB each. */
const keptTiles = 300;

export interface TileTexture {
  texture: WebGLTexture;
  samples: Uint16Array;
  height: number;
  width: number;
}

interface TileEntry {
  tile: TileTexture | null;
  controller: AbortController | null;
  /** The last frame that requested it, and the last that showed it. */
  wanted: number;
  shown: number;
  /** After a failure, it is not requested again before this time. */
  notBefore: number;
}

const retryMs = 2000;

/**
 * Tiles on the GPU. A tile is requested when it is first needed, cancelled when it is no longer needed, and
 * dropped when it is old.
 */
export class TileStore {
  readonly #gl: WebGL2RenderingContext;
  readonly #onTile: (shown: boolean) => void;
  readonly #entries = new Map<string, TileEntry>();
  #frame = 0;

  constructor(gl: WebGL2RenderingContext, onTile: (shown: boolean) => void) {
    this.#gl = gl;
    this.#onTile = onTile;
  }

  beginFrame(): void {
    this.#frame++;
  }

  /** Cancels tiles that no frame needs any more, and drops old ones. */
  endFrame(): void {
    for (const [key, entry] of this.#entries) {
      // Requests of the read-out after the last frame still count.
      if (entry.controller && entry.wanted < this.#frame - 1) {
        entry.controller.abort();
        this.#entries.delete(key);
      }
    }
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= keptTiles) break;
      if (!entry.tile || entry.wanted === this.#frame) continue;
      this.#gl.deleteTexture(entry.tile.texture);
      this.#entries.delete(key);
    }
  }

  /**
   * The tile, if it is there. Otherwise null, and it is requested.
   * @param shown - whether this frame shows it
   */
  want(source: ImageSource, place: TilePlace, shown: boolean): TileTexture | null {
    const key = keyOf(source, place);
    const entry = this.#entries.get(key);
    if (entry) {
      entry.wanted = this.#frame;
      if (shown) entry.shown = this.#frame;
      if (entry.tile) {
        this.#entries.delete(key);
        this.#entries.set(key, entry);
      } else if (!entry.controller && performance.now() > entry.notBefore) {
        this.#fetch(source, place, entry);
      }
      return entry.tile;
    }
    const fresh: TileEntry = {
      tile: null,
      controller: null,
      wanted: this.#frame,
      shown: shown ? this.#frame : -1,
      notBefore: 0,
    };
    this.#entries.set(key, fresh);
    this.#fetch(source, place, fresh);
    return null;
  }

  /** The tile, if it is there. Requests nothing. */
  peek(source: ImageSource, place: TilePlace): TileTexture | null {
    return this.#entries.get(keyOf(source, place))?.tile ?? null;
  }

  dispose(): void {
    for (const { tile, controller } of this.#entries.values()) {
      controller?.abort();
      if (tile) this.#gl.deleteTexture(tile.texture);
    }
    this.#entries.clear();
  }

  #fetch(source: ImageSource, place: TilePlace, entry: TileEntry): void {
    const controller = new AbortController();
    entry.controller = controller;
    source.tile(place, controller.signal).then(
      (samples) => {
        if (controller.signal.aborted) return;
        entry.controller = null;
        entry.tile = this.#upload(source, place, samples);
        this.#onTile(entry.shown === this.#frame);
      },
      () => {
        if (controller.signal.aborted) return;
        entry.controller = null;
        entry.notBefore = performance.now() + retryMs;
        setTimeout(this.#onTile, retryMs + 1, entry.shown === this.#frame);
      },
    );
  }

  #upload(source: ImageSource, { level, row, column }: TilePlace, samples: Uint16Array): TileTexture {
    const gl = this.#gl;
    const height = Math.min(tileSize, Math.ceil(source.height / 2 ** level) - row * tileSize);
    const width = Math.min(tileSize, Math.ceil(source.width / 2 ** level) - column * tileSize);
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16UI, width, height, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, samples);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return { texture, samples, height, width };
  }
}

function keyOf(source: ImageSource, { channel, level, row, column }: TilePlace): string {
  return `${source.id}|${channel}/${level}/${row}/${column}`;
}
