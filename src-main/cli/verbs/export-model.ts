import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { StoredModel } from '../../project/model-file.ts';
import { loadModelFrom } from '../../project/model-store.ts';
import { exportOnnx } from '../../tasks/models/export-onnx.ts';
import type { ExportOnnxResult } from '../../tasks/models/export-onnx.ts';
import type { CommonOptions, VerbResult, VerbControl } from '../run-verb.ts';
import { addVerb, count, projectOption, withProject } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';

interface ExportModelOptions extends CommonOptions {
  project: string;
  author?: string[];
  licence?: string;
}

export function addExportModel(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'export-model',
    'Write a model as ONNX for other programs, with a description for bioimage.io.',
    [
      'lacss export-model small-1 for-others/',
      'lacss export-model colonies.lacss for-others/ --author "A. Miller" --licence CC-BY-4.0',
    ],
  )
    .argument('<model>', 'a model of the project by name, or a model file or folder')
    .argument('<folder>', 'the folder for the files')
    .addOption(projectOption())
    .option('--author <names...>', 'authors of the model')
    .option('--licence <identifier>', 'licence of the model, an identifier of https://spdx.org/licenses')
    .action(async (model: string, folder: string, options: ExportModelOptions) => {
      await run(options, async (control) => {
        const { author: authors = [], licence = null } = options;
        const stored = await storedModel(model, options.project, control);
        return outcomeOf(await exportOnnx({ stored, folder, authors, licence }, control), options);
      });
    });
}

/** The model in the file or folder of that name, or that of the project. */
function storedModel(model: string, projectFolder: string, control: VerbControl): Promise<StoredModel> {
  if (existsSync(model)) return loadModelFrom(model);
  return withProject(
    { project: projectFolder },
    { purpose: 'lacss export-model', access: 'read' },
    control,
    (project) => project.models.load(model),
  );
}

function outcomeOf(result: ExportOnnxResult, { author, licence }: ExportModelOptions): VerbResult {
  const missing = [
    ...(author === undefined ? ['an author (--author)'] : []),
    ...(licence === undefined ? ['a licence (--licence)'] : []),
  ];
  const wish = missing.length === 0 ? '' : `For bioimage.io, add ${missing.join(' and ')}.\n`;
  return {
    result,
    text: `Wrote ${result.model} as ${count(result.files.length, 'file')} into ${result.folder}.\n${wish}`,
  };
}
