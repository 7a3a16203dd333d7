import { basename } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import type { SkippedImage } from '../../contract/requests/image-requests.ts';
import { stackAxesSchema } from '../../contract/stack-axes.ts';
import type { FocusChoice, TimeChoice } from '../../contract/stack-planes.ts';
import { addImages } from '../../tasks/images/add-images.ts';
import { setImages } from '../../tasks/images/set-images.ts';
import type { AddParams, AddResult } from '../../tasks/images/add-images.ts';
import type { SetImagesResult } from '../../tasks/images/set-images.ts';
import { attachLabels, detachLabels } from '../../tasks/images/attach-labels.ts';
import type { AttachLabelsResult } from '../../tasks/images/attach-labels.ts';
import { relink } from '../../tasks/images/relink.ts';
import type { RelinkResult } from '../../tasks/images/relink.ts';
import { usedPlane } from '../../tasks/images/chosen-planes.ts';
import { channelChoiceOf } from '../channel-choice.ts';
import { focusChoice, timeChoice } from '../plane-choice.ts';
import { firstTen, imageTable } from '../first-ten.ts';
import type { ImageRow } from '../first-ten.ts';
import type { CommonOptions, VerbResult } from '../run-verb.ts';
import { dataFolder } from '../../project/data-folder.ts';
import { limitSources } from '../../project/image-sources.ts';
import { addVerb, allowImagesOption, count, numberBetween, projectOption, withProject } from '../verb.ts';
import type { ProjectOptions, VerbRunner } from '../verb.ts';

interface AddOptions extends CommonOptions, ProjectOptions {
  project: string;
  channelPattern?: string;
  axes?: string;
  cells?: string;
  nuclei?: string;
  pixelSize?: number;
  validation?: boolean;
  focus?: FocusChoice;
  time?: TimeChoice;
  labels?: string;
  attachLabels?: boolean;
  detachLabels?: string[];
  update?: boolean;
  relink?: string;
}

export function addAdd(program: Command, run: VerbRunner): void {
  addVerb(program, 'add', 'Add images (TIFF, PNG) to a project. The files stay where they are.', [
    'lacss add images/',
    'lacss add -p colonies images/*.tif --cells membrane --nuclei DAPI --pixel-size 0.8',
    'lacss add images/ --channel-pattern "{channel}-{stem}.tif"',
    'lacss add stacks/ --axes ZC2          # two channels per focal plane',
    'lacss add stacks/ --focus maximum     # the maximum projection of each stack',
    'lacss add --labels truth/',
    'lacss add --nuclei DAPI                # sets the nuclei channel of all images of the project',
  ])
    .argument('[paths...]', 'image files, and folders (subfolders included)')
    .addOption(projectOption())
    .addOption(allowImagesOption())
    .option(
      '--channel-pattern <pattern>',
      'which part of a file name is the channel, such as {stem}_{channel}.tif; none: each file is an image (default: automatic)',
    )
    .option(
      '--axes <axes>',
      'order of the planes in a stack, slowest first, with sizes: T time, Z focal plane, C channel (default: automatic)',
      stackAxes,
    )
    .option(
      '--focus <plane>',
      'focal plane of a stack: its number, maximum (projection), best-focus (projection), or each (one image per plane) (default: 1)',
      focusChoice,
    )
    .option(
      '--time <point>',
      'time point of a stack: its number, or each (one image per time point) (default: 1)',
      timeChoice,
    )
    .option(
      '--cells <channel>',
      'the channel that shows the cells, by name or by number from 1 (default: automatic)',
    )
    .option('--nuclei <channel>', 'the channel that shows the nuclei, or "none" (default: automatic)')
    .option('--pixel-size <µm>', 'width of a pixel, for files that do not state it', numberBetween(1e-4, 1e4))
    .option(
      '--labels <folder>',
      'attach label images with the names of the images (and of their folders, if names repeat), for full supervision and validation',
    )
    .option('--attach-labels', 'attach the label images among the files to the images with their names')
    .option('--detach-labels <images...>', 'detach the label images of these images; the files stay')
    .option('--update', 'update images of the project whose files have changed')
    .option('--relink <folder>', 'find moved image files by their content')
    .option('--validation', 'use these images for validation only')
    .action(async (paths: string[], options: AddOptions) => {
      await run(options, (control) =>
        withProject(options, { purpose: 'lacss add' }, control, async (project) => {
          if (options.relink !== undefined) {
            await limitSources(dataFolder(), project, [options.relink]);
            return relinkOutcome(await relink(project, { folder: options.relink }, control));
          }
          if (options.detachLabels !== undefined) {
            const detached = await detachLabels(project, project.images(options.detachLabels));
            const names = detached.map(({ name }) => name);
            return { result: { detached: names }, text: `Detached ${count(names.length, 'label image')}.\n` };
          }
          const params = paramsOf(paths, options);
          const outcomes: VerbResult[] = [];
          if (paths.length > 0) {
            await limitSources(dataFolder(), project, paths);
            outcomes.push(outcomeOf(await addImages(project, params, control), options));
          } else if (setsImages(options))
            outcomes.push(settingsOutcome(await setImages(project, params, control)));
          if (options.labels !== undefined) {
            const attached = await attachLabels(project, { folder: options.labels }, control);
            outcomes.push(labelsOutcome(attached, options));
          }
          if (outcomes.length === 0) throw nothingToAdd();
          return joined(outcomes);
        }),
      );
    });
}

/** Whether the options change images of the project, without new files. */
function setsImages({ cells, nuclei, pixelSize, validation, focus, time }: AddOptions): boolean {
  return [cells, nuclei, pixelSize, validation, focus, time].some((option) => option !== undefined);
}

/** What several steps of the verb did, as one outcome. */
function joined(outcomes: readonly VerbResult[]): VerbResult {
  const failed = outcomes.flatMap(({ failed: failures = [] }) => failures);
  const result = Object.assign({}, ...outcomes.map((outcome) => outcome.result)) as object;
  return { result: { ...result, failures: failed }, text: outcomes.map(({ text }) => text).join(''), failed };
}

function nothingToAdd(): LacssError {
  return new LacssError('setting-invalid', 'No files or folders were named.', {
    remedy:
      'Name image files or folders, label images with --labels, or what to set: --cells, --nuclei, --pixel-size, --focus, --time.',
  });
}

function relinkOutcome(result: RelinkResult): VerbResult {
  const lines = [`Found ${count(result.found.length, 'moved file')}.`];
  if (result.missing.length > 0) {
    lines.push('Still missing:', ...firstTen(result.missing.map((path) => `  ${path}`)));
  }
  return { result, text: lines.join('\n') + '\n' };
}

function paramsOf(paths: string[], options: AddOptions): AddParams {
  return {
    paths,
    ...(options.channelPattern === undefined ? {} : { channelPattern: options.channelPattern }),
    ...(options.axes === undefined ? {} : { axes: options.axes }),
    ...(options.pixelSize === undefined
      ? {}
      : { pixelSizeUm: { y: options.pixelSize, x: options.pixelSize } }),
    focus: options.focus,
    time: options.time,
    validation: options.validation ?? false,
    attachLabels: options.attachLabels ?? false,
    update: options.update ?? false,
    roles: {
      ...(options.cells === undefined ? {} : { cells: channelChoiceOf(options.cells) }),
      ...(options.nuclei === undefined ? {} : { nuclei: channelChoiceOf(options.nuclei) }),
    },
  };
}

/** Converts what people write, `z,c=2` or `TZCYX`, to the project's form. */
function stackAxes(text: string): string {
  const axes = text
    .toUpperCase()
    .replace(/[\s,;=×-]/g, '')
    .replace(/YXS?$/, '');
  if (stackAxesSchema.safeParse(axes).success) return axes;
  throw new InvalidArgumentError(
    'Name each of T, Z and C at most once, slowest first, all but one with its size: ZC2.',
  );
}

function settingsOutcome(result: SetImagesResult): VerbResult {
  return {
    result,
    text: `Changed ${count(result.changed.length, 'image')} of the project.\n`,
    failed: result.failures,
  };
}

/** One image in the table of those added. */
function rowOf({
  name,
  width,
  height,
  channelNames,
  roles,
  pixelSizeUm,
  sizes,
  plane,
}: AddResult['added'][number]): ImageRow {
  const channels = channelNames.map((channel, index) => {
    const shows = (['cells', 'nuclei'] as const).filter((role) => roles[role] === index);
    return shows.length === 0 ? channel : `${channel} (${shows.join(', ')})`;
  });
  const calibration = pixelSizeUm === null ? 'pixel size unknown' : `${pixelSizeUm.x} µm/px`;
  const text = `  ${name}  ${width} × ${height}  ${channels.join(', ')}  ${calibration}`;
  const used = usedPlane(sizes, plane);
  return used === null ? { text } : { text, note: `uses ${used}` };
}

function outcomeOf(result: AddResult, { quiet }: CommonOptions): VerbResult {
  const lines = [
    `Added ${count(result.added.length, 'image')}.`,
    ...imageTable(result.added.map(rowOf), quiet),
  ];
  const list = (head: string, rows: readonly string[], remedy = ''): void => {
    if (rows.length === 0) return;
    const shown = firstTen(rows.map((row) => `  ${row}`));
    lines.push(`${head}:`, ...shown, ...(remedy === '' ? [] : [`  ${remedy}`]));
  };
  const named = ({ name, as }: SkippedImage): string =>
    name === as ? name : `${name} (in the project as ${as})`;
  list('Skipped, because the project already has images with this content', result.known.map(named));
  list(
    'Skipped, because the files have changed since they were added',
    result.changed.map(named),
    'Update them with --update.',
  );
  list('Updated', result.updated.map(named));
  list(
    'These files do not state the order of their planes. Please check it',
    result.guessedStacks,
    'Correct it with --axes.',
  );
  list(
    'Files put together as channels of one image, because their names are alike. Please check',
    result.guessedChannels,
    'If they are separate images, remove them and add them with --channel-pattern none.',
  );
  list(
    'It is not certain which channels show cells and nuclei here. Please check',
    result.guessedRoles,
    'Correct it with --cells and --nuclei.',
  );
  const pairs = result.attached.map(({ file, image, cells, warning }) => {
    const pair = `${basename(file)} for ${image}  ${count(cells, 'cell')}`;
    return warning === null ? pair : `${pair}  Warning: ${warning}`;
  });
  list('Attached label images', pairs);
  list(
    'Label images found, not attached',
    result.labels.map(({ file, image }) => `${basename(file)} for ${image}`),
    'Attach them with --attach-labels.',
  );
  list(
    'Label images without an image of their name, left out',
    result.labelFiles.map((file) => basename(file)),
  );
  list(
    'Thumbnails, left out',
    result.thumbnailFiles.map((file) => basename(file)),
  );
  return { result, text: lines.join('\n') + '\n', failed: result.failures };
}

function labelsOutcome({ attached, failures }: AttachLabelsResult, { quiet }: CommonOptions): VerbResult {
  const rows = attached.map(({ name, file, cells, warning }) => ({
    text: `  ${name}  ${basename(file)}  ${count(cells, 'cell')}`,
    ...(warning === null ? {} : { note: `Warning: ${warning}` }),
  }));
  const lines = [`Attached ${count(attached.length, 'label image')}.`, ...imageTable(rows, quiet)];
  return { result: { attached }, text: lines.join('\n') + '\n', failed: failures };
}
