import type { ImageDisplay, ImageSummary } from '../../src-main/contract/requests/image-requests.ts';
import type { ChannelDisplay, DisplaySettings } from '../../src-main/contract/requests/project-requests.ts';
import { tileUrl } from '../../src-main/contract/urls.ts';
import type { ContourSet } from '../../src-main/contract/pixels.ts';
import { brightFrom, brightLabels } from '../viewer/bright-labels.ts';
import { CoarsePixels } from './coarse-pixels.svelte.ts';
import type { ImageSource } from '../viewer/image-source.ts';
import type { ChannelLook } from '../viewer/scene.ts';
import { parseColour } from '../viewer/colour.ts';
import { shownMedian } from '../viewer/shown-median.ts';
import { debounce } from './debounce.ts';
import { defaultChannels } from './default-channels.ts';
import type { ProjectAccess } from './project-access.ts';

const cachedDisplays = 24;

/** How images are shown: settings saved with the project, and the host's data of each image. */
export class DisplayState {
  readonly #project: ProjectAccess;
  settings = $state.raw<DisplaySettings>() as DisplaySettings;
  /** Whether overlays are hidden, while a key is held. */
  overlaysHidden = $state(false);
  #known = $state.raw<ReadonlyMap<string, ImageDisplay>>(new Map());
  readonly #coarse = new CoarsePixels();
  readonly #asked = new Map<string, Promise<ImageDisplay | undefined>>();
  readonly #sources = new Map<string, ImageSource>();
  readonly #save = debounce(() => {
    const { studio, id } = this.#project;
    void studio.attempt(() => studio.client.request('display.save', { project: id, display: this.settings }));
  }, 400);

  constructor(project: ProjectAccess, settings: DisplaySettings) {
    this.#project = project;
    this.settings = settings;
  }

  /** The host's data of this image, if loaded. */
  of(image: ImageSummary): ImageDisplay | null {
    return this.#known.get(keyOf(image)) ?? null;
  }

  /** Asks the host how to show an image, once. */
  load(image: ImageSummary): Promise<ImageDisplay | undefined> {
    const key = keyOf(image);
    const asked = this.#asked.get(key);
    if (asked) return asked;
    const { studio, id } = this.#project;
    const asking = studio
      .attempt(() => studio.client.request('images.display', { project: id, image: image.id }))
      .then((display) => {
        if (display) this.#remember(key, display);
        else this.#asked.delete(key);
        return display;
      });
    this.#asked.set(key, asking);
    return asking;
  }

  /** The pixel source of this image for the viewer; null until the host's data is loaded. */
  source(image: ImageSummary): ImageSource | null {
    const display = this.of(image);
    if (!display) return null;
    const key = keyOf(image);
    const existing = this.#sources.get(key);
    if (existing) return existing;
    const { studio, id } = this.#project;
    const source: ImageSource = {
      id: key,
      height: display.height,
      width: display.width,
      levels: display.levels,
      channels: display.channels.length,
      async tile({ channel, level, row, column }, signal) {
        const { pixels, t, z } = image;
        const path = tileUrl({ project: id, image: image.id, pixels, t, z, c: channel, level, row, column });
        const response = await studio.client.pixels(path, signal);
        if (!response.ok) throw new Error(`Tile ${path}: ${response.status}`);
        return new Uint16Array(await response.arrayBuffer());
      },
    };
    this.#sources.set(key, source);
    return source;
  }

  /** The settings of each channel of an image, with defaults. */
  channels(image: ImageSummary): ChannelDisplay[] {
    const own = this.settings.images[image.id];
    return defaultChannels(image).map(
      (channel, index) => own?.[index] ?? this.settings.channels[index] ?? channel,
    );
  }

  /** Colour and contrast of the visible channels, in the units of the tiles. */
  looks(image: ImageSummary): ChannelLook[] {
    const display = this.of(image);
    if (!display) return [];
    const { mode } = this.settings;
    const single = Math.min(this.settings.channel, display.channels.length - 1);
    const looks: ChannelLook[] = [];
    for (const [index, channel] of this.channels(image).entries()) {
      const view = display.channels[index];
      if (!view || (mode === 'composite' ? !channel.visible : index !== single)) continue;
      const grey = mode === 'grey' || display.channels.length === 1;
      const low = channel.low ?? view.autoLow;
      const high = channel.high ?? view.autoHigh;
      looks.push({
        channel: index,
        colour: grey ? [1, 1, 1] : parseColour(channel.colour),
        low: (low - view.offset) / view.scale,
        high: (high - view.offset) / view.scale,
        gamma: channel.gamma,
      });
    }
    return looks;
  }

  /**
   * Finds the labels around which an image is shown bright, so that light lines would not be seen: 1 at each.
   * Until its pixels are there, the whole image decides.
   */
  bright(image: ImageSummary, set: ContourSet): Uint8Array {
    const source = this.source(image);
    const brightness = source && this.#coarse.brightness(source, this.looks(image));
    return brightLabels(set, brightness ?? this.#isBright(image));
  }

  /** Whether most of an image is shown bright. */
  #isBright(image: ImageSummary): boolean {
    const display = this.of(image);
    // Channels add up on the screen.
    const brightness = this.looks(image).reduce((sum, look) => {
      const channel = display?.channels[look.channel];
      return channel ? sum + shownMedian(channel, look) : sum;
    }, 0);
    return brightness > brightFrom;
  }

  change(patch: Partial<Omit<DisplaySettings, 'overlay'>>): void {
    this.settings = { ...this.settings, ...patch };
    this.#save();
  }

  changeOverlay(patch: Partial<DisplaySettings['overlay']>): void {
    this.settings = { ...this.settings, overlay: { ...this.settings.overlay, ...patch } };
    this.#save();
  }

  /** Changes one channel: colour and visibility for all images, contrast for this image only. */
  changeChannel(image: ImageSummary, index: number, patch: Partial<ChannelDisplay>): void {
    const contrast = 'low' in patch || 'high' in patch || 'gamma' in patch;
    const changed = this.channels(image).map((channel, i) =>
      i === index ? { ...channel, ...patch } : channel,
    );
    if (contrast) {
      this.change({ images: { ...this.settings.images, [image.id]: changed } });
      return;
    }
    const common = defaultChannels(image).map((channel, i) => this.settings.channels[i] ?? channel);
    const images = Object.fromEntries(
      Object.entries(this.settings.images).map(([id, channels]) => [
        id,
        channels.map((channel, i) => (i === index ? { ...channel, ...patch } : channel)),
      ]),
    );
    this.change({
      channels: common.map((channel, i) => (i === index ? { ...channel, ...patch } : channel)),
      images,
    });
  }

  /** Handles the key of a channel: shows or hides it in a composite, otherwise shows it alone. */
  switchChannel(image: ImageSummary, index: number): void {
    const channels = this.channels(image);
    const channel = channels[index];
    if (!channel || channels.length < 2) return;
    if (this.settings.mode === 'composite') this.changeChannel(image, index, { visible: !channel.visible });
    else this.change({ channel: index });
  }

  /** Gives every image the contrast of this one. */
  applyToAll(image: ImageSummary): void {
    this.change({ channels: this.channels(image), images: {} });
  }

  /** Automatic contrast and no gamma, for this image. */
  reset(image: ImageSummary): void {
    const images = Object.fromEntries(Object.entries(this.settings.images).filter(([id]) => id !== image.id));
    const channels = this.settings.channels.map((channel) => ({
      ...channel,
      low: null,
      high: null,
      gamma: 1,
    }));
    this.change({ images, channels });
  }

  flush(): void {
    this.#save.flush();
  }

  #remember(key: string, display: ImageDisplay): void {
    const known = new Map(this.#known);
    known.set(key, display);
    for (const old of known.keys()) {
      if (known.size <= cachedDisplays) break;
      if (old === key) continue;
      known.delete(old);
      this.#asked.delete(old);
      this.#sources.delete(old);
    }
    this.#known = known;
  }
}

function keyOf(image: ImageSummary): string {
  return `${image.id}/${image.pixels}/${image.t}/${image.z}`;
}
