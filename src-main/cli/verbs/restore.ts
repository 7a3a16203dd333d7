import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ManifestCopy } from '../../contract/project-files.ts';
import { listManifestCopies, restoreProject } from '../../project/manifest-copies.ts';
import { formatTable } from '../format-table.ts';
import type { CommonOptions, VerbResult } from '../run-verb.ts';
import { addVerb, count, projectOption } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';

/** Why each kind of copy was saved. */
const kinds: Record<ManifestCopy['kind'], string> = {
  recent: 'saved during work',
  migrated: 'saved before a program update',
  replaced: 'saved before a restore',
};

export function addRestore(program: Command, run: VerbRunner): void {
  addVerb(
    program,
    'restore',
    'List the earlier versions of a project, or restore one. The current version is kept too.',
    ['lacss restore -p colonies', 'lacss restore -p colonies project-20261129T215641123Z-recent.json'],
  )
    .argument('[copy]', 'the copy to restore, as named in the list')
    .addOption(projectOption())
    .action(async (copy: string | undefined, options: CommonOptions & { project: string }) => {
      await run(options, () => (copy === undefined ? list(options.project) : restore(options.project, copy)));
    });
}

async function list(folder: string): Promise<VerbResult> {
  const copies = await listManifestCopies(folder);
  const rows = copies.map(({ id, at, kind, images }) => [
    id,
    new Date(at).toLocaleString('sv-SE'),
    images === null ? 'cannot be read' : count(images, 'image'),
    kinds[kind],
  ]);
  const text =
    copies.length === 0
      ? 'There are no earlier versions yet.\n'
      : `${formatTable(['copy', 'used until', 'contains', 'reason'], rows)}\nRestore one with: lacss restore -p ${folder} COPY\n`;
  return { result: { folder: resolve(folder), copies }, text };
}

async function restore(folder: string, copy: string): Promise<VerbResult> {
  await restoreProject(folder, copy, 'lacss restore');
  return {
    result: { folder: resolve(folder), restored: copy },
    text: `Restored ${copy} as project.json. The version before is kept: lacss restore -p ${folder} lists it.\n`,
  };
}
