import { uint16At } from '../../contract/elements.ts';

/** One level of a pyramid. */
export interface LevelPlane {
  height: number;
  width: number;
  samples: Uint16Array;
}

/** Samples to process before the event loop gets a turn. */
const samplesATurn = 2 ** 22;

/**
 * The next level of a pyramid. Each sample is the rounded mean of up to 2 × 2 samples; sizes are rounded up.
 * It yields to the event loop between bands of rows, so that tiles of other images need not wait.
 */
export async function halvePlane({ height, width, samples }: LevelPlane): Promise<LevelPlane> {
  const rows = Math.ceil(height / 2);
  const columns = Math.ceil(width / 2);
  const halved = new Uint16Array(rows * columns);
  const band = Math.max(1, Math.floor(samplesATurn / width));
  for (let start = 0; start < rows; start += band) {
    for (let i = start; i < Math.min(start + band, rows); i++) {
      const top = 2 * i * width;
      const bottom = Math.min(2 * i + 1, height - 1) * width;
      for (let j = 0; j < columns; j++) {
        const left = 2 * j;
        const right = Math.min(left + 1, width - 1);
        const sum =
          uint16At(samples, top + left) +
          uint16At(samples, top + right) +
          uint16At(samples, bottom + left) +
          uint16At(samples, bottom + right);
        halved[i * columns + j] = (sum + 2) >> 2;
      }
    }
    if (start + band < rows) await new Promise(setImmediate);
  }
  return { height: rows, width: columns, samples: halved };
}
