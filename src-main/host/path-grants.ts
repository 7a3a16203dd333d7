import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { systemCode } from '../contract/file-error.ts';
import { isWithin } from '../project/resolve-inside.ts';

/**
 * The files and folders that windows may use: chosen in a dialog, dropped on a window, or listed below a
 * root. A granted folder grants its contents. Any other path is refused. Symbolic links are resolved, both
 * when a path is granted and when it is used.
 */
export class PathGrants {
  /** Real paths. */
  readonly #granted = new Set<string>();

  /** Grants these paths. */
  grant(...paths: string[]): void {
    for (const path of paths) this.#granted.add(realPath(resolve(path)));
  }

  /** All granted files and folders, by their real paths. */
  all(): string[] {
    return [...this.#granted];
  }

  /** Whether a real path is granted. */
  covers(real: string): boolean {
    return this.all().some((granted) => isWithin(real, granted));
  }

  /**
   * The real path.
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
    throw new LacssError('path-not-granted', `You have not chosen ${path} in this program.`, {
      subject: path,
      remedy:
        'Choose the file or folder with the Open button, or drop it on the window. A link that leads out of the ' +
        'folders you may use is not followed: lacss serve --root FOLDER adds one.',
    });
  }
}

/** The real path; of a file that does not exist yet, that of its folder. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) return path;
    return join(realPath(dirname(path)), basename(path));
  }
}
