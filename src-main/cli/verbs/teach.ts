import type { Command } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import { defaultPreset } from '../../contract/choices.ts';
import type { EngineChoice } from '../../contract/choices.ts';
import type { ChangedFigures, TeachingRecord } from '../../contract/teaching.ts';
import { defaultTeachMinutes } from '../../tasks/training/begin-teaching.ts';
import type { TeachParams } from '../../tasks/training/begin-teaching.ts';
import { teachModel } from '../../tasks/training/teach-model.ts';
import { trainOnProject } from '../../tasks/training/train-on-project.ts';
import type { TrainResult } from '../../tasks/training/train-on-project.ts';
import { formatDuration } from '../format-duration.ts';
import type { CommonOptions, VerbResult } from '../run-verb.ts';
import type { ProjectOptions, VerbRunner } from '../verb.ts';
import {
  addVerb,
  count,
  engineOption,
  numberBetween,
  allowImagesOption,
  projectOption,
  wholeNumberBetween,
  withProject,
} from '../verb.ts';

interface TeachOptions extends CommonOptions, ProjectOptions {
  project: string;
  model?: string;
  name?: string;
  minutes?: number;
  steps?: number;
  rehearsal?: number;
  seed: number;
  resume?: string | true;
  engine: EngineChoice;
}

export function addTeach(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'teach',
    'Teach a model the corrections made in Review. After Ctrl-C, --resume continues.',
    ['lacss teach', 'lacss teach --minutes 5 --model small-1', 'lacss teach --resume'],
  )
    .argument('[images...]', 'corrected images by name (default: all with corrections)')
    .addOption(projectOption())
    .addOption(allowImagesOption())
    .option('--model <name>', 'the model to teach (default: the one whose cells were corrected last)')
    .option('--name <name>', 'the name of the new model')
    .option(
      '--minutes <n>',
      `stop after this many minutes (default: ${defaultTeachMinutes})`,
      numberBetween(0.05, 100_000),
    )
    .option('--steps <n>', 'stop after this many steps instead', wholeNumberBetween(1, 10_000_000))
    .option(
      '--rehearsal <share>',
      'share of the steps that repeat what the model learnt before',
      numberBetween(0, 0.95),
    )
    .option('--seed <n>', 'seed of sampling and augmentation', wholeNumberBetween(0, 0xffffffff), 1)
    .option('--resume [model]', 'continue an interrupted lesson (default: the newest)')
    .addOption(engineOption())
    .action(async (images: string[], options: TeachOptions) => {
      await run(options, (control) =>
        withProject(options, { purpose: 'lacss teach' }, control, async (project) => {
          const { engine, resume, seed } = options;
          const result =
            resume === undefined
              ? await teachModel(project, { ...paramsOf(images, options), engine }, control)
              : await trainOnProject(
                  project,
                  // The interrupted lesson decides everything else.
                  {
                    preset: defaultPreset,
                    until: { kind: 'default' },
                    startFrom: null,
                    seed,
                    engine,
                    resume: resume === true ? 'newest' : resume,
                  },
                  control,
                );
          return outcomeOf(result);
        }),
      );
    });
}

function paramsOf(images: string[], { model, name, rehearsal, seed, ...options }: TeachOptions): TeachParams {
  const { minutes, steps } = options;
  if (minutes !== undefined && steps !== undefined) {
    throw new LacssError('setting-invalid', 'Both --minutes and --steps are given.', {
      remedy: 'Give one of them.',
    });
  }
  return {
    seed,
    until:
      steps === undefined
        ? { kind: 'minutes', minutes: minutes ?? defaultTeachMinutes }
        : { kind: 'steps', steps },
    ...(images.length > 0 ? { images } : {}),
    ...(model === undefined ? {} : { parent: model }),
    ...(name === undefined ? {} : { name }),
    ...(rehearsal === undefined ? {} : { rehearsalShare: rehearsal }),
  };
}

function outcomeOf(result: TrainResult): VerbResult {
  const { model, steps, elapsedMs, teaching, leftOut, warnings } = result;
  const lines = [
    `Taught ${model}: ${count(steps, 'step')} in ${formatDuration(elapsedMs)}.`,
    ...(teaching === undefined ? [] : lessonLines(teaching)),
    ...leftOut.map(({ name, reason }) => `  left out: ${name}: ${reason}`),
    ...warnings.map(({ name, message }) => `  warning: ${name}: ${message}`),
    `Next: lacss segment --model ${model}`,
  ];
  return { result, text: lines.join('\n') + '\n' };
}

function lessonLines({ parent, corrected, rehearsal, validation, keptApart }: TeachingRecord): string[] {
  const sum = (of: (image: TeachingRecord['corrected'][number]) => number): number =>
    corrected.reduce((total, image) => total + of(image), 0);
  const known = sum(({ accepted, edited, added }) => accepted + edited + added);
  const rejected = sum((image) => image.rejected);
  const apart = sum((image) => image.keptApart);
  const again = [
    ...(rehearsal.images > 0 ? [count(rehearsal.images, 'earlier image')] : []),
    ...(rehearsal.generated > 0 ? [count(rehearsal.generated, 'generated image')] : []),
    ...(rehearsal.agreement ? [`cells that ${parent.name} is sure of`] : []),
  ];
  return [
    `  from ${parent.name}: ${count(known, 'reviewed cell')} and ${rejected} rejected in ${count(corrected.length, 'image')}, ${apart} held out`,
    `  repeated: ${again.join(', ') || 'nothing'}`,
    ...(validation === null ? [] : ['  on validation images:', ...figureLines(validation)]),
    ...(keptApart === null ? [] : ['  on held-out corrected cells:', ...figureLines(keptApart)]),
  ];
}

function figureLines({ cells, regions, before, after, change }: ChangedFigures): string[] {
  const lines = (['AP50', 'AP75', 'FNR50'] as const).map((name) => {
    const interval =
      change === null
        ? ''
        : ` (95 % interval of the change ${signed(change[name][0])} to ${signed(change[name][1])})`;
    return `    ${name} ${before[name].toFixed(3)} → ${after[name].toFixed(3)}${interval}`;
  });
  const few = change === null ? '; too few regions for an interval' : '';
  return [...lines, `    n = ${count(cells, 'cell')} in ${count(regions, 'region')}${few}`];
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}
