import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { makeForegrounds } from '../../tasks/foreground/make-foregrounds.ts';
import type {
  ForegroundChoice,
  ForegroundParams,
  ForegroundResult,
} from '../../tasks/foreground/make-foregrounds.ts';
import { firstTenNames, imageTable } from '../first-ten.ts';
import type { CommonOptions, VerbResult } from '../run-verb.ts';
import { addVerb, allowImagesOption, count, numberBetween, projectOption, withProject } from '../verb.ts';
import type { ProjectOptions, VerbRunner } from '../verb.ts';

interface ForegroundOptions extends CommonOptions, ProjectOptions {
  project: string;
  pick: 'best' | '1' | '2' | '3' | '4' | '5';
  threshold?: number;
  thresholds?: number[];
  labels?: string | true;
  feature?: 'intensity' | 'local-contrast';
  method?: 'graph-cut' | 'threshold';
  again?: boolean;
}

export function addForeground(program: Command, run: VerbRunner): void {
  addVerb(program, 'foreground', 'Compute the foreground of images: the pixels that belong to cells.', [
    'lacss foreground',
    'lacss foreground --feature local-contrast',
    'lacss foreground field-3 --pick 4 --again',
    'lacss foreground --feature intensity --thresholds 200,250,300,400,500',
    'lacss foreground --labels truth/',
  ])
    .argument('[images...]', 'images by name (default: all)')
    .addOption(projectOption())
    .addOption(allowImagesOption())
    .addOption(
      new Option('--pick <which>', 'the best-ranked candidate, or one of the five')
        .choices(['best', '1', '2', '3', '4', '5'])
        .default('best'),
    )
    .option(
      '--threshold <number>',
      'a custom threshold, as the window shows it: grey levels above the darkest 1 % of the image, or a local contrast with --feature local-contrast',
      numberBetween(-1e9, 1e9),
    )
    .option(
      '--thresholds <five>',
      'the thresholds of the five candidates, the same for all images as in the paper: grey values of the file (counted from 0, unlike --threshold), or local contrasts (default: multiples of a threshold per image)',
      fiveNumbers,
    )
    .option(
      '--labels [folder]',
      'use all labelled pixels, of the attached label images or of those in a folder',
    )
    .addOption(
      new Option(
        '--feature <name>',
        'the quantity to threshold: local-contrast suits phase contrast (default: the project’s setting)',
      ).choices(['intensity', 'local-contrast']),
    )
    .addOption(
      new Option('--method <name>', 'how candidates are made (default: the project’s setting)').choices([
        'graph-cut',
        'threshold',
      ]),
    )
    .option('--again', 'replace existing foregrounds (undo is possible)')
    .action(async (images: string[], options: ForegroundOptions) => {
      await run(options, (control) =>
        withProject(options, { purpose: 'lacss foreground' }, control, async (project) =>
          outcomeOf(await makeForegrounds(project, paramsOf(images, options), control), options),
        ),
      );
    });
}

function fiveNumbers(text: string): number[] {
  const parts = text.split(',');
  const values = parts.map(Number).sort((a, b) => a - b);
  if (values.length === 5 && parts.every((part) => part.trim() !== '') && values.every(Number.isFinite))
    return values;
  throw new InvalidArgumentError('Give five numbers with commas between them, such as 200,250,300,400,500.');
}

function paramsOf(images: string[], options: ForegroundOptions): ForegroundParams {
  return {
    choice: choiceOf(options),
    ...(images.length > 0 ? { images } : {}),
    settings: {
      ...(options.feature === undefined ? {} : { feature: options.feature }),
      ...(options.method === undefined ? {} : { method: options.method }),
      ...(options.thresholds === undefined ? {} : { thresholds: options.thresholds }),
    },
    again: options.again ?? false,
  };
}

function choiceOf({ labels, threshold, pick }: ForegroundOptions): ForegroundChoice {
  if (labels !== undefined) return labels === true ? { kind: 'labels' } : { kind: 'labels', folder: labels };
  if (threshold !== undefined) return { kind: 'threshold', threshold };
  return pick === 'best' ? { kind: 'best' } : { kind: 'candidate', number: Number(pick) };
}

function outcomeOf(result: ForegroundResult, { quiet }: CommonOptions): VerbResult {
  const rows = result.done.map(({ name, candidate, confidence, fraction, note }) => {
    const which = candidate === null ? '' : `  candidate ${candidate}`;
    const sure = confidence === null ? '' : ` (${Math.round(100 * confidence)} % sure)`;
    return { text: `  ${name}${which}${sure}  ${(100 * fraction).toFixed(1)} % of the image`, note };
  });
  const lines = [`Computed the foreground of ${count(rows.length, 'image')}.`, ...imageTable(rows, quiet)];
  if (result.kept.length > 0)
    lines.push(`Kept the foreground of: ${firstTenNames(result.kept)} (--again replaces it).`);
  return { result, text: lines.join('\n') + '\n', failed: result.failures };
}
