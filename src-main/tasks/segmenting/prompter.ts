import * as tf from '@tensorflow/tfjs-core';
import type { EngineChoice } from '../../contract/choices.ts';
import type { Position } from '../../contract/fields.ts';
import { defaultSegmentSettings } from '../../contract/inference.ts';
import type { SegmentSettings } from '../../contract/inference.ts';
import type { FloatPlane } from '../../contract/pixels.ts';
import type { ImageEntry, PredictionRecord } from '../../contract/project-files.ts';
import type { PromptAnswer } from '../../contract/requests/review-requests.ts';
import { openEngine } from '../../engine/open-engine.ts';
import type { Engine } from '../../engine/open-engine.ts';
import { outlineMask } from '../../imaging/cells/outline-mask.ts';
import { packContours } from '../../imaging/contours/pack-contours.ts';
import {
  openPromptImage,
  openPromptTile,
  promptCell,
  tileAt,
  tileBytes,
} from '../../inference/prompt-image.ts';
import type { PromptImage, PromptTile } from '../../inference/prompt-image.ts';
import { loadModel } from '../../model/weights.ts';
import { latestPrediction } from '../../project/latest-prediction.ts';
import { loadChannel } from '../../project/load-image.ts';
import { inputChannelsOf, scaleFor } from '../../project/model-inputs.ts';
import type { Project } from '../../project/project.ts';
import { ByteCache } from '../../imaging/source/byte-cache.ts';
import { throwIfCancelled } from '../for-each-item.ts';
import { newestModel } from '../models/newest-model.ts';
import { requireSound } from '../models/with-model.ts';
import type { LoadedModel } from '../models/with-model.ts';

/**
 * Memory limit of prepared images and features of tiles. A tile of 1152 px of the largest preset takes 100
 * MB.
 */
const mostBytes = 512 * 2 ** 20;
/** Memory and engine are freed this long after the last prompt. */
const idleMs = 120_000;

interface Held {
  /** The project's folder, the model, and the engine. */
  key: string;
  engine: Engine;
  loaded: LoadedModel;
  images: ByteCache<PromptImage | null>;
  tiles: ByteCache<PromptTile>;
}

/**
 * Outlines cells at places that a person points to. Between prompts it keeps the network and its features of
 * images. {@link Prompter.close} frees all of it, because engines do not share a process.
 */
export class Prompter {
  #held: Held | null = null;
  #idle: NodeJS.Timeout | undefined;

  /** Whether nothing is kept. */
  get closed(): boolean {
    return this.#held === null;
  }

  /**
   * Outlines the cell at a place of an image. It uses the model and the cell size of the latest prediction,
   * otherwise the newest model.
   * @returns `nothing` if the network sees no cell there, or outside the image
   * @throws LacssError `model-invalid`, `engine-unavailable`, `setting-invalid`, `out-of-memory`, `cancelled`
   */
  async ask(
    project: Project,
    { image: imageId, at, engine }: { image: string; at: Position; engine: EngineChoice },
    signal: AbortSignal,
  ): Promise<PromptAnswer> {
    const image = project.image(imageId);
    const { model, record } = await this.#modelOf(project, image);
    clearTimeout(this.#idle);
    try {
      const held = await this.#hold(project, model, engine);
      return await this.#outline(held, project, image, { record, at, signal });
    } finally {
      this.#idle = setTimeout(() => this.close(), idleMs).unref();
    }
  }

  close(): void {
    clearTimeout(this.#idle);
    const held = this.#held;
    this.#held = null;
    if (held === null) return;
    held.tiles.deleteAll('');
    held.loaded.model.dispose();
    held.engine.close();
  }

  async #modelOf(
    project: Project,
    image: ImageEntry,
  ): Promise<{ model: string; record: PredictionRecord | null }> {
    const latest = await latestPrediction(project, image.id);
    if (latest === null) return { model: await newestModel(project), record: null };
    return { model: latest.model, record: latest.record };
  }

  async #hold(project: Project, model: string, choice: EngineChoice): Promise<Held> {
    const stored = await project.models.load(model);
    const key = [project.folder, stored.card.weights.sha256, choice].join('\n');
    if (this.#held?.key === key) return this.#held;
    this.close();
    const engine = await openEngine(choice);
    try {
      const network = await loadModel(stored.card, stored.manifest, stored.bytes);
      await requireSound(network, stored.card, engine);
      this.#held = {
        key,
        engine,
        loaded: { model: network, card: stored.card },
        images: new ByteCache(mostBytes / 2),
        tiles: new ByteCache(mostBytes / 2, ({ features }) => tf.dispose(features)),
      };
      return this.#held;
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  async #outline(
    { loaded: { model, card }, images, tiles }: Held,
    project: Project,
    image: ImageEntry,
    { record, at, signal }: { record: PredictionRecord | null; at: Position; signal: AbortSignal },
  ): Promise<PromptAnswer> {
    const channels = inputChannelsOf(card, image);
    const scale = scaleFor(card, image.pixelSizeUm, record?.diameterPx);
    const settings = settingsOf(record);
    const { files, plane, axes } = image;
    const key = JSON.stringify([
      image.id,
      files.map(({ sha256 }) => sha256),
      plane,
      axes,
      channels,
      scale,
      settings,
    ]);

    let prompt = images.get(key);
    if (prompt === undefined) {
      const planes: FloatPlane[] = [];
      for (const channel of channels) planes.push(await loadChannel(project, image, channel, { signal }));
      prompt = openPromptImage(model, planes, { ...settings, scale });
      images.set(key, prompt, prompt?.image.data.byteLength ?? 0);
    }
    const place = prompt === null ? null : tileAt(prompt, at);
    if (prompt === null || place === null) return { kind: 'nothing' };

    // What is kept by now serves the next place.
    throwIfCancelled(signal);
    const tileKey = `${key} ${place.top} ${place.left}`;
    let tile = tiles.get(tileKey);
    if (tile === undefined) {
      tile = await openPromptTile(model.inference, prompt, place);
      tiles.set(tileKey, tile, tileBytes(tile));
    }
    throwIfCancelled(signal);
    const cell = await promptCell(model.inference, prompt, tile, at);
    if (cell === null) return { kind: 'nothing' };
    const contours = packContours(outlineMask(1, cell.mask));
    return { kind: 'cell', location: at, mask: cell.mask, score: cell.score, contours };
  }
}

/** The settings of a prediction that affect masks. */
function settingsOf(record: PredictionRecord | null): Partial<SegmentSettings> {
  const { maskThreshold } = record?.parameters ?? {};
  return {
    maskThreshold: typeof maskThreshold === 'number' ? maskThreshold : defaultSegmentSettings.maskThreshold,
  };
}
