import type { Command } from 'commander';
import { numberAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import { csvCell } from '../../measure/csv-cell.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';
import { evaluateImages, evaluateFolders } from '../../tasks/results/evaluate-images.ts';
import { shownCount } from '../../contract/metrics.ts';
import type { EvaluateResult, EvaluationReports } from '../../tasks/results/evaluate-images.ts';
import { newestModel } from '../../tasks/models/newest-model.ts';
import { firstTen, mostRows } from '../first-ten.ts';
import { formatTable } from '../format-table.ts';
import type { CommonOptions, VerbResult, VerbControl } from '../run-verb.ts';
import { addVerb, allowImagesOption, count, numberBetween, projectOption, withProject } from '../verb.ts';
import type { ProjectOptions, VerbRunner } from '../verb.ts';

interface EvaluateOptions extends CommonOptions, ProjectOptions {
  project: string;
  model?: string;
  truth?: string;
  predictions?: string;
  csv?: string;
  minScore?: number;
}

export function addEvaluate(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'evaluate',
    'Compare predictions with label images: AP and FNR of the paper, F1, PQ and AJI.',
    [
      'lacss evaluate --truth truth/',
      'lacss evaluate --model small-1 --csv figures.csv',
      'lacss evaluate --predictions found/ --truth truth/',
    ],
  )
    .argument('[images...]', 'images by name (default: all with predictions)')
    .addOption(projectOption())
    .addOption(allowImagesOption())
    .option('--model <name>', 'the model whose predictions to evaluate (default: the newest)')
    .option('--truth <folder>', 'label images with the names of the images (default: the attached ones)')
    .option(
      '--predictions <folder>',
      'evaluate the label images of a folder, without a project; scores from the _cells.csv beside each',
    )
    .option(
      '--min-score <score>',
      'F1, PQ, AJI and “shown” leave out cells with a lower score (default: as in Review)',
      numberBetween(0, 1),
    )
    .option('--csv <file>', 'write the figures as a table, one row per image')
    .action(async (images: string[], options: EvaluateOptions) => {
      await run(options, async (control) => {
        const result = await resultOf(images, options, control);
        if (options.csv !== undefined) await writeFileAtomically(options.csv, csvOf(result));
        return outcomeOf(result);
      });
    });
}

async function resultOf(
  images: string[],
  options: EvaluateOptions,
  control: VerbControl,
): Promise<EvaluateResult> {
  const { model, truth, predictions, minScore } = options;
  if (predictions !== undefined) {
    if (truth === undefined) {
      throw new LacssError('setting-invalid', '--predictions needs --truth.', {
        remedy: 'Give the folder of the true label images too.',
      });
    }
    return evaluateFolders({ predictions, truth }, control);
  }
  return withProject(options, { purpose: 'lacss evaluate', access: 'read' }, control, async (project) =>
    evaluateImages(
      project,
      {
        model: model ?? (await newestModel(project)),
        ...(images.length > 0 ? { images } : {}),
        ...(truth === undefined ? {} : { truth }),
        ...(minScore === undefined ? {} : { minScore }),
      },
      control,
    ),
  );
}

interface Column {
  head: string;
  whole?: true;
  /** Ranks cells by their scores, and has no meaning without them. */
  ranked?: true;
  /** Comes first if nothing is ranked. */
  first?: true;
  valueOf: (figures: EvaluationReports) => number;
}

/** The columns of the table and of the CSV. */
const columns: Column[] = [
  { head: 'cells', whole: true, first: true, valueOf: ({ precision }) => precision.truthCount },
  { head: 'found', whole: true, first: true, valueOf: ({ precision }) => precision.predictionCount },
  { head: 'shown', whole: true, first: true, valueOf: ({ field }) => shownCount(field) },
  { head: 'AP50', ranked: true, valueOf: ({ precision }) => numberAt(precision.averagePrecision, 0) },
  { head: 'AP75', ranked: true, valueOf: ({ precision }) => numberAt(precision.averagePrecision, 5) },
  { head: 'mAP', ranked: true, valueOf: ({ precision }) => precision.meanAveragePrecision },
  { head: 'FNR50', valueOf: ({ precision }) => numberAt(precision.falseNegativeRate, 0) },
  { head: 'AFNR', valueOf: ({ precision }) => precision.averageFalseNegativeRate },
  { head: 'TP/(TP+FP+FN)', first: true, valueOf: ({ field }) => numberAt(field.jaccardAtThreshold, 0) },
  { head: 'F1', first: true, valueOf: ({ field }) => numberAt(field.f1AtThreshold, 0) },
  { head: 'PQ', valueOf: ({ field }) => field.panopticQuality },
  { head: 'AJI', valueOf: ({ field }) => field.aggregatedJaccardIndex },
];

function outcomeOf(result: EvaluateResult): VerbResult {
  const isRanked = result.unranked.length === 0;
  const shown = isRanked ? columns : columns.filter(({ ranked }) => ranked !== true);
  if (!isRanked) shown.sort((a, b) => Number(b.first ?? false) - Number(a.first ?? false));
  const row = (name: string, figures: EvaluationReports): string[] => [
    name,
    ...shown.map(({ valueOf, whole }) => formatFigure(valueOf(figures), whole)),
  ];
  const table = formatTable(
    ['image', ...shown.map(({ head }) => head)],
    [
      ...result.images.slice(0, mostRows).map(({ name, ...figures }) => row(name, figures)),
      ...(result.images.length > 1 ? [row('all', result.pooled)] : []),
    ],
  );
  const leftOut = firstTen(result.leftOut.map(({ name, reason }) => `Left out: ${name}: ${reason}.`));
  const others = result.images.length - mostRows;
  const more = others > 0 ? `and ${count(others, 'more image')} (--csv and --json list all)\n` : '';
  const legend =
    'cells: number in the label images. AP and FNR as in the LACSS paper, at an IoU above 0.5, above 0.75,\n' +
    'and as the mean of ten thresholds. TP/(TP+FP+FN), F1 and PQ at an IoU above 0.5.\n' +
    'AP and FNR count all cells found; TP/(TP+FP+FN), F1, PQ and AJI those shown, not below the minimum score.\n';
  return {
    result,
    text:
      table +
      more +
      (isRanked ? '' : withoutScores(result)) +
      legend +
      leftOut.map((line) => `${line}\n`).join(''),
    failed: result.failures,
  };
}

/** The reason for a missing AP. */
function withoutScores({ unranked: [first, ...others] }: EvaluateResult): string {
  const rest = others.length === 0 ? '' : ` and ${count(others.length, 'other image')}`;
  return (
    `AP is not defined: it ranks cells by score, and ${first}${rest} ${others.length === 0 ? 'has' : 'have'} no table of scores.\n` +
    'Keep the _cells.csv of lacss segment --output beside each label image.\n'
  );
}

function formatFigure(value: number, whole = false): string {
  if (Number.isNaN(value)) return '–';
  return whole ? String(value) : value.toFixed(3);
}

function csvOf({ images, pooled }: EvaluateResult): string {
  const rows = [
    ...images.map(({ name, ...figures }) => ({ name, figures })),
    { name: 'all', figures: pooled },
  ];
  const lines = rows.map(({ name, figures }) =>
    [csvCell(name), ...columns.map(({ valueOf }) => csvNumber(valueOf(figures)))].join(','),
  );
  return [['image', ...columns.map(({ head }) => head)].join(','), ...lines].join('\n') + '\n';
}

function csvNumber(value: number): string {
  return Number.isNaN(value) ? '' : String(value);
}
