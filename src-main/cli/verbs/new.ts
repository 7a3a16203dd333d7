import type { Command } from 'commander';
import { createProject } from '../../project/create-project.ts';
import { addVerb } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';
import type { CommonOptions } from '../run-verb.ts';

export function addNew(program: Command, run: VerbRunner): void {
  addVerb(program, 'new', 'Make a new, empty project.', [
    'lacss new colonies',
    'lacss new colonies --name "A431, March"',
  ])
    .argument('<folder>', 'the folder to be made')
    .option('--name <name>', 'what the project is called (default: the folder’s name)')
    .action(async (folder: string, options: CommonOptions & { name?: string }) => {
      await run(options, async () => {
        const project = await createProject(folder, 'lacss new', options.name);
        await project.close();
        return {
          result: { folder: project.folder, name: project.manifest.name },
          text: `Made the project ${project.manifest.name} in ${project.folder}.\nNext: lacss add -p ${folder} IMAGES\n`,
        };
      });
    });
}
