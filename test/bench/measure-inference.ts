import type { PresetName } from '../../src-main/contract/choices.ts';
import * as tf from '@tensorflow/tfjs-core';
import { readTiff } from '../fixtures/read-whole.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import type { LazyBackend } from '../../src-main/engine/onnx/lazy-backend.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import { median } from './median.ts';
import { syntheticCrop } from './training-case.ts';
import { writeUntrainedFolder } from './untrained-folder.ts';
import type { UntrainedFolder } from './untrained-folder.ts';

/** Time of the network per image, and of the whole way from file to contours. */
export interface InferenceFigures {
  gflop: number;
  /** Feature maps and the masks of the image's cells. */
  networkMs: number;
  networkMsBest: number;
  /**
   * Images per second from the bytes of a TIFF file to contours, one after the other. Every cell that the
   * network finds counts.
   */
  imagesPerS: number;
  cellsAnImage: number;
}

/** Images in the folder that is kept for a measurement of the whole job. */
const folderImages = 16;

/**
 * Sends a synthetic image of `size` px through an untrained network of a preset.
 * @returns also the network and the image as files, and the score above which it finds cells
 */
export async function measureInference(
  preset: PresetName,
  size: number,
  rounds: number,
): Promise<{ figures: InferenceFigures; files: UntrainedFolder; minScore: number }> {
  const { statistics } = tf.backend() as LazyBackend;
  const model = createModel(preset, 1, 7);
  const { image, locations } = syntheticCrop(
    size,
    model.preset.segmentation.stride / 2,
    model.preset.cellDiameterPx,
  );
  const run = async (): Promise<number> => {
    const started = performance.now();
    const logits = tf.tidy(() => {
      const features = model.inference.features(tf.tensor4d(image, [1, size, size, 1]));
      return model.inference.segment(features, tf.tensor2d(locations, [locations.length / 2, 2])).logits;
    });
    await logits.data();
    logits.dispose();
    return performance.now() - started;
  };
  await run();
  await run();
  const flop = statistics.flop;
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) times.push(await run());
  const gflop = (statistics.flop - flop) / rounds / 1e9;

  const file = writeTiff({
    height: size,
    width: size,
    dtype: 'uint16',
    sizes: { t: 1, z: 1, c: 1 },
    planes: [Uint16Array.from(image, (value) => 10_000 * (value + 1))],
    channelNames: ['Channel 1'],
    pixelSizeUm: null,
  });
  const minScore = await scoreOf(model, image, size, locations.length / 2);
  const segment = async (): Promise<number> => {
    const { planes, height, width } = await readTiff(file, 'bench.tif');
    const plane = { height, width, data: Float32Array.from(planes[0]!) };
    const control = { signal: new AbortController().signal, onProgress: () => undefined };
    const found = await segmentImage(networkOf(model.inference), [plane], { scale: 1, minScore, control });
    return found.scores.length;
  };
  const cellsAnImage = await segment();
  const started = performance.now();
  for (let i = 0; i < rounds; i++) await segment();
  const seconds = (performance.now() - started) / 1000;
  const files = writeUntrainedFolder(model, file, folderImages);
  model.dispose();
  const figures = {
    gflop,
    networkMs: median(times),
    networkMsBest: Math.min(...times),
    imagesPerS: rounds / seconds,
    cellsAnImage,
  };
  return { figures, files, minScore };
}

/** The score above which an untrained network proposes about four times as many cells as the image has. */
async function scoreOf(
  model: ReturnType<typeof createModel>,
  image: Float32Array,
  size: number,
  cells: number,
): Promise<number> {
  const scores = tf.tidy(() =>
    tf.sigmoid(model.features(tf.tensor4d(image, [1, size, size, 1])).scoreLogits),
  );
  const sorted = (await scores.data<'float32'>()).slice().sort();
  scores.dispose();
  return sorted[Math.max(0, sorted.length - 4 * cells)]!;
}
