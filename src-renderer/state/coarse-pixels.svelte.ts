import { itemAt } from '../../src-main/contract/elements.ts';
import type { ImageSource } from '../viewer/image-source.ts';
import type { ChannelLook } from '../viewer/scene.ts';
import { shownBrightness } from '../viewer/shown-brightness.ts';
import type { CoarseChannel, ShownBrightness } from '../viewer/shown-brightness.ts';

const keptImages = 8;

/** The coarsest tiles of images, from which lines get their colours. */
export class CoarsePixels {
  /** By image, then by channel. */
  #tiles = $state.raw<ReadonlyMap<string, ReadonlyMap<number, Uint16Array>>>(new Map());
  readonly #asked = new Set<string>();
  /** The last result of each image, and the looks that it is made with. */
  readonly #known = new Map<string, { looks: string; brightness: ShownBrightness }>();

  /** How bright an image is shown. Null until the pixels of all its visible channels are there. */
  brightness(source: ImageSource, looks: readonly ChannelLook[]): ShownBrightness | null {
    const channels: CoarseChannel[] = [];
    for (const look of looks) {
      const samples = this.#tiles.get(source.id)?.get(look.channel);
      if (samples) channels.push({ look, samples });
      else this.#load(source, look.channel);
    }
    if (channels.length === 0 || channels.length < looks.length) return null;
    const asText = JSON.stringify(looks);
    const known = this.#known.get(source.id);
    if (known?.looks === asText) return known.brightness;
    const blockPx = 2 ** (source.levels - 1);
    const [height, width] = [Math.ceil(source.height / blockPx), Math.ceil(source.width / blockPx)];
    const brightness = shownBrightness(channels, { height, width, blockPx });
    this.#known.set(source.id, { looks: asText, brightness });
    return brightness;
  }

  /** Reads a tile once. If it cannot be read, the viewer says so. */
  #load(source: ImageSource, channel: number): void {
    const key = `${source.id}|${channel}`;
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    const place = { channel, level: source.levels - 1, row: 0, column: 0 };
    source.tile(place, new AbortController().signal).then(
      (samples) => this.#keep(source.id, channel, samples),
      () => this.#asked.delete(key),
    );
  }

  #keep(id: string, channel: number, samples: Uint16Array): void {
    const tiles = new Map(this.#tiles);
    const own = new Map(tiles.get(id)).set(channel, samples);
    tiles.delete(id);
    tiles.set(id, own);
    while (tiles.size > keptImages) {
      const [old] = itemAt([...tiles], 0);
      tiles.delete(old);
      this.#known.delete(old);
      for (const key of this.#asked) if (key.startsWith(`${old}|`)) this.#asked.delete(key);
    }
    this.#tiles = tiles;
  }
}
