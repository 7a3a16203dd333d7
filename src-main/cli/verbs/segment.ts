import type { EngineChoice } from '../../contract/choices.ts';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import { baseModel } from '../../contract/shipped-model.ts';
import { includedModelPath } from '../../project/included-model-path.ts';
import type { JobControl } from '../../contract/job.ts';
import { newestModel } from '../../tasks/models/newest-model.ts';
import { takeOverPredictions } from '../../tasks/review/open-review.ts';
import { mostParts } from '../../tasks/segmenting/folder-log.ts';
import type { Part } from '../../tasks/segmenting/folder-log.ts';
import { segmentProject } from '../../tasks/segmenting/segment-project.ts';
import type { SegmentChoices, SegmentResult } from '../../tasks/segmenting/segment-each.ts';
import { segmentFolder } from '../../tasks/segmenting/segment-folder.ts';
import type { FocusChoice } from '../../contract/stack-planes.ts';
import { channelChoiceOf } from '../channel-choice.ts';
import { imageTable } from '../first-ten.ts';
import { oneFocus, oneTime } from '../plane-choice.ts';
import { formatDuration } from '../format-duration.ts';
import type { CommonOptions, VerbResult, VerbControl } from '../run-verb.ts';
import {
  addVerb,
  allowImagesOption,
  count,
  engineOption,
  numberBetween,
  projectOption,
  withProject,
} from '../verb.ts';
import type { ProjectOptions, VerbRunner } from '../verb.ts';

interface SegmentOptions extends CommonOptions, ProjectOptions {
  project: string;
  model?: string;
  output?: string;
  engine: EngineChoice;
  minScore?: number;
  maskThreshold?: number;
  views?: '1' | '4';
  diameter?: number;
  channelPattern?: string;
  cells?: string;
  nuclei?: string;
  focus?: Exclude<FocusChoice, 'each'>;
  time?: number;
  again?: boolean;
  part?: Part;
}

export function addSegment(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'segment',
    'Find and outline all cells, in images of a project or in any files and folders.',
    [
      'lacss segment',
      'lacss segment field-7 --model small-1 --min-score 0.3',
      'lacss segment images/ --model small-1.lacss --output found/',
      'lacss segment images/ --model small-1.lacss --output found/ --part 1/8',
      'lacss segment stacks/ --model small-1.lacss --output found/ --focus maximum',
    ],
  )
    .argument('[images...]', 'images of the project by name (default: all); with --output: files and folders')
    .addOption(projectOption())
    .addOption(allowImagesOption())
    .option(
      '--model <name>',
      `a model of the project (default: the newest), or ${baseModel.id}, included with the program; with --output: a model file or folder too`,
    )
    .option(
      '--output <folder>',
      'segment files and folders without a project, and write label images and tables there',
    )
    .addOption(engineOption())
    .option(
      '--min-score <score>',
      "leave out cells whose score, as written in the table, is lower (default: the model's minimum; in a project every cell found is kept)",
      numberBetween(0, 1),
    )
    .option(
      '--mask-threshold <p>',
      'a pixel belongs to a cell above this probability (default: 0.5)',
      numberBetween(0.01, 0.99),
    )
    .addOption(
      new Option(
        '--views <number>',
        '4: mirror averaging. 4× slower; finds more in images that differ from the training images (default: 1)',
      ).choices(['1', '4']),
    )
    .option(
      '--diameter <px>',
      'mean cell diameter (default: that of the training images, corrected per image)',
      numberBetween(1, 10_000),
    )
    .option(
      '--channel-pattern <pattern>',
      'with --output: which part of a file name is the channel, such as {stem}_{channel}.tif; none: each file is an image',
    )
    .option(
      '--cells <channel>',
      'with --output: the channel that shows the cells, by name or by number from 1',
    )
    .option('--nuclei <channel>', 'with --output: the channel that shows the nuclei, or "none"')
    .option(
      '--focus <plane>',
      'with --output: focal plane of each stack: its number, maximum (projection), or best-focus (projection) (default: 1)',
      oneFocus,
    )
    .option('--time <point>', 'with --output: time point of each stack: its number (default: 1)', oneTime)
    .option(
      '--part <i/n>',
      'with --output: only every n-th image, for n runs on several computers; afterwards: lacss merge',
      parsePart,
    )
    .option('--again', 'segment again what this model has already segmented with these settings')
    .action(async (images: string[], options: SegmentOptions) => {
      await run(options, async (control) => outcomeOf(await resultOf(images, options, control), options));
    });
}

function resultOf(images: string[], options: SegmentOptions, control: VerbControl): Promise<SegmentResult> {
  const choices: SegmentChoices = {
    engine: options.engine,
    settings: {
      ...(options.minScore === undefined ? {} : { minScore: options.minScore }),
      ...(options.maskThreshold === undefined ? {} : { maskThreshold: options.maskThreshold }),
      ...(options.views === '4' ? { views: 4 } : {}),
    },
    ...(options.diameter === undefined ? {} : { diameterPx: options.diameter }),
    again: options.again ?? false,
  };
  if (options.output !== undefined) return withoutProject(images, options, options.output, choices, control);
  if (options.part !== undefined) {
    throw new LacssError('setting-invalid', '--part needs --output: a project is segmented by one process.', {
      remedy: 'lacss segment images/ --model small-1.lacss --output found/ --part 1/8',
    });
  }
  if (options.focus !== undefined || options.time !== undefined) {
    throw new LacssError('setting-invalid', '--focus and --time need --output.', {
      remedy: 'The images of a project have their planes: lacss add --focus maximum changes them.',
    });
  }
  return withProject(options, { purpose: 'lacss segment' }, control, async (project) => {
    const result = await segmentProject(
      project,
      {
        ...choices,
        model: options.model ?? (await newestModel(project)),
        ...(images.length > 0 ? { images } : {}),
      },
      control,
    );
    await takeOverPredictions(
      project,
      result.done.map(({ image }) => image),
    );
    return result;
  });
}

function parsePart(text: string): Part {
  const [index, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (index !== undefined && of !== undefined && index >= 1 && index <= of && of <= mostParts)
    return { index, of };
  throw new InvalidArgumentError(`Give a part and the number of parts, such as 3/8 (at most ${mostParts}).`);
}

function withoutProject(
  paths: string[],
  { model, channelPattern, cells, nuclei, focus, time, part }: SegmentOptions,
  output: string,
  choices: SegmentChoices,
  control: JobControl,
): Promise<SegmentResult> {
  if (model === undefined || paths.length === 0) {
    throw new LacssError('setting-invalid', '--output needs a model and images.', {
      remedy: 'lacss segment images/ --model small-1.lacss --output found/',
    });
  }
  return segmentFolder(
    {
      ...choices,
      paths,
      output,
      modelPath: includedModelPath(model) ?? model,
      ...(part === undefined ? {} : { part }),
      ...(channelPattern === undefined ? {} : { channelPattern }),
      planes: {
        ...(focus === undefined ? {} : { focus }),
        ...(time === undefined ? {} : { time }),
      },
      roles: {
        ...(cells === undefined ? {} : { cells: channelChoiceOf(cells) }),
        ...(nuclei === undefined ? {} : { nuclei: channelChoiceOf(nuclei) }),
      },
    },
    control,
  );
}

function belowScoreText(cells: number, isLeftOut: boolean): string {
  return isLeftOut
    ? `Left out: ${count(cells, 'cell')} below the model's minimum score (--min-score 0 keeps all).`
    : `${count(cells, 'cell')} of these are below the minimum score. Review, exports and counts hide them.`;
}

function outcomeOf(result: SegmentResult, { output, quiet }: SegmentOptions): VerbResult {
  const where = output === undefined ? '' : ` into ${output}`;
  const rows = result.done.map(({ name, cells, elapsedMs, diameterPx, note }) => {
    const size = `diameter ${Math.round(diameterPx)} px`;
    return { text: `  ${name}  ${count(cells, 'cell')}  ${size}  ${formatDuration(elapsedMs)}`, note };
  });
  const head = `Segmented ${count(rows.length, 'image')} with ${result.model}${where}.`;
  const lines = [head, ...imageTable(rows, quiet)];
  const belowScore = result.done.reduce((sum, image) => sum + image.belowScore, 0);
  if (belowScore > 0) lines.push(belowScoreText(belowScore, output !== undefined));
  // Only a job that measured its speed has something to report.
  if (result.computedBy?.speeds) lines.push(result.computedBy.reason);
  if (result.computedBy?.trouble) lines.push(result.computedBy.trouble);
  if (result.skipped.length > 0) {
    lines.push(`Skipped ${count(result.skipped.length, 'image')} segmented before (--again repeats them).`);
  }
  return { result, text: lines.join('\n') + '\n', failed: result.failures };
}
