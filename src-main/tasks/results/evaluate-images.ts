import { readdir } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { LacssError } from '../../contract/errors.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { FieldReport, PrecisionReport } from '../../contract/metrics.ts';
import { isBelowScore, leastScore } from '../../contract/is-below-score.ts';
import type { CellLabels, LabelRuns, Segmentation } from '../../contract/pixels.ts';
import type { ImageEntry, ReviewSettings } from '../../contract/project-files.ts';
import type { LeftOutCells } from '../../contract/requests/result-requests.ts';
import { keepCells } from '../../imaging/label/keep-cells.ts';
import { averagePrecision } from '../../metrics/average-precision.ts';
import { countOverlaps } from '../../metrics/count-overlaps.ts';
import { fieldMetrics } from '../../metrics/field-metrics.ts';
import { matchInstances } from '../../metrics/match-instances.ts';
import type { InstanceMatches } from '../../metrics/match-instances.ts';
import { parseCells, rowsOf } from '../../project/cell-table.ts';
import {
  Companions,
  companionsOf,
  labelledStem,
  listCompanions,
  namedFile,
  stemOf,
} from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { readText } from '../../project/read-bytes.ts';
import { readLabelFile, readNumberedLabels } from '../../project/read-label-image.ts';
import { forEachItem } from '../for-each-item.ts';
import { keptPrediction } from '../../project/kept-prediction.ts';
import { cellsOfImage } from '../review/shown-cells.ts';

/**
 * The paper's figures for all cells found, and the field's metrics for those shown. AP measures the ranking,
 * so cells below the minimum score count there, too.
 */
export interface EvaluationReports {
  precision: PrecisionReport;
  field: FieldReport;
}

export interface EvaluateParams {
  /**
   * The model whose cells are evaluated, without regard to a review. `null`: the latest cells of each image,
   * without rejected ones.
   */
  model: string | null;
  /**
   * Cells with lower scores are hidden, unless a person accepted them. @default as in the project's review
   */
  minScore?: number | null;
  /** Ids or names. @default all that have a prediction */
  images?: readonly string[];
  /** A folder of label images with the names of the images. @default those attached to the images */
  truth?: string;
}

export interface EvaluateResult {
  /** All images together: the figures to report. */
  pooled: EvaluationReports;
  images: ({ image: string; name: string } & EvaluationReports)[];
  /** Images that could not be evaluated, each with the reason. */
  leftOut: { image: string; name: string; reason: string }[];
  /** Images whose cells have no scores. One such image makes AP impossible. */
  unranked: string[];
  failures: Failure[];
}

export interface ProjectEvaluation extends EvaluateResult {
  images: ({ image: string; name: string; model: string } & EvaluationReports)[];
  /** The models whose cells were evaluated. */
  models: string[];
  /** Cells that Review does not show. */
  cellsLeftOut: LeftOutCells;
}

/** One prediction and its truth. */
interface JudgedPair {
  prediction: CellLabels;
  /** The cells of it that are shown; absent if all are. */
  shown?: CellLabels;
  /** By ascending label; `null` without scores. */
  scores: ArrayLike<number> | null;
  truth: LabelRuns;
}

/**
 * Evaluates the cells found in the images of a project against label images.
 * @throws LacssError `annotation-missing` if no image can be evaluated, `file-not-found`, `cancelled`
 */
export async function evaluateImages(
  project: Project,
  { model, minScore, images, truth: folder }: EvaluateParams,
  control: JobControl,
): Promise<ProjectEvaluation> {
  const files = folder === undefined ? null : await companionsOf(project.manifest.images, folder, 'labels');
  const leftOut: EvaluateResult['leftOut'] = [];
  const cellsLeftOut: LeftOutCells = { rejected: 0, belowScore: 0 };
  const modelOf = new Map<string, string>();
  const settings = minScore === undefined ? project.manifest.settings.review : { minScore };
  const trueLabels = async (image: ImageEntry): Promise<LabelRuns | null> => {
    if (files === null) return project.annotation(image).read('labels');
    const path = files.find(namedFile(image));
    return path === null ? null : readLabelFile(path);
  };
  const judged = await judge(
    project.images(images).map((image) => ({ id: image.id, name: image.name, image })),
    control,
    async ({ image }) => {
      const leave = (reason: string): null => {
        leftOut.push({ image: image.id, name: image.name, reason });
        return null;
      };
      const cells = await cellsToJudge(project, image.id, model, settings);
      if (cells === null)
        return leave(model === null ? 'it has not been segmented yet' : `${model} has not segmented it`);
      const truth = await trueLabels(image);
      if (truth === null) {
        return leave(folder === undefined ? 'it has no label image' : `no file in ${folder} has its name`);
      }
      const { found, shown, leftOut: left } = cells;
      modelOf.set(image.id, cells.model);
      cellsLeftOut.rejected += left.rejected;
      cellsLeftOut.belowScore += left.belowScore;
      const pair = { prediction: found.labels, scores: found.scores, truth };
      return left.belowScore === 0 ? pair : { ...pair, shown };
    },
  );
  if (judged.images.length === 0 && judged.failures.length === 0) {
    throw new LacssError(
      'annotation-missing',
      `There is nothing to compare ${model ?? 'the cells under review'} with.`,
      {
        subject: model ?? project.folder,
        remedy: `${leftOut[0] === undefined ? 'Add images' : `${leftOut[0].name}: ${leftOut[0].reason}`}. Segment images that have label images, then evaluate again.`,
      },
    );
  }
  return {
    ...judged,
    images: judged.images.map((image) => ({ ...image, model: modelOf.get(image.image)! })),
    models: [...new Set(modelOf.values())],
    leftOut,
    cellsLeftOut,
  };
}

/** Cells to evaluate, those of them that are shown, and the number of the others. */
interface CellsToJudge {
  model: string;
  found: Segmentation<CellLabels>;
  shown: CellLabels;
  leftOut: LeftOutCells;
}

/** The cells of a model; without a model, the latest cells except rejected ones. `null` if there are none. */
async function cellsToJudge(
  project: Project,
  image: string,
  model: string | null,
  settings: ReviewSettings,
): Promise<CellsToJudge | null> {
  if (model === null) {
    const cells = await cellsOfImage(project, image, settings);
    if (cells === null) return null;
    const { segmentation, leftOut } = cells;
    const every = leftOut.belowScore === 0 ? cells : await cellsOfImage(project, image, { minScore: 0 });
    const found = (every ?? cells).segmentation;
    return { model: cells.model ?? 'imported cells', found, shown: segmentation.labels, leftOut };
  }
  const kept = await keptPrediction(project, image, model);
  if (kept === null) return null;
  const found = kept.segmentation;
  const least = leastScore(settings, kept.record.modelMinScore);
  const shown = keepCells(found, (_, score) => !isBelowScore(0, score, least));
  const belowScore = found.scores.length - shown.scores.length;
  return { model: kept.model, found, shown: shown.labels, leftOut: { rejected: 0, belowScore } };
}

export interface EvaluateFoldersParams {
  /** A folder of predicted label images. */
  predictions: string;
  /** A folder of true label images with the same names. */
  truth: string;
}

/**
 * Evaluates label images of any origin against others. Scores are read from the `_cells.csv` beside a label
 * image, as `lacss segment --output` writes it. Without scores there is no ranking, and AP is NaN.
 * @throws LacssError `file-not-found`, `no-images`, `cancelled`
 */
export async function evaluateFolders(
  { predictions, truth }: EvaluateFoldersParams,
  control: JobControl,
): Promise<EvaluateResult> {
  const names = await listCompanions(predictions, 'labels');
  if (names.length === 0) {
    const entries = await readdir(predictions);
    throw new LacssError(
      'no-images',
      `${predictions} contains no label images, but ${entries.length} other files or folders.`,
      {
        subject: predictions,
        remedy: 'Choose the folder with the predicted label images as TIFF or PNG.',
      },
    );
  }
  const tables = new Set(await listCompanions(predictions, 'tables'));
  const items = names.map((name) => ({
    id: name,
    name,
    file: { name: labelledStem(name) ?? stemOf(name), path: join(resolve(predictions), ...name.split('/')) },
  }));
  const truths = new Companions(
    items.map(({ file }) => file),
    truth,
    await listCompanions(truth, 'labels'),
  );
  const judged = await judge(items, control, async ({ name, file }) => {
    const truthPath = truths.path(file, 'true label image');
    const { labels, numbers } = await readNumberedLabels(file.path);
    const table = posix.join(posix.dirname(name), `${file.name}_cells.csv`);
    return {
      prediction: labels,
      scores: tables.has(table)
        ? await scoresIn(join(resolve(predictions), table), file.path, numbers)
        : null,
      truth: await readLabelFile(truthPath),
    };
  });
  return { ...judged, leftOut: [] };
}

/** The scores of these labels in a table. @throws LacssError `file-damaged`, `annotation-invalid` */
async function scoresIn(cells: string, labels: string, numbers: Float64Array): Promise<number[]> {
  const table = parseCells(await readText(cells), cells);
  return rowsOf(numbers, table, { labels, cells }).map(({ score }) => score);
}

/** Matches every pair, and pools the matches. */
async function judge<T extends { id: string; name: string }>(
  items: readonly T[],
  control: JobControl,
  load: (item: T) => Promise<JudgedPair | null>,
): Promise<Omit<EvaluateResult, 'leftOut'>> {
  const matches: InstanceMatches[] = [];
  const shownMatches: Pick<InstanceMatches, 'overlaps'>[] = [];
  const unranked: string[] = [];
  const images: EvaluateResult['images'] = [];
  const failures = await forEachItem(
    items,
    control,
    { message: 'Comparing', nameOf: ({ name }) => name },
    async (item) => {
      const pair = await load(item);
      if (pair === null) return;
      const match = matchInstances(pair.prediction, pair.scores, pair.truth);
      const shown = pair.shown === undefined ? match : { overlaps: countOverlaps(pair.shown, pair.truth) };
      matches.push(match);
      shownMatches.push(shown);
      if (match.scores === null && match.overlaps.predictionLabels.length > 0) unranked.push(item.name);
      images.push({ image: item.id, name: item.name, ...figuresOf([match], [shown]) });
    },
  );
  return { pooled: figuresOf(matches, shownMatches), images, unranked, failures };
}

/** The figures of some images, pooled. @param shown matches of the cells that are shown. @default all */
export function figuresOf(
  matches: readonly InstanceMatches[],
  shown: readonly Pick<InstanceMatches, 'overlaps'>[] = matches,
): EvaluationReports {
  return { precision: averagePrecision(matches), field: fieldMetrics(shown) };
}
