import { differenceOfGaussians } from '../../src-main/annotation/locations/difference-of-gaussians.ts';
import type { FloatPlane, Raster } from '../../src-main/contract/pixels.ts';
import { readTiff } from '../fixtures/read-whole.ts';
import { writeTiff } from '../../src-main/imaging/tiff/write-tiff.ts';
import { syntheticCrop } from './training-case.ts';
import { foregroundCandidates } from '../fixtures/candidates.ts';

/** Megabytes of image per second, at 4 bytes per pixel as in computations. */
export interface ImagingSpeed {
  memcpyMbPerS: number;
  differenceOfGaussiansMbPerS: number;
  fiveGraphCutsMbPerS: number;
  /** 16-bit, deflate; megabytes of pixels, 2 bytes each. */
  tiffDecodeMbPerS: number;
}

const SIZE = 1024;
const ROUNDS = 3;

async function shortest(run: () => unknown): Promise<number> {
  let seconds = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await run();
    seconds = Math.min(seconds, (performance.now() - started) / 1000);
  }
  return seconds;
}

/** Measures what happens to an image outside the network, on disks in noise. */
export async function imagingSpeed(): Promise<ImagingSpeed> {
  const { image, mask } = syntheticCrop(SIZE, 1, 40);
  const plane: FloatPlane = {
    height: SIZE,
    width: SIZE,
    data: image.map((noise, i) => mask[i]! + 0.3 * noise),
  };
  const copy = new Float32Array(plane.data.length);
  const raster: Raster = {
    height: SIZE,
    width: SIZE,
    dtype: 'uint16',
    sizes: { t: 1, z: 1, c: 1 },
    planes: [Uint16Array.from(plane.data, (value) => 4000 * (value + 0.5))],
    channelNames: ['Channel 1'],
    pixelSizeUm: null,
  };
  const file = writeTiff(raster, { compression: 'deflate' });
  const megabytes = plane.data.byteLength / 1e6;
  const perSecond = async (amount: number, run: () => unknown): Promise<number> =>
    Math.round((10 * amount) / (await shortest(run))) / 10;
  return {
    memcpyMbPerS: await perSecond(100 * megabytes, () => {
      for (let i = 0; i < 100; i++) copy.set(plane.data);
    }),
    differenceOfGaussiansMbPerS: await perSecond(megabytes, () => differenceOfGaussians(plane, 4.2, 5)),
    fiveGraphCutsMbPerS: await perSecond(megabytes, () =>
      foregroundCandidates(plane, { feature: 'intensity', method: 'graph-cut', presets: null }),
    ),
    tiffDecodeMbPerS: await perSecond(megabytes / 2, () => readTiff(file, 'bench.tif')),
  };
}
