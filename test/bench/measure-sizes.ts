/**
 * Segments images of growing size, each in its own process. It measures the time from the bytes of a TIFF
 * file to contours, the memory, and whether time grows as the area does.
 *
 * npm run bench:sizes -- --model small-1.lacss --image field.tif [--sizes 512,1024,2048,4096] [--tile 768]
 *
 * The field is rescaled so that its cells have the training size, and repeated until the image is full. So
 * every pixel costs as much as in the most crowded field.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultSegmentSettings } from '../../src-main/contract/inference.ts';
import type { FloatPlane } from '../../src-main/contract/pixels.ts';
import { readTiff } from '../fixtures/read-whole.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import { resizePlane } from '../../src-main/imaging/resample/resize-plane.ts';
import { networkOf } from '../../src-main/inference/network-of.ts';
import { segmentImage } from '../../src-main/inference/segment-image.ts';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { imageScale } from '../../src-main/model/image-scale.ts';
import { loadModel } from '../../src-main/model/weights.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { median } from './median.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    image: { type: 'string' },
    sizes: { type: 'string', default: '512,1024,2048,4096' },
    /** Measures one size in this process and prints it as JSON. */
    one: { type: 'string' },
    /**
     * Rounds of the largest size. Smaller ones run more rounds, so that JavaScript is equally warm for all
     * sizes.
     */
    rounds: { type: 'string', default: '3' },
    /** Largest side of a tile, px. */
    tile: { type: 'string', default: String(defaultSegmentSettings.tileSizePx) },
  },
});
if (values.model === undefined || values.image === undefined)
  throw new RangeError('--model and --image are needed');
const { model: modelPath, image: imagePath } = values;

interface Measured {
  size: number;
  cells: number;
  openMs: number;
  /** The first image, for which graphs are compiled. */
  firstMs: number;
  /** The median of the second half of the rounds. */
  againMs: number;
  /** Processor time of all threads, also a median. Other programs hardly change it. */
  cpuMs: number;
  peakMb: number;
}

if (values.one === undefined) {
  const measured = values.sizes.split(',').map((size): Measured => {
    const args = [
      '--model',
      modelPath,
      '--image',
      imagePath,
      '--one',
      size,
      '--rounds',
      String(roundsOf(Number(size))),
      '--tile',
      values.tile,
    ];
    const script = fileURLToPath(import.meta.url);
    const text = execFileSync(process.execPath, [...process.execArgv, script, ...args], { encoding: 'utf8' });
    const one = JSON.parse(text) as Measured;
    console.log(
      text.trim(),
      `${(one.cpuMs / (one.size / 512) ** 2).toFixed(0)} ms of processor time per 512 × 512 px`,
    );
    return one;
  });
  const perPixel = measured.map(({ size, cpuMs }) => cpuMs / size ** 2);
  const ratios = perPixel.map((each) => (each / perPixel[0]!).toFixed(2));
  console.log(`Processor time over area, beside the first: ${ratios.join(', ')}`);
} else {
  console.log(JSON.stringify(await measure(Number(values.one), Number(values.rounds))));
}

async function measure(size: number, rounds: number): Promise<Measured> {
  const opened = performance.now();
  const engine = await openEngine('onnx');
  const { card, manifest, bytes } = await loadModelFrom(modelPath);
  const model = await loadModel(card, manifest, bytes);
  const openMs = performance.now() - opened;
  const { cellSize, targetDiameterPx } = card.preprocessing;
  const file = await tiledFile(size, imageScale(cellSize, targetDiameterPx, null));
  const times: { ms: number; cpuMs: number }[] = [];
  let cells = 0;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const cpu = process.cpuUsage();
    const { planes, height, width } = await readTiff(file, 'bench.tif');
    const plane: FloatPlane = { height, width, data: Float32Array.from(planes[0]!) };
    const control = { signal: new AbortController().signal, onProgress: () => undefined };
    const found = await segmentImage(networkOf(model.inference), [plane], {
      scale: 1,
      tileSizePx: Number(values.tile),
      control,
    });
    cells = found.scores.length;
    const { user, system } = process.cpuUsage(cpu);
    times.push({ ms: performance.now() - started, cpuMs: (user + system) / 1000 });
  }
  model.dispose();
  engine.close();
  const warm = times.slice(Math.floor(rounds / 2));
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  return {
    size,
    cells,
    openMs: Math.round(openMs),
    firstMs: Math.round(times[0]!.ms),
    againMs: Math.round(median(warm.map(({ ms }) => ms))),
    cpuMs: Math.round(median(warm.map(({ cpuMs }) => cpuMs))),
    peakMb,
  };
}

/** How often an image of a size is segmented. */
function roundsOf(size: number): number {
  const largest = Math.max(...values.sizes.split(',').map(Number));
  return Math.min(3 * Number(values.rounds), Math.ceil((Number(values.rounds) * largest) / size));
}

/** The bytes of a TIFF file of size × size px. */
async function tiledFile(size: number, scale: number): Promise<Uint8Array> {
  const { planes, height, width } = await readTiff(readFileSync(imagePath), imagePath);
  const field = { height, width, data: Float32Array.from(planes[0]!) };
  const tile = resizePlane(field, Math.round(height * scale), Math.round(width * scale));
  const pixels = Uint16Array.from({ length: size * size }, (_, i) => {
    const [y, x] = [Math.floor(i / size) % tile.height, (i % size) % tile.width];
    return tile.data[y * tile.width + x]!;
  });
  return writeTiff({
    height: size,
    width: size,
    dtype: 'uint16',
    sizes: { t: 1, z: 1, c: 1 },
    planes: [pixels],
    channelNames: ['Channel 1'],
    pixelSizeUm: null,
  });
}
