import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import type { ProjectManifest } from '../contract/project.ts';
import { holdFolder } from './held-folder.ts';
import { manifestName } from './manifest-name.ts';
import { readJson } from './read-json.ts';

const identitySchema = z.object({ createdAt: z.string() });

/**
 * Watches over the folder of a project that is open in this process: no write makes it again, or goes to another one in
 * its place. A project is known by the moment it was made, which its manifest keeps: a drive that comes back may
 * have other device numbers, and every change of the manifest gives the file another inode.
 * @returns what ends this
 * @throws LacssError `project-unreachable` where another project is open at this path
 */
export function holdProject(root: string, { createdAt }: ProjectManifest): Promise<() => void> {
  const path = join(root, manifestName);
  const isThisProject = async (): Promise<boolean> => {
    const found = identitySchema.safeParse(await readJson(path, 'project-damaged'));
    return found.data?.createdAt === createdAt;
  };
  return holdFolder(root, {
    isSame: async (isUnmoved) => (isUnmoved ? (await stat(path)).isFile() : isThisProject()),
    gone: (cause) =>
      new LacssError(
        'project-unreachable',
        `The folder of this project is gone, moved or replaced: ${root}.`,
        {
          subject: root,
          remedy: 'Put it back, or connect the drive it lies on. Your work goes on when it is there.',
          cause,
        },
      ),
  });
}
