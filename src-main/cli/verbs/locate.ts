import type { Command } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import { locate } from '../../tasks/locations/locate.ts';
import type { LocateParams, LocateResult, LocationChoice } from '../../tasks/locations/locate.ts';
import type { CommonOptions, Outcome } from '../run-verb.ts';
import { addVerb, count, numberBetween, projectOption, withProject } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';

interface LocateOptions extends CommonOptions {
  project: string;
  sigmaPx?: number;
  sigmaUm?: number;
  threshold?: number;
  linear?: boolean;
  labels?: string | true;
  csv?: string;
  again?: boolean;
}

export function addLocate(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'locate',
    'Find one location a cell, from the nuclei channel, from label images, or from tables.',
    [
      'lacss locate',
      'lacss locate --sigma-um 3.4',
      'lacss locate --csv points/',
      'lacss locate --labels truth/ --again',
    ],
  )
    .argument('[images...]', 'images by name (default: all)')
    .addOption(projectOption())
    .option(
      '--sigma-px <px>',
      'σ of the difference of Gaussians; estimated from each image otherwise',
      numberBetween(0.5, 200),
    )
    .option('--sigma-um <µm>', 'the same in µm, where the pixel size is known', numberBetween(1e-3, 1e4))
    .option(
      '--threshold <factor>',
      'multiplies the automatic threshold: less finds more',
      numberBetween(0, 100),
    )
    .option(
      '--linear',
      'work on the intensity itself, not on its logarithm, which finds dim nuclei beside bright ones',
    )
    .option('--labels [folder]', 'centres of mass in the images’ own label images, or in those of a folder')
    .option('--csv <folder>', 'tables with the columns y and x in px, called like the images')
    .option('--again', 'also for images that have locations; can be undone')
    .action(async (images: string[], options: LocateOptions) => {
      await run(options, (control) =>
        withProject(options.project, { purpose: 'lacss locate' }, control, async (project) =>
          outcomeOf(await locate(project, paramsOf(images, options), control)),
        ),
      );
    });
}

function paramsOf(images: string[], options: LocateOptions): LocateParams {
  return {
    choice: choiceOf(options),
    ...(images.length > 0 ? { images } : {}),
    again: options.again ?? false,
  };
}

function choiceOf({ labels, csv, sigmaPx, sigmaUm, threshold, linear }: LocateOptions): LocationChoice {
  if (sigmaPx !== undefined && sigmaUm !== undefined) {
    throw new LacssError('setting-invalid', 'σ is given both in px and in µm.', {
      remedy: 'Give one of the two.',
    });
  }
  if (csv !== undefined) return { kind: 'csv', folder: csv };
  if (labels !== undefined) return labels === true ? { kind: 'labels' } : { kind: 'labels', folder: labels };
  return {
    kind: 'difference-of-gaussians',
    settings: {
      ...(sigmaPx === undefined ? {} : { sigma: { px: sigmaPx } }),
      ...(sigmaUm === undefined ? {} : { sigma: { um: sigmaUm } }),
      ...(threshold === undefined ? {} : { thresholdFactor: threshold }),
      ...(linear === undefined ? {} : { logIntensity: !linear }),
    },
  };
}

function outcomeOf(result: LocateResult): Outcome {
  const lines = [`Located cells in ${count(result.done.length, 'image')}.`];
  for (const { name, count: found, sigmaPx } of result.done) {
    const sigma = sigmaPx === null ? '' : `  σ ${sigmaPx.toFixed(1)} px`;
    lines.push(`  ${name}  ${count(found, 'location')}${sigma}`);
  }
  if (result.kept.length > 0)
    lines.push(`Left as they were: ${result.kept.join(', ')} (--again makes them anew).`);
  return { result, text: lines.join('\n') + '\n', failed: result.failures };
}
