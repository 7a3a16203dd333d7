import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { systemCode } from '../project/file-error.ts';
import { isWithin } from '../project/resolve-inside.ts';

/**
 * The files and folders a person has let the windows use: chosen in a dialog, dropped on a window, listed below a root. A
 * granted folder grants what is in it. A window that names any other path is refused, and so is one that leads
 * elsewhere by a symbolic link: what counts is where a path really ends, when it is granted and when it is used.
 */
export class PathGrants {
  /** Real paths. */
  readonly #granted = new Set<string>();

  /** Lets windows use these paths from now on. */
  grant(...paths: string[]): void {
    for (const path of paths) this.#granted.add(realPath(resolve(path)));
  }

  /**
   * The path, without detours.
   * @throws LacssError `path-not-granted`
   */
  require(path: string): string {
    const wanted = resolve(path);
    if (isAbsolute(path) && !path.includes('\0')) {
      const real = realPath(wanted);
      for (const granted of this.#granted) {
        if (isWithin(real, granted)) return wanted;
      }
    }
    throw new LacssError('path-not-granted', `${path} was not chosen by a person.`, {
      subject: path,
      remedy:
        'Choose the file or folder with the Open button, or drop it on the window. A link that leads out of the ' +
        'folders you may use is not followed: lacss serve --root FOLDER adds one.',
    });
  }
}

/** Where a path really ends; what does not exist yet ends where its folder does. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) return path;
    return join(realPath(dirname(path)), basename(path));
  }
}
