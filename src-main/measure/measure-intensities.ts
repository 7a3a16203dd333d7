import { float32At, float64At, int32At, uint32At } from '../contract/elements.ts';
import type { LabelRuns } from '../contract/pixels.ts';
import type { PlaneBand } from '../imaging/read-plane.ts';

/** Intensity of one channel within a cell, over the pixels that have a number; `null` if none has. */
export interface CellIntensity {
  channel: string;
  mean: number | null;
  min: number | null;
  max: number | null;
  /** Sum over these pixels. */
  integrated: number | null;
}

/** A channel to measure. */
export interface MeasuredChannel {
  name: string;
  /** All its rows in bands, from the top down. */
  bands: Iterable<PlaneBand> | AsyncIterable<PlaneBand>;
}

/** The intensities of one channel, by cell. */
export interface IntensityTable {
  channel: string;
  /** Number of pixels with a value. Pixels beside the image are NaN. */
  counts: Uint32Array;
  min: Float64Array;
  max: Float64Array;
  sum: Float64Array;
}

/**
 * Measures one channel in all cells, in one pass over its bands.
 * @param owners which of `count` cells each run belongs to.
 * @throws RangeError if the channel has another size than the label image; what its bands throw.
 */
export async function measureIntensities(
  { height, width, rowStarts, starts, ends }: LabelRuns,
  owners: Int32Array,
  count: number,
  channel: string,
  bands: MeasuredChannel['bands'],
): Promise<IntensityTable> {
  const counts = new Uint32Array(count);
  const min = new Float64Array(count).fill(Infinity);
  const max = new Float64Array(count).fill(-Infinity);
  const sum = new Float64Array(count);
  let rows = 0;
  for await (const band of bands) {
    rows = band.y + band.height;
    if (band.width !== width || rows > height) {
      rows = 0;
      break;
    }
    for (let run = uint32At(rowStarts, band.y), y = band.y; y < rows; y++) {
      const row = (y - band.y) * width;
      for (; run < uint32At(rowStarts, y + 1); run++) {
        const cell = int32At(owners, run);
        for (let i = row + int32At(starts, run); i < row + int32At(ends, run); i++) {
          const value = float32At(band.data, i);
          if (Number.isNaN(value)) continue;
          counts[cell] = uint32At(counts, cell) + 1;
          if (value < float64At(min, cell)) min[cell] = value;
          if (value > float64At(max, cell)) max[cell] = value;
          sum[cell] = float64At(sum, cell) + value;
        }
      }
    }
  }
  if (rows === height) return { channel, counts, min, max, sum };
  throw new RangeError(`channel ${channel} has other pixels than the label image of ${height} × ${width}`);
}

/** The intensity of one cell. */
export function intensityOf({ channel, counts, min, max, sum }: IntensityTable, cell: number): CellIntensity {
  const count = uint32At(counts, cell);
  if (count === 0) return { channel, mean: null, min: null, max: null, integrated: null };
  return {
    channel,
    mean: float64At(sum, cell) / count,
    min: float64At(min, cell),
    max: float64At(max, cell),
    integrated: float64At(sum, cell),
  };
}
