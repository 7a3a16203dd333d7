import type { Command } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import { publishedLocationSettings } from '../../contract/project-files.ts';
import { locateCells } from '../../tasks/locations/locate-cells.ts';
import type { LocateParams, LocateResult, LocationChoice } from '../../tasks/locations/locate-cells.ts';
import { firstTenNames, imageTable } from '../first-ten.ts';
import type { CommonOptions, VerbResult } from '../run-verb.ts';
import { addVerb, allowImagesOption, count, numberBetween, projectOption, withProject } from '../verb.ts';
import type { ProjectOptions, VerbRunner } from '../verb.ts';

interface LocateOptions extends CommonOptions, ProjectOptions {
  project: string;
  sigmaPx?: number;
  sigmaUm?: number;
  threshold?: number;
  linear?: boolean;
  sigmaRatio?: number;
  prominence?: number;
  minDistance?: number;
  border?: number;
  published?: boolean;
  labels?: string | true;
  csv?: string;
  again?: boolean;
}

export function addLocate(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'locate',
    'Find one point per cell from the nuclei channel, from label images, or from tables.',
    [
      'lacss locate',
      'lacss locate --sigma-um 3.4',
      'lacss locate --published --sigma-px 6',
      'lacss locate --csv points/',
      'lacss locate --labels truth/ --again',
    ],
  )
    .argument('[images...]', 'images by name (default: all)')
    .addOption(projectOption())
    .addOption(allowImagesOption())
    .option(
      '--sigma-px <px>',
      'σ of the difference of Gaussians (default: estimated per image)',
      numberBetween(0.5, 200),
    )
    .option('--sigma-um <µm>', 'σ in µm, for images with a known pixel size', numberBetween(1e-3, 1e4))
    .option(
      '--threshold <factor>',
      'multiplies the automatic threshold: lower values find more points',
      numberBetween(0, 100),
    )
    .option('--linear', 'use the intensity, not its logarithm (the logarithm balances bright and dim nuclei)')
    .option(
      '--sigma-ratio <n>',
      'the larger σ in multiples of the smaller (default: 1.19)',
      numberBetween(1.01, 10),
    )
    .option(
      '--prominence <share>',
      'least drop between two maxima, as a share of the lower one (default: 0.15)',
      numberBetween(0, 0.99),
    )
    .option(
      '--min-distance <n>',
      'least distance between two points, in multiples of σ (default: 1)',
      numberBetween(0, 100),
    )
    .option(
      '--border <px>',
      'drop points nearer to the edge of the image (default: 0)',
      numberBetween(0, 10_000),
    )
    .option(
      '--published',
      'as in the paper: σ of 4.2 and 5 px, plain intensity, every local maximum; other options change it',
    )
    .option(
      '--labels [folder]',
      'use the centres of mass of the attached label images, or of those in a folder',
    )
    .option('--csv <folder>', 'tables with the columns y and x in px, with the names of the images')
    .option('--again', 'replace existing points (undo is possible)')
    .action(async (images: string[], options: LocateOptions) => {
      await run(options, (control) =>
        withProject(options, { purpose: 'lacss locate' }, control, async (project) =>
          outcomeOf(await locateCells(project, paramsOf(images, options), control), options),
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

function choiceOf(options: LocateOptions): LocationChoice {
  const { labels, csv, sigmaPx, sigmaUm, threshold, linear } = options;
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
      ...(options.published === true ? publishedLocationSettings : {}),
      ...(sigmaPx === undefined ? {} : { sigma: { px: sigmaPx } }),
      ...(sigmaUm === undefined ? {} : { sigma: { um: sigmaUm } }),
      ...(threshold === undefined ? {} : { thresholdFactor: threshold }),
      ...(linear === undefined ? {} : { logIntensity: !linear }),
      ...(options.sigmaRatio === undefined ? {} : { outerSigmaRatio: options.sigmaRatio }),
      ...(options.prominence === undefined ? {} : { prominence: options.prominence }),
      ...(options.minDistance === undefined ? {} : { minDistanceSigmas: options.minDistance }),
      ...(options.border === undefined ? {} : { borderPx: options.border }),
    },
  };
}

function outcomeOf(result: LocateResult, { quiet }: CommonOptions): VerbResult {
  const rows = result.done.map(({ name, count: found, sigmaPx, note }) => {
    const sigma = sigmaPx === null ? '' : `  σ ${sigmaPx.toFixed(1)} px`;
    return { text: `  ${name}  ${count(found, 'point')}${sigma}`, note };
  });
  const lines = [`Found points in ${count(rows.length, 'image')}.`, ...imageTable(rows, quiet)];
  if (result.kept.length > 0)
    lines.push(`Kept the points of: ${firstTenNames(result.kept)} (--again replaces them).`);
  return { result, text: lines.join('\n') + '\n', failed: result.failures };
}
