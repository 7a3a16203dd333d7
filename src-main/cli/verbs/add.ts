import type { Command } from 'commander';
import { add } from '../../workers/jobs/add.ts';
import type { AddParams, AddResult, ChannelChoice } from '../../workers/jobs/add.ts';
import type { CommonOptions, Outcome } from '../run-verb.ts';
import { addVerb, count, numberBetween, projectOption, withProject } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';

interface AddOptions extends CommonOptions {
  project: string;
  channelPattern?: string;
  cells?: string;
  nuclei?: string;
  pixelSize?: number;
  validation?: boolean;
}

export function addAdd(program: Command, run: VerbRunner): void {
  addVerb(program, 'add', 'Add images (TIFF, PNG) to a project. The files stay where they are.', [
    'lacss add images/',
    'lacss add -p colonies images/*.tif --cells membrane --nuclei DAPI --pixel-size 0.8',
    'lacss add images/ --channel-pattern "{channel}-{stem}.tif"',
  ])
    .argument('<paths...>', 'files, and folders that are searched with all below them')
    .addOption(projectOption())
    .option('--channel-pattern <pattern>', 'how file names tell the channel, as {stem}_{channel}.tif; guessed otherwise')
    .option('--cells <channel>', 'the channel that shows the cells, by name or number from 1; guessed otherwise')
    .option('--nuclei <channel>', 'the channel that shows the nuclei, or "none"; guessed otherwise')
    .option('--pixel-size <µm>', 'width of a pixel, where the files hold none', numberBetween(1e-4, 1e4))
    .option('--validation', 'keep these images out of training, to judge the model by')
    .action(async (paths: string[], options: AddOptions) => {
      await run(options, (control) =>
        withProject(options.project, { purpose: 'lacss add' }, async (project) =>
          outcomeOf(await add(project, paramsOf(paths, options), control)),
        ),
      );
    });
}

function paramsOf(paths: string[], options: AddOptions): AddParams {
  return {
    paths,
    ...(options.channelPattern === undefined ? {} : { channelPattern: options.channelPattern }),
    ...(options.pixelSize === undefined ? {} : { pixelSizeUm: options.pixelSize }),
    validation: options.validation ?? false,
    roles: {
      ...(options.cells === undefined ? {} : { cells: channelOf(options.cells) }),
      ...(options.nuclei === undefined ? {} : { nuclei: channelOf(options.nuclei) }),
    },
  };
}

/** `2` is the second channel, `none` no channel, everything else a name. */
function channelOf(text: string): ChannelChoice {
  if (text.toLowerCase() === 'none') return null;
  return /^\d+$/.test(text) ? Number(text) - 1 : text;
}

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
      lines.push(`    has ${sizes.t} time points and ${sizes.z} planes; the first of each is used`);
    }
  }
  if (result.known.length > 0) lines.push(`In the project already: ${result.known.join(', ')}.`);
  if (result.labelFiles.length > 0) {
    lines.push(`Set aside as label images by their names: ${count(result.labelFiles.length, 'file')}.`);
  }
  return { result, text: lines.join('\n') + '\n', failed: result.failures };
}
