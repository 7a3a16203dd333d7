import type { Command } from 'commander';
import { createProject } from '../../project/create-project.ts';
import { addVerb } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';
import type { CommonOptions } from '../run-verb.ts';

export function addNew(program: Command, run: VerbRunner): void {
  addVerb(program, 'new', 'Create an empty project.', [
    'lacss new colonies',
    'lacss new colonies --name "A431, March"',
  ])
    .argument('<folder>', 'the folder to create')
    .option('--name <name>', 'the name of the project (default: the name of the folder)')
    .action(async (folder: string, options: CommonOptions & { name?: string }) => {
      await run(options, async () => {
        const project = await createProject(folder, 'lacss new', options.name);
        await project.close();
        return {
          result: { folder: project.folder, name: project.manifest.name },
          text: `Created the project ${project.manifest.name} in ${project.folder}.\nNext: lacss add -p ${folder} IMAGES\n`,
        };
      });
    });
}
