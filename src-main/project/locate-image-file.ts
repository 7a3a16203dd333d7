import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, parse, relative, resolve, sep } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { ImageFile } from '../contract/project-files.ts';
import type { Project } from './project.ts';
import { isWithin } from './resolve-inside.ts';

/** The path of a file from the project folder: relative with forward slashes, if possible. */
export function pathFromProject(folder: string, file: string): string {
  const path = relative(folder, file);
  return isAbsolute(path) ? file : path.split(sep).join('/');
}

/**
 * Finds the file of an image. Its path from the project folder counts first, so that project and images can
 * move together. Then its last known path counts, so that the project can move alone. Ignores devices and
 * other computers.
 * @throws LacssError `file-not-found`, `path-not-granted`
 */
export async function locateImageFile(project: SourceReader, file: ImageFile): Promise<string> {
  const { folder } = project;
  let refused: string | null = null;
  for (const source of [file.path, file.lastSeenAt]) {
    if (isElsewhere(source, folder)) continue;
    const path = resolve(folder, source);
    // A link may lead there as well.
    const real = await realpath(path).catch(() => path);
    if (isOfKernel(real)) continue;
    const found = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (found && (await mayRead(project, real))) return path;
    if (found) refused = real;
  }
  if (refused !== null) {
    throw new LacssError('path-not-granted', `This project may not read images from ${dirname(refused)}.`, {
      subject: refused,
      remedy:
        'If you trust the project, allow this folder: open the project in the window, or add ' +
        '--allow-images FOLDER to the command.',
    });
  }
  throw new LacssError('file-not-found', `The image file ${file.path} is missing.`, {
    subject: file.lastSeenAt,
    remedy: 'Put it back, or find it by its content.',
    command: 'lacss add --relink FOLDER',
  });
}

/** The part of a project that decides where it may read images. */
export type SourceReader = Pick<Project, 'folder' | 'sources'>;

/** Inside the project it always may. Outside, only where a person allowed it. */
async function mayRead({ folder, sources }: SourceReader, real: string): Promise<boolean> {
  if (sources === null || sources.some((source) => isWithin(real, source))) return true;
  return isWithin(real, await realpath(folder));
}

/**
 * A network share or device path of Windows (`\\\\server\\share`, `\\\\?\\`). Allowed only on the project's
 * share.
 */
function isElsewhere(source: string, folder: string): boolean {
  if (!/^[\\/]{2}/.test(source)) return false;
  return (
    process.platform !== 'win32' || parse(source).root.toLowerCase() !== parse(folder).root.toLowerCase()
  );
}

/** The kernel's own folders, whose entries look like files but are none. */
function isOfKernel(path: string): boolean {
  return /^\/(proc|sys)\//.test(path);
}
