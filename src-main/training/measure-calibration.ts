import { itemAt } from '../contract/elements.ts';
import type { Calibration } from '../contract/model-card.ts';
import type { JobControl } from '../contract/job.ts';
import type { CellSize } from '../contract/training.ts';
import { networkOf } from '../inference/network-of.ts';
import { findCellSize } from '../inference/find-cell-size.ts';
import { segmentAtOwnSize } from '../inference/segment-at-own-size.ts';
import { segmentEvery } from '../inference/segment-image.ts';
import { calibrateScores, type JudgedCell } from '../metrics/calibrate-scores.ts';
import { judgeCells } from '../metrics/judge-cells.ts';
import type { LacssModel } from '../model/create-model.ts';
import { imageScale } from '../model/image-scale.ts';
import type { ExampleSource } from './example-source.ts';
import { stripOf } from './leave-out-strip.ts';

/** Fewer found or true cells than this give no calibration. */
const fewestCells = 20;

/** With this number of true cells, the measurement is precise enough. */
const enoughCells = 600;

/** The cells to measure on. */
export interface CalibrationCells {
  measuredOn: Calibration['measuredOn'];
  examples: readonly ExampleSource[];
  /** Share of the longer side of the strips; `null`: whole images count. */
  strip: number | null;
}

/**
 * Measures how sure the scores of a trained model are. Images are segmented as in use. If there are enough
 * images with outlines, only they count. Partly reviewed images do not count.
 *
 * @returns `null` if there are too few cells
 * @throws LacssError `cancelled`, `out-of-memory`, what reading an example throws
 */
export async function measureCalibration(
  model: LacssModel,
  { measuredOn, examples, strip }: CalibrationCells,
  cellSize: CellSize & { anySize?: boolean },
  { signal, onProgress }: JobControl,
): Promise<Calibration | null> {
  const network = networkOf(model.inference);
  for (const kind of ['full', 'weak', 'points'] as const) {
    const usable = spread(examples.filter((example) => example.kind === kind));
    const cells: JudgedCell[] = [];
    let [truth, images] = [0, 0];
    for (const example of usable) {
      if (truth >= enoughCells) break;
      onProgress({
        done: images,
        total: usable.length,
        message: `Calibrating the scores on ${example.name}`,
      });
      const { planes, supervision, pixelSizeUm = null } = await example.read();
      if (supervision.kind === 'reviewed') continue;
      const scale = imageScale(cellSize, model.preset.cellDiameterPx, pixelSizeUm);
      const { anySize = false } = cellSize;
      const quiet = { signal, onProgress: () => undefined };
      const estimateSize = (): Promise<number | null> => findCellSize(network, planes, quiet);
      const options = { scale, control: quiet, ...(anySize ? { estimateSize } : {}) };
      const found = await segmentAtOwnSize(
        (at) => segmentEvery(network, planes, { ...options, scale: at }),
        network,
        options,
      );
      const judged = judgeCells(found, supervision, strip === null ? null : stripOf(example, strip));
      for (const cell of judged.cells) cells.push(cell);
      truth += judged.truth;
      images++;
    }
    if (cells.length < fewestCells || truth < fewestCells) continue;
    const right = kind === 'full' ? 'outlines' : 'points';
    return { measuredOn, right, images, ...calibrateScores(cells, truth) };
  }
  return null;
}

/** The same examples in another order, so that the first few are from the whole set. */
function spread<T>(examples: readonly T[]): T[] {
  const step = Math.ceil(Math.sqrt(examples.length));
  const ordered: T[] = [];
  for (let first = 0; first < step; first++) {
    for (let k = first; k < examples.length; k += step) ordered.push(itemAt(examples, k));
  }
  return ordered;
}
