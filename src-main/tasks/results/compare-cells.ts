import { LacssError } from '../../contract/errors.ts';
import { isBelowScore, leastScore } from '../../contract/is-below-score.ts';
import { float32At, float64At, uint32At } from '../../contract/elements.ts';
import type { Box, ContourSet, LabelRuns } from '../../contract/pixels.ts';
import type { ImageEntry, ReviewSettings } from '../../contract/project-files.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import type { ComparableCells, ComparisonView } from '../../contract/requests/result-requests.ts';
import { traceContours } from '../../imaging/contours/trace-contours.ts';
import { keepCells } from '../../imaging/label/keep-cells.ts';
import { relabelRuns } from '../../imaging/label/relabel.ts';
import { runsOf } from '../../imaging/label/runs-of.ts';
import { classifyDifferences } from '../../metrics/classify-differences.ts';
import { countOverlaps } from '../../metrics/count-overlaps.ts';
import { keptPrediction } from '../../project/kept-prediction.ts';
import { predictingModels } from '../../project/latest-prediction.ts';
import type { Project } from '../../project/project.ts';
import { attachedLabels } from '../attached-labels.ts';
import { letMessagesIn } from '../for-each-item.ts';
import { cellsOfImage } from '../review/shown-cells.ts';

/** The possible comparisons for the cells of an image: its label image, and models that have segmented it. */
export async function comparableCells(project: Project, imageId: string): Promise<ComparableCells> {
  const image = project.image(imageId);
  const { state } = await project.annotation(image).view();
  const models: string[] = [];
  for (const model of await predictingModels(project)) {
    // A damaged record is reported where its cells are read.
    const record = await project
      .prediction(model, image)
      .record()
      .catch(() => null);
    if (record !== null) models.push(model);
  }
  return { image: image.id, hasTruth: state.labels !== null, models: models.sort() };
}

/**
 * Compares two segmentations of an image: which cells agree, and which are missed, extra, split or merged.
 * @throws LacssError `annotation-missing` if one of the two is missing, `image-size-mismatch`, `cancelled`
 */
export async function compareCells(
  project: Project,
  { image: imageId, found: foundModel, truth: truthModel, minScore }: CheckedParams<'results.compare'>,
  signal: AbortSignal,
): Promise<ComparisonView> {
  const image = project.image(imageId);
  const settings = { minScore };
  const found = relabelRuns(
    foundModel === null
      ? await cellsUnderReview(project, image, settings)
      : await cellsOfModel(project, image, foundModel, settings),
  );
  await letMessagesIn(signal);
  const truth = relabelRuns(
    truthModel === null
      ? await attachedLabels(project, image)
      : await cellsOfModel(project, image, truthModel, settings),
  );
  await letMessagesIn(signal);
  const overlaps = countOverlaps(found, truth);
  const { foundKinds, truthKinds, differences, ious } = classifyDifferences(overlaps);
  await letMessagesIn(signal);
  const contours = { found: traceContours(found), truth: traceContours(truth) };
  const boxes = { found: boxesOf(contours.found), truth: boxesOf(contours.truth) };
  const labelOf = { found: overlaps.predictionLabels, truth: overlaps.truthLabels };
  const labels = (side: 'found' | 'truth', cells: readonly number[]): number[] =>
    cells.map((cell) => float64At(labelOf[side], cell));
  const byLabel = (side: 'found' | 'truth', kinds: Uint8Array): Uint8Array => {
    const states = new Uint8Array(labelOf[side].length + 1);
    for (const [cell, kind] of kinds.entries()) states[float64At(labelOf[side], cell)] = kind;
    return states;
  };
  const [foundCount, truthCount] = [foundKinds.length, truthKinds.length];
  return {
    image: image.id,
    found: { contours: contours.found, kinds: byLabel('found', foundKinds), count: foundCount },
    truth: { contours: contours.truth, kinds: byLabel('truth', truthKinds), count: truthCount },
    differences: differences.map(({ kind, found: ofFound, truth: ofTruth }) => ({
      kind,
      found: ofFound.length,
      truth: ofTruth.length,
      box: around([
        ...labels('found', ofFound).map((label) => boxes.found.get(label)),
        ...labels('truth', ofTruth).map((label) => boxes.truth.get(label)),
      ]),
    })),
    agreeing: ious.length,
    f1: (2 * ious.length) / (foundCount + truthCount),
    meanIou: ious.reduce((sum, iou) => sum + iou, 0) / ious.length,
  };
}

async function cellsUnderReview(
  project: Project,
  image: ImageEntry,
  settings: ReviewSettings,
): Promise<LabelRuns> {
  const cells = await cellsOfImage(project, image.id, settings);
  if (cells === null) throw notSegmented(image, `${image.name} has no cells yet.`);
  return runsOf(cells.segmentation.labels);
}

async function cellsOfModel(
  project: Project,
  image: ImageEntry,
  model: string,
  settings: ReviewSettings,
): Promise<LabelRuns> {
  const kept = await keptPrediction(project, image.id, model);
  if (kept === null) throw notSegmented(image, `${model} has not segmented ${image.name}.`);
  const least = leastScore(settings, kept.record.modelMinScore);
  return keepCells(kept.segmentation, (_, score) => !isBelowScore(0, score, least)).labels;
}

function notSegmented(image: ImageEntry, message: string): LacssError {
  return new LacssError('annotation-missing', message, {
    subject: image.name,
    remedy: 'Segment the image, then compare again.',
  });
}

function boxesOf({ points, ringStarts, ringLabels }: ContourSet): Map<number, Box> {
  const boxes = new Map<number, Box>();
  for (const [ring, label] of ringLabels.entries()) {
    const box = boxes.get(label) ?? { top: Infinity, left: Infinity, bottom: -Infinity, right: -Infinity };
    for (let i = uint32At(ringStarts, ring); i < uint32At(ringStarts, ring + 1); i++) {
      const [y, x] = [float32At(points, 2 * i), float32At(points, 2 * i + 1)];
      box.top = Math.min(box.top, y);
      box.left = Math.min(box.left, x);
      box.bottom = Math.max(box.bottom, y);
      box.right = Math.max(box.right, x);
    }
    boxes.set(label, box);
  }
  return boxes;
}

function around(boxes: readonly (Box | undefined)[]): Box {
  const known = boxes.filter((box) => box !== undefined);
  return {
    top: Math.min(...known.map(({ top }) => top)),
    left: Math.min(...known.map(({ left }) => left)),
    bottom: Math.max(...known.map(({ bottom }) => bottom)),
    right: Math.max(...known.map(({ right }) => right)),
  };
}
