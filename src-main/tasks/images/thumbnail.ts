import { float32At, itemAt, numberAt, uint16At } from '../../contract/elements.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { writePng } from '../../imaging/png/write-png.ts';
import type { Project } from '../../project/project.ts';
import type { LevelPlane } from './halve-plane.ts';
import { levelOf } from './image-planes.ts';
import { countSamples, sampleStatistics } from './sample-statistics.ts';

/**
 * Red, green and blue at full intensity: grey cells, with magenta nuclei over them, as in the viewer.
 * Colour-blind people can distinguish them, too.
 */
const cellColour = [1, 1, 1] as const;
const nucleusColour = [0.95, 0.37, 0.88] as const;

/**
 * A picture of an image as PNG: its cells in grey, its nuclei in magenta, automatic contrast, the longer side
 * `size` px or less.
 */
export async function thumbnail(
  project: Project,
  imageId: string,
  size: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const image = project.image(imageId);
  const layers = await Promise.all(
    layersOf(image).map(async ({ c, colour }) => ({
      colour,
      plane: shrink(await coarseLevel(project, image, c, size, signal), size),
    })),
  );
  const { height, width } = itemAt(layers, 0).plane;
  const rgb = new Float32Array(height * width * 3);
  for (const { colour, plane } of layers) addLayer(rgb, plane, colour);
  const data = Uint8Array.from(rgb, (value) => Math.min(255, Math.round(value * 255)));
  return writePng({ height, width, channels: 3, data });
}

/** One channel as a grey PNG with automatic contrast. It shows that the channel was read correctly. */
export function greyThumbnail(plane: LevelPlane, size: number): Uint8Array {
  const small = shrink(plane, size);
  const rgb = new Float32Array(small.height * small.width * 3);
  addLayer(rgb, small, cellColour);
  const data = new Uint8Array(small.height * small.width);
  for (let i = 0; i < data.length; i++) data[i] = Math.min(255, Math.round(float32At(rgb, 3 * i) * 255));
  return writePng({ height: small.height, width: small.width, channels: 1, data });
}

function layersOf({ roles }: ImageEntry): { c: number; colour: readonly number[] }[] {
  const { cells, nuclei } = roles;
  if (cells === null || nuclei === null || cells === nuclei) {
    return [{ c: cells ?? nuclei ?? 0, colour: cellColour }];
  }
  return [
    { c: cells, colour: cellColour },
    { c: nuclei, colour: nucleusColour },
  ];
}

/** The coarsest level that is still at least as large as the thumbnail. */
async function coarseLevel(
  project: Project,
  image: ImageEntry,
  c: number,
  size: number,
  signal?: AbortSignal,
): Promise<LevelPlane> {
  const level = Math.max(0, Math.floor(Math.log2(Math.max(image.height, image.width) / size)));
  return levelOf(project, image, { ...image.plane, c }, level, signal);
}

/** Shrinks a plane to at most `size` px by the mean of the samples each pixel covers. */
function shrink({ height, width, samples }: LevelPlane, size: number): LevelPlane {
  const factor = Math.max(1, Math.max(height, width) / size);
  const rows = Math.max(1, Math.round(height / factor));
  const columns = Math.max(1, Math.round(width / factor));
  const small = new Uint16Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const [top, bottom] = span(i, rows, height);
    for (let j = 0; j < columns; j++) {
      const [left, right] = span(j, columns, width);
      let sum = 0;
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) sum += uint16At(samples, y * width + x);
      }
      small[i * columns + j] = sum / ((bottom - top) * (right - left));
    }
  }
  return { height: rows, width: columns, samples: small };
}

/** First and last + 1 of the samples that part i of n covers. */
function span(i: number, n: number, length: number): [number, number] {
  const start = Math.floor((i * length) / n);
  return [start, Math.max(start + 1, Math.floor(((i + 1) * length) / n))];
}

function addLayer(rgb: Float32Array, { samples }: LevelPlane, colour: readonly number[]): void {
  const { autoLow, autoHigh } = sampleStatistics(countSamples(samples), { offset: 0, scale: 1 });
  const range = Math.max(1, autoHigh - autoLow);
  for (const [i, sample] of samples.entries()) {
    const value = Math.min(1, Math.max(0, (sample - autoLow) / range));
    for (let k = 0; k < 3; k++)
      rgb[3 * i + k] = float32At(rgb, 3 * i + k) + value * (numberAt(colour, k) - float32At(rgb, 3 * i + k));
  }
}
