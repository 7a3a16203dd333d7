import { exportFormats, exportFormatNames } from '../../contract/choices.ts';
import type { ExportFormat } from '../../contract/choices.ts';
import { Option } from 'commander';
import type { Command } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import type { Project } from '../../project/project.ts';
import { exportCells } from '../../tasks/results/export-cells.ts';
import type { ExportResult } from '../../tasks/results/export-cells.ts';
import { newestModel } from '../../tasks/models/newest-model.ts';
import type { CommonOptions, VerbResult } from '../run-verb.ts';
import { addVerb, allowImagesOption, count, numberBetween, projectOption, withProject } from '../verb.ts';
import type { ProjectOptions, VerbRunner } from '../verb.ts';

interface ExportOptions extends CommonOptions, ProjectOptions {
  project: string;
  model?: string;
  format?: ExportFormat[];
  output?: string;
  modelFile?: string;
  minScore?: number;
  all?: boolean;
}

export function addExport(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'export',
    'Write the cells found by a model for other programs, or the model itself as one file.',
    [
      'lacss export --format label-tiff csv',
      'lacss export field-7 --format imagej-rois --output rois/',
      'lacss export --model small-1 --model-file small-1.lacss',
    ],
  )
    .argument('[images...]', 'images by name (default: all with predictions)')
    .addOption(projectOption())
    .addOption(allowImagesOption())
    .option(
      '--model <name>',
      'a model of the project (default: the latest cells of each image; with --model-file the newest model)',
    )
    .addOption(
      new Option('--format <formats...>', 'one or more of the formats below').choices(exportFormatNames),
    )
    .option('--output <folder>', 'the folder for the files (default: exports/ in the project)')
    .option('--model-file <file>', 'write the model as one file, to share it')
    .option(
      '--min-score <score>',
      'leave out cells with a lower score, unless accepted in Review (default: as in Review)',
      numberBetween(0, 1),
    )
    .addOption(
      new Option('--all', 'all cells found, including cells that Review does not show').conflicts('minScore'),
    )
    .addHelpText(
      'after',
      [
        '',
        'Formats:',
        ...Object.entries(exportFormats).map(
          ([format, { name, extension, hint }]) => `  ${format.padEnd(14)} ${name} (${extension}). ${hint}.`,
        ),
      ].join('\n'),
    )
    .action(async (images: string[], options: ExportOptions) => {
      await run(options, (control) => {
        // Only exports into the project's own folder need a writable project.
        const access = options.output === undefined && options.modelFile === undefined ? 'write' : 'read';
        return withProject(options, { purpose: 'lacss export', access }, control, async (project) => {
          const { model, minScore, modelFile } = options;
          if (modelFile !== undefined)
            return exportModel(project, model ?? (await newestModel(project)), modelFile);
          if (options.format === undefined) throw noFormat();
          return outcomeOf(
            await exportCells(
              project,
              {
                formats: options.format,
                everyCell: options.all === true,
                ...(model === undefined ? {} : { model }),
                ...(minScore === undefined ? {} : { minScore }),
                ...(images.length > 0 ? { images } : {}),
                ...(options.output === undefined ? {} : { folder: options.output }),
              },
              control,
            ),
          );
        });
      });
    });
}

async function exportModel(project: Project, model: string, path: string): Promise<VerbResult> {
  await project.models.exportFile(model, path);
  return { result: { model, path }, text: `Wrote the model ${model} to ${path}.\n` };
}

function noFormat(): LacssError {
  return new LacssError('setting-invalid', 'No format was named.', {
    remedy: `Name one or more with --format: ${exportFormatNames.join(', ')}.`,
  });
}

function outcomeOf(result: ExportResult): VerbResult {
  const { files, cells, folder, leftOut } = result;
  const reasons = [
    ...(leftOut.rejected > 0 ? [`${leftOut.rejected} rejected in review`] : []),
    ...(leftOut.belowScore > 0 ? [`${leftOut.belowScore} below the minimum score`] : []),
  ];
  const rest = reasons.length === 0 ? '' : `Left out: ${reasons.join(', ')} (--all includes them).\n`;
  return {
    result,
    text: `Wrote ${count(files.length, 'file')} with ${count(cells, 'cell')} into ${folder}.\n${rest}`,
    failed: result.failures,
  };
}
