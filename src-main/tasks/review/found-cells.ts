import { float32At } from '../../contract/elements.ts';
import type { ContourSet, LabelRuns, Segmentation } from '../../contract/pixels.ts';
import type { ImageEntry, PredictionRecord } from '../../contract/project-files.ts';
import type { PredictionId } from '../../contract/review-document.ts';
import { outlineCells } from '../../imaging/contours/outline-cells.ts';
import type { IndexedLabels } from '../../imaging/cells/cell-shapes.ts';
import { labelCells } from '../../imaging/cells/label-cells.ts';
import type { LabelCell } from '../../imaging/cells/label-cells.ts';
import type { CellRow } from '../../project/cell-table.ts';
import type { Project } from '../../project/project.ts';

/** The cells that a model found in an image, ready for review. */
export class FoundCells implements IndexedLabels {
  readonly id: PredictionId;
  readonly record: PredictionRecord;
  readonly labels: LabelRuns;
  readonly cells: ReadonlyMap<number, LabelCell>;
  /** Score and location by label. */
  readonly rows: ReadonlyMap<number, CellRow>;
  #contours: ContourSet | null = null;

  constructor(
    id: PredictionId,
    record: PredictionRecord,
    { labels, scores, locations }: Segmentation<LabelRuns>,
  ) {
    this.id = id;
    this.record = record;
    this.labels = labels;
    this.cells = labelCells(labels);
    this.rows = new Map(
      [...this.cells.keys()].map((label, i) => {
        return [
          label,
          { score: float32At(scores, i), y: float32At(locations, 2 * i), x: float32At(locations, 2 * i + 1) },
        ];
      }),
    );
  }

  /** The smooth outlines of all cells, by label. */
  get contours(): ContourSet {
    return (this.#contours ??= outlineCells(this.labels));
  }
}

/** How many predictions stay in memory: the current image's, and one more for undo across two predictions. */
const mostKept = 2;
const kept = new Map<string, Promise<FoundCells | null>>();

/**
 * Reads a prediction, or takes the one in memory if its files are the same.
 * @returns null if there is none
 * @throws LacssError as `PredictionStore.read`
 */
export async function foundCells(
  project: Project,
  image: ImageEntry,
  id: PredictionId,
): Promise<FoundCells | null> {
  const store = project.prediction(id.model, image);
  const stamp = await store.stamp(id.madeAt);
  if (stamp === null) return null;
  const known = kept.get(stamp);
  // The prediction used last is dropped last.
  kept.delete(stamp);
  const reading =
    known ??
    store
      .read(id.madeAt)
      .then((found) => (found === null ? null : new FoundCells(id, found.record, found.segmentation)));
  kept.set(stamp, reading);
  for (const [oldest] of kept) {
    if (kept.size <= mostKept) break;
    kept.delete(oldest);
  }
  reading.catch(() => kept.delete(stamp));
  return reading;
}
