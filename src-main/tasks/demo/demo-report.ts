import { cpus } from 'node:os';
import { float64At, itemAt, numberAt } from '../../contract/elements.ts';
import type { EpochReport } from '../../contract/training.ts';
import type { LabelImage } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { outlineCells } from '../../imaging/contours/outline-cells.ts';
import { traceContours } from '../../imaging/contours/trace-contours.ts';
import { iouOf } from '../../metrics/count-overlaps.ts';
import { labelImageOf } from '../../imaging/label/cut-labels.ts';
import { matchInstances } from '../../metrics/match-instances.ts';
import type { InstanceMatches } from '../../metrics/match-instances.ts';
import { loadRole } from '../../project/load-image.ts';
import type { Project } from '../../project/project.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';
import { displayPng } from '../../report/display-png.ts';
import { renderReport } from '../../report/render-report.ts';
import type { OutlinePane, Report, ReportSample } from '../../report/render-report.ts';
import type { DemoField } from './demo-images.ts';
import type { EvaluationReports } from '../results/evaluate-images.ts';

/** The watershed of a held-out image, and its matches with the truth. */
export interface JudgedWatershed {
  image: ImageEntry;
  labels: LabelImage;
  truth: LabelImage;
  match: InstanceMatches;
}

/** The result of a demo. */
export interface DemoResult {
  report: string;
  model: string;
  heldOut: { images: number; cells: number };
  /** On the held-out images: the model, and the seeded watershed from the same kind of annotation. */
  figures: { model: EvaluationReports; watershed: EvaluationReports };
  /** Time of all stages, including those before an interruption. */
  elapsedMs: number;
  peakMemoryMb: number;
}

/** The inputs of the report. */
export interface DemoRecord {
  result: DemoResult;
  /** Seconds by stage. */
  seconds: Readonly<Record<string, number>>;
  fields: readonly DemoField[];
  watershed: readonly JudgedWatershed[];
}

const shownImages = 3;

/** Writes the report of a demo as one HTML file that needs no other file. */
export async function writeDemoReport(project: Project, record: DemoRecord): Promise<void> {
  const { result, seconds, fields } = record;
  const { card } = await project.models.load(result.model);
  const samples: ReportSample[] = [];
  for (const judged of record.watershed.slice(0, shownImages))
    samples.push(await sampleOf(project, result.model, judged));
  const epochs = card.training?.epochs ?? [];
  const report: Report = {
    title: 'Cells from points and a threshold',
    introduction: [
      `A model that has never seen the outline of a cell. ${fields.length - result.heldOut.images} generated images of packed colonies were
       annotated by machine: the best of five foreground candidates, and one point a nucleus. From these it has learned to outline
       each cell by itself; below it is judged on ${result.heldOut.images} images it has not seen.`,
    ],
    facts: [
      { name: 'AP50, held out', value: numberAt(result.figures.model.precision.averagePrecision, 0).toFixed(3) },
      { name: 'Seeded watershed', value: numberAt(result.figures.watershed.precision.averagePrecision, 0).toFixed(3) },
      { name: 'Training', value: minutes(seconds['Training'] ?? 0) },
      { name: 'Everything', value: minutes(result.elapsedMs / 1000) },
      { name: 'Memory at most', value: `${(result.peakMemoryMb / 1024).toFixed(1)} GB` },
      { name: 'Model', value: `${card.preset}, ${(card.weights.parameters / 1e6).toFixed(2)} M weights` },
    ],
    rows: [
      { name: `LACSS ${card.preset}`, ...result.figures.model },
      { name: 'Seeded watershed', ...result.figures.watershed },
    ],
    samples,
    charts: charts(epochs),
    steps: stepsOf(record, card.training?.engine ?? '', card.training?.steps ?? 0),
    command: 'npm run demo',
  };
  await writeFileAtomically(result.report, renderReport(report));
}

async function sampleOf(project: Project, model: string, judged: JudgedWatershed): Promise<ReportSample> {
  const { image, labels, truth, match } = judged;
  const kept = await project.prediction(model, image).read();
  if (kept === null) throw new RangeError(`no prediction of ${image.name} by ${model}`);
  const { segmentation } = kept;
  const found = matchInstances(labelImageOf(segmentation.labels), segmentation.scores, truth);
  const nothing: OutlinePane = { title: 'Image', contours: traceContours(empty(truth)), wrong: new Set() };
  return {
    name: image.name,
    height: image.height,
    width: image.width,
    png: displayPng(await loadRole(project, image, 'cells'), await loadRole(project, image, 'nuclei')),
    panes: [
      nothing,
      { title: 'Truth', contours: traceContours(truth), wrong: missed(found) },
      { title: 'LACSS', contours: outlineCells(segmentation.labels), wrong: unmatched(found) },
      { title: 'Seeded watershed', contours: traceContours(labels), wrong: unmatched(match) },
    ],
  };
}

/** Labels of the predictions that are no true positives at an IoU of 0.5. */
function unmatched({ truePositives, overlaps }: InstanceMatches): Set<number> {
  const atHalf = itemAt(truePositives, 0);
  return new Set(overlaps.predictionLabels.filter((_, k) => atHalf[k] === 0));
}

/** True labels that no prediction overlaps with an IoU above 0.5. */
function missed({ overlaps }: InstanceMatches): Set<number> {
  const left = new Set(overlaps.truthLabels);
  for (const [i, index] of overlaps.truthIndex.entries())
    if (iouOf(overlaps, i) > 0.5) left.delete(float64At(overlaps.truthLabels, index));
  return left;
}

function empty({ height, width }: LabelImage): LabelImage {
  return { height, width, data: new Int32Array(height * width) };
}

function charts(epochs: readonly EpochReport[]): Report['charts'] {
  const curve = (name: string, valueOf: (epoch: EpochReport) => number | null) => ({
    name,
    points: epochs.map((epoch) => ({ x: epoch.step, y: valueOf(epoch) ?? NaN })),
  });
  return [
    {
      title: 'Loss on the training images, mean of each epoch',
      xLabel: 'step',
      yRange: null,
      curves: [
        curve('instance', ({ terms }) => terms.instance),
        curve('detection × 10', ({ terms }) => 10 * terms.detection),
        curve('location', ({ terms }) => terms.location),
        curve('edge', ({ terms }) => terms.edge),
      ],
    },
    {
      title: 'Mean area of a cell’s mask, as the network sees it',
      xLabel: 'step',
      yRange: null,
      curves: [curve('px', ({ meanAreaPx }) => meanAreaPx)],
    },
  ];
}

function stepsOf({ seconds, fields, result }: DemoRecord, engine: string, steps: number): Report['steps'] {
  const trained = fields.length - result.heldOut.images;
  const texts: Record<string, string> = {
    'Making sample images': `${fields.length} fields of two 16-bit channels, true cells kept apart`,
    'Adding images': 'axes, channels and their roles, pixel size',
    Foreground: 'five graph cuts per image; the program takes the best-ranked',
    Locations: 'difference of Gaussians of the nuclei, σ estimated from each image',
    Training: `${steps} steps on ${trained} images, ${engine} engine on ${cpus().length} cores`,
    Segmenting: `${result.heldOut.images} images that the training has not seen`,
    Evaluation: 'against the true cells, for the model and for the watershed',
  };
  return Object.entries(texts).map(([name, text]) => ({ name, text, seconds: seconds[name] ?? 0 }));
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}
