import { isAbsolute, resolve } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { isWithin } from '../project/resolve-inside.ts';

/**
 * The files and folders a person has let the windows use: chosen in a dialog, dropped on a window, listed below a root. A
 * granted folder grants what is in it. A window that names any other path is refused.
 */
export class PathGrants {
  readonly #granted = new Set<string>();

  /** Lets windows use these paths from now on. */
  grant(...paths: string[]): void {
    for (const path of paths) this.#granted.add(resolve(path));
  }

  /**
   * The path, without detours.
   * @throws LacssError `path-not-granted`
   */
  require(path: string): string {
    const wanted = resolve(path);
    if (isAbsolute(path) && !path.includes('\0')) {
      for (const granted of this.#granted) {
        if (isWithin(wanted, granted)) return wanted;
      }
    }
    throw new LacssError('path-not-granted', `${path} was not chosen by a person.`, {
      subject: path,
      remedy: 'Choose the file or folder with the Open button, or drop it on the window.',
    });
  }
}
