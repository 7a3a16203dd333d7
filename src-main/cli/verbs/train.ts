import { defaultPreset, methodNames, presetNames } from '../../contract/choices.ts';
import type { EngineChoice, MethodName, PresetName } from '../../contract/choices.ts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import { networkVariantSchema } from '../../contract/network-variant.ts';
import { baseModel, shippedModel } from '../../contract/shipped-model.ts';
import { finishTraining } from '../../tasks/training/finish-training.ts';
import { trainOnProject } from '../../tasks/training/train-on-project.ts';
import type { TrainParams } from '../../tasks/training/begin-training.ts';
import type { TrainResult } from '../../tasks/training/train-on-project.ts';
import { calibrationText } from '../../contract/calibration-text.ts';
import { formatDuration } from '../format-duration.ts';
import type { CommonOptions, VerbResult } from '../run-verb.ts';
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
import { firstTen } from '../first-ten.ts';
import type { ProjectOptions, VerbRunner } from '../verb.ts';

interface TrainOptions extends CommonOptions, ProjectOptions {
  project: string;
  name?: string;
  preset?: PresetName;
  method?: MethodName;
  patch?: '96' | '128';
  locationStride?: '4' | '8';
  epochs?: number;
  steps?: number;
  minutes?: number;
  seed: number;
  fromModel?: string;
  fromScratch?: boolean;
  resume?: string | true;
  finish?: string | true;
  diameter?: number;
  validationFraction?: number;
  channels: 'cells' | 'cells+nuclei';
  labels: boolean;
  pointsOnly?: boolean;
  strict?: boolean;
  engine: EngineChoice;
}

export function addTrain(program: Command, run: VerbRunner): void {
  addVerb(program, 'train', 'Train a model on the annotated images. After Ctrl-C, --resume continues.', [
    'lacss train',
    'lacss train --minutes 30 --seed 2',
    'lacss train --from-model small-1 --epochs 5',
    'lacss train --resume',
  ])
    .argument('[images...]', 'images by name (default: all annotated images except validation images)')
    .addOption(projectOption())
    .addOption(allowImagesOption())
    .option('--name <name>', 'the name of the model')
    .addOption(
      new Option(
        '--preset <name>',
        `size of the network: small trains in minutes on two cores, paper is that of the paper (default: ${defaultPreset}, or paper with --method published)`,
      ).choices(presetNames),
    )
    .addOption(
      new Option(
        '--method <name>',
        'improved, or published: as the paper trains and segments, without the additions of this program (default: that of the model it starts from, otherwise improved)',
      ).choices(methodNames),
    )
    .addOption(
      new Option('--patch <px>', 'width of the patch per cell, P in the paper (default: 96)').choices([
        '96',
        '128',
      ]),
    )
    .addOption(
      new Option(
        '--location-stride <px>',
        'stride of the score map: 4 is level 2 of the paper, 8 is level 3 (default: that of the preset)',
      ).choices(['4', '8']),
    )
    .option('--epochs <n>', 'stop after this many epochs', wholeNumberBetween(1, 100_000))
    .option('--steps <n>', 'stop after this many steps (default: 1500)', wholeNumberBetween(1, 10_000_000))
    .option('--minutes <n>', 'stop after this many minutes', numberBetween(0.05, 100_000))
    .option(
      '--seed <n>',
      'seed of the initial weights, sampling and augmentation',
      wholeNumberBetween(0, 0xffffffff),
      1,
    )
    .option(
      '--from-model <name>',
      `start from a model of the project, a model file or folder, or an included model: ${baseModel.id} (default for small on one channel) or ${shippedModel.id}`,
    )
    .option('--from-scratch', 'start from random weights')
    .option('--resume [model]', 'continue an interrupted training (default: the newest)')
    .option('--finish [model]', 'end an interrupted training and keep its model (default: the newest)')
    .option(
      '--diameter <px>',
      'mean cell diameter (default: measured from foreground and points)',
      numberBetween(1, 10_000),
    )
    .option(
      '--validation-fraction <share>',
      'share of the images used for validation, of ten or more images (default: 0.1)',
      numberBetween(0, 0.9),
    )
    .addOption(
      new Option('--channels <which>', 'channels the model uses, in training and segmentation')
        .choices(['cells', 'cells+nuclei'])
        .default('cells'),
    )
    .option('--no-labels', 'learn from foreground and points, even in images with a label image')
    .option(
      '--points-only',
      'learn from points without a foreground, for cells that no threshold separates from the background (not reliable yet)',
    )
    .option('--strict', 'refuse to train if an annotation is doubtful, instead of warning')
    .addOption(engineOption())
    .action(async (images: string[], options: TrainOptions) => {
      await run(options, (control) =>
        withProject(options, { purpose: 'lacss train' }, control, async (project) => {
          if (options.finish === undefined)
            return outcomeOf(await trainOnProject(project, paramsOf(images, options), control));
          const wanted = options.finish === true ? 'newest' : options.finish;
          const result = await finishTraining(project, { model: wanted, engine: options.engine }, control);
          return { result, text: `Ended the training and kept the model ${result.model}.\n` };
        }),
      );
    });
}

function paramsOf(images: string[], options: TrainOptions): TrainParams {
  const { name, resume, diameter, validationFraction } = options;
  return {
    preset: presetNameOf(options),
    ...variantOf(options),
    until: untilOf(options),
    seed: options.seed,
    engine: options.engine,
    startFrom: startOf(options),
    channels: options.channels === 'cells' ? ['cells'] : ['cells', 'nuclei'],
    useLabels: options.labels,
    ...(options.pointsOnly === true ? { foreground: 'none' } : {}),
    strict: options.strict ?? false,
    ...(images.length > 0 ? { images } : {}),
    ...(name === undefined ? {} : { name }),
    ...(resume === undefined ? {} : { resume: resume === true ? 'newest' : resume }),
    ...(diameter === undefined ? {} : { cellDiameterPx: diameter }),
    ...(validationFraction === undefined ? {} : { validationFraction }),
  };
}

function presetNameOf({ preset, method }: TrainOptions): PresetName {
  return preset ?? (method === 'published' ? 'paper' : defaultPreset);
}

/** Empty if nothing differs from the preset. */
function variantOf({ method, patch, locationStride }: TrainOptions): Pick<TrainParams, 'variant'> {
  const variant = networkVariantSchema.parse({
    ...(method === undefined ? {} : { method }),
    ...(patch === undefined ? {} : { patchPx: Number(patch) }),
    ...(locationStride === undefined ? {} : { locationStride: Number(locationStride) }),
  });
  return Object.keys(variant).length === 0 ? {} : { variant };
}

/**
 * The base model fits `small` on one channel only (docs/accuracy.md). The published method starts from
 * random weights.
 */
function startOf(options: TrainOptions): string | null {
  const { fromModel, fromScratch, channels, method, patch, locationStride } = options;
  if (fromScratch !== true) {
    const isAlike =
      presetNameOf(options) === baseModel.preset &&
      channels === 'cells' &&
      (method ?? 'improved') === 'improved' &&
      patch === undefined &&
      locationStride === undefined;
    return fromModel ?? (isAlike ? baseModel.id : null);
  }
  if (fromModel === undefined) return null;
  throw new LacssError('setting-invalid', 'Both --from-model and --from-scratch are given.', {
    remedy: 'Give one of them.',
  });
}

function untilOf({ epochs, steps, minutes }: TrainOptions): TrainParams['until'] {
  const given = [epochs, steps, minutes].filter((limit) => limit !== undefined);
  if (given.length > 1) {
    throw new LacssError('setting-invalid', 'More than one of --epochs, --steps and --minutes is given.', {
      remedy: 'Give one of them.',
    });
  }
  if (epochs !== undefined) return { kind: 'epochs', epochs };
  if (minutes !== undefined) return { kind: 'minutes', minutes };
  return steps === undefined ? { kind: 'default' } : { kind: 'steps', steps };
}

function outcomeOf(result: TrainResult): VerbResult {
  const {
    model,
    steps,
    elapsedMs,
    images,
    cellDiameterPx,
    chosenEpoch,
    validation,
    startedFrom,
    calibration,
    leftOut,
    warnings,
  } = result;
  const judged =
    validation === null
      ? 'no validation images'
      : `${validation.measure} ${validation.score.toFixed(3)} on the validation images`;
  const lines = [
    `Trained ${model}: ${count(steps, 'step')} on ${count(images, 'image')} in ${formatDuration(elapsedMs)}.`,
    `  started from ${startedFrom ?? 'random weights'}`,
    `  mean cell diameter ${cellDiameterPx.toFixed(1)} px; weights of epoch ${chosenEpoch}; ${judged}`,
    `  ${calibrationText(calibration)}`,
    ...firstTen(leftOut.map(({ name, reason }) => `  left out: ${name}: ${reason}`)),
    ...firstTen(warnings.map(({ name, message }) => `  warning: ${name}: ${message}`)),
    `Next: lacss segment --model ${model}`,
  ];
  return { result, text: lines.join('\n') + '\n' };
}
