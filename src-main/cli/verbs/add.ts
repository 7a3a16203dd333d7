import { basename } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import type { SkippedImage } from '../../contract/requests/images.ts';
import { stackAxesSchema } from '../../contract/stack-axes.ts';
import { add } from '../../tasks/images/add.ts';
import type { AddParams, AddResult } from '../../tasks/images/add.ts';
import { attachLabels, detachLabels } from '../../tasks/images/attach-labels.ts';
import type { AttachLabelsResult } from '../../tasks/images/attach-labels.ts';
import { relink } from '../../tasks/images/relink.ts';
import type { RelinkResult } from '../../tasks/images/relink.ts';
import { channelOf } from '../channel-choice.ts';
import type { CommonOptions, Outcome } from '../run-verb.ts';
import { addVerb, count, numberBetween, projectOption, withProject } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';

interface AddOptions extends CommonOptions {
  project: string;
  channelPattern?: string;
  axes?: string;
  cells?: string;
  nuclei?: string;
  pixelSize?: number;
  validation?: boolean;
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
    'lacss add --labels truth/',
  ])
    .argument('[paths...]', 'image files, and folders (subfolders included)')
    .addOption(projectOption())
    .option(
      '--channel-pattern <pattern>',
      'which part of a file name is the channel, such as {stem}_{channel}.tif (default: automatic)',
    )
    .option(
      '--axes <axes>',
      'order of the planes in a stack, slowest first, with sizes: T time, Z focal plane, C channel (default: automatic)',
      stackAxes,
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
        withProject(options.project, { purpose: 'lacss add' }, control, async (project) => {
          if (options.relink !== undefined) {
            return relinkOutcome(await relink(project, { folder: options.relink }, control));
          }
          if (options.detachLabels !== undefined) {
            const detached = await detachLabels(project, project.images(options.detachLabels));
            const names = detached.map(({ name }) => name);
            return { result: { detached: names }, text: `Detached ${count(names.length, 'label image')}.\n` };
          }
          if (paths.length === 0 && options.labels === undefined) throw nothingToAdd();
          const added =
            paths.length > 0 ? await add(project, paramsOf(paths, options), control) : nothingAdded;
          if (options.labels === undefined) return outcomeOf(added);
          return withLabels(added, await attachLabels(project, { folder: options.labels }, control));
        }),
      );
    });
}

const nothingAdded: AddResult = {
  added: [],
  known: [],
  changed: [],
  updated: [],
  guessedStacks: [],
  attached: [],
  labels: [],
  labelFiles: [],
  thumbnailFiles: [],
  failures: [],
};

function nothingToAdd(): LacssError {
  return new LacssError('setting-invalid', 'No files or folders were named.', {
    remedy: 'Name image files or folders, or label images with --labels.',
  });
}

function relinkOutcome(result: RelinkResult): Outcome {
  const lines = [`Found ${count(result.found.length, 'moved file')}.`];
  if (result.missing.length > 0) lines.push('Still missing:', ...result.missing.map((path) => `  ${path}`));
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
    validation: options.validation ?? false,
    attachLabels: options.attachLabels ?? false,
    update: options.update ?? false,
    roles: {
      ...(options.cells === undefined ? {} : { cells: channelOf(options.cells) }),
      ...(options.nuclei === undefined ? {} : { nuclei: channelOf(options.nuclei) }),
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

/** Rows of a list that are printed. */
const mostRows = 10;

function outcomeOf(result: AddResult): Outcome {
  const lines = [`Added ${count(result.added.length, 'image')}.`];
  for (const { name, width, height, channelNames, roles, pixelSizeUm, sizes } of result.added) {
    const channels = channelNames.map((channel, index) => {
      const shows = index === roles.cells ? ' (cells)' : index === roles.nuclei ? ' (nuclei)' : '';
      return channel + shows;
    });
    const calibration = pixelSizeUm === null ? 'pixel size unknown' : `${pixelSizeUm.x} µm/px`;
    lines.push(`  ${name}  ${width} × ${height}  ${channels.join(', ')}  ${calibration}`);
    if (sizes.t * sizes.z > 1) {
      lines.push(
        `    has ${sizes.t} time points and ${sizes.z} focal planes; the project uses the first of each`,
      );
    }
  }
  const list = (head: string, rows: readonly string[], remedy = ''): void => {
    if (rows.length === 0) return;
    const shown = rows.slice(0, mostRows).map((row) => `  ${row}`);
    const rest = rows.length > mostRows ? [`  and ${rows.length - mostRows} more`] : [];
    lines.push(`${head}:`, ...shown, ...rest, ...(remedy === '' ? [] : [`  ${remedy}`]));
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

function withLabels(added: AddResult, { attached, failures }: AttachLabelsResult): Outcome {
  const outcome = outcomeOf(added);
  const lines = attached.map(({ name, file, cells, warning }) => {
    const pair = `  ${name}  ${basename(file)}  ${count(cells, 'cell')}`;
    return warning === null ? pair : `${pair}\n    Warning: ${warning}`;
  });
  const head = `Attached ${count(attached.length, 'label image')}.`;
  return {
    result: { ...added, attached },
    text: (added === nothingAdded ? '' : outcome.text) + [head, ...lines].join('\n') + '\n',
    failed: [...added.failures, ...failures],
  };
}
