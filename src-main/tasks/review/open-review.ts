import type { AnnotationState, ImageEntry } from '../../contract/project.ts';
import type { ReviewCell, ReviewDocument } from '../../contract/review-document.ts';
import { CellShapes } from '../../imaging/cells/cell-shapes.ts';
import type { IndexedLabels } from '../../imaging/cells/cell-shapes.ts';
import { LabelRunsBuilder } from '../../imaging/label/label-runs-builder.ts';
import { latestPrediction } from '../../project/latest-prediction.ts';
import type { Project } from '../../project/project.ts';
import type { KeptReview } from '../../project/review-file.ts';
import { foundCells } from './found-cells.ts';
import type { FoundCells } from './found-cells.ts';

/** The cells of an image under review, with their shapes. */
export interface OpenReview {
  document: ReviewDocument;
  shapes: CellShapes;
  /** The prediction; `null` for imported cells. */
  found: FoundCells | null;
}

/**
 * The cells of an image under review: the document in its history, or all cells of the latest prediction.
 * @returns null if the image has no cells yet
 * @throws LacssError as `PredictionStore.read` and `AnnotationStore.read`
 */
export async function openReview(project: Project, imageId: string): Promise<OpenReview | null> {
  const image = project.image(imageId);
  const { value, revision, state } = await project.annotation(image).readWithView('review');
  return openKept(project, image, { value, revision, key: keyOf(state) });
}

/** A document as kept, with its place in the history. */
export interface KeptAt {
  value: KeptReview | null;
  revision: number;
  /** The hash of the content. */
  key: string;
}

export function keyOf({ review }: Pick<AnnotationState, 'review'>): string {
  return review?.sha256 ?? '';
}

/** The last document of each image that was opened: edits follow one another. */
const opened = new WeakMap<Project, Map<string, { key: string; open: OpenReview }>>();
/** How many images stay open per project. */
const mostOpen = 2;

export async function openKept(
  project: Project,
  image: ImageEntry,
  { value, revision, key }: KeptAt,
): Promise<OpenReview | null> {
  let found: FoundCells | null = null;
  let kept = value;
  const latest = await latestPrediction(project, image.id);
  if (kept?.prediction && kept.prediction.madeAt === latest?.record.at)
    found = await foundCells(project, image, kept.prediction);
  if (kept === null || (kept.prediction !== null && found === null)) {
    if (latest === null) return null;
    found = await foundCells(project, image, { model: latest.model, madeAt: latest.record.at });
    if (found === null) return null;
    kept = startOf(found);
  }
  const open = opened.get(project) ?? new Map<string, { key: string; open: OpenReview }>();
  opened.set(project, open);
  const known = open.get(image.id);
  const whole = [key, found?.id.model, found?.id.madeAt].join(' ');
  if (known?.key === whole && known.open.found === found) {
    return { ...known.open, document: { ...known.open.document, revision } };
  }
  const document = joined(kept, found, revision);
  const labels = found ?? emptyLabels(image);
  const next = { document, shapes: new CellShapes(labels, document.cells), found };
  open.delete(image.id);
  open.set(image.id, { key: whole, open: next });
  for (const [oldest] of open) {
    if (open.size <= mostOpen) break;
    open.delete(oldest);
  }
  return next;
}

function emptyLabels({ height, width }: ImageEntry): IndexedLabels {
  const builder = new LabelRunsBuilder(height, width);
  builder.addEmptyRows(height);
  return { labels: builder.build(), cells: new Map() };
}

/** The cells of a prediction that nobody has reviewed. */
export function unreviewed(found: FoundCells): OpenReview {
  const document = joined(startOf(found), found, 0);
  return { document, shapes: new CellShapes(found, document.cells), found };
}

/** The document of a prediction that nobody has reviewed: all its cells, by their labels. */
function startOf({ id, cells, record }: FoundCells): KeptReview {
  const labels = [...cells.keys()];
  const lastLabel = Math.max(labels.at(-1) ?? 0, record.cells);
  return {
    prediction: id,
    allChecked: false,
    nextId: lastLabel + 1,
    lastLabel,
    cells: labels.map((label) => ({ id: label, state: 'found', label, mask: null })),
  };
}

/**
 * A document with what its prediction says of each cell. A cell that a person removed from the label image by
 * hand is not
 * in it, and one that a person drew there is a found cell.
 */
function joined(kept: KeptReview, found: FoundCells | null, revision: number): ReviewDocument {
  const cells: ReviewCell[] = [];
  for (const { id, state, label, mask, score, source, location } of kept.cells) {
    if (mask !== null) {
      const of = { score: score ?? 1, source: source ?? 'model', location: location ?? { y: 0, x: 0 } };
      cells.push({ id, state, label, mask, ...of });
      continue;
    }
    const row = label === null ? undefined : found?.rows.get(label);
    if (row === undefined) continue;
    const { y, x } = row;
    cells.push({ id, state, label, mask: null, score: row.score, source: 'model', location: { y, x } });
  }
  let { nextId, lastLabel } = kept;
  for (const [label, { score, y, x }] of found?.rows ?? []) {
    if (label <= kept.lastLabel) continue;
    const id = Math.max(label, nextId);
    cells.push({ id, state: 'found', label, mask: null, score, source: 'model', location: { y, x } });
    nextId = id + 1;
    lastLabel = label;
  }
  return {
    prediction: kept.prediction,
    cells,
    allChecked: kept.allChecked,
    nextId,
    lastLabel,
    revision,
  };
}
