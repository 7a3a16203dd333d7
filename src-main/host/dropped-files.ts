import { appendFile, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { CheckedParams, RequestResult } from '../contract/requests.ts';
import { fileError, systemCode } from '../project/file-error.ts';
import { makeDroppedFolder } from '../tasks/images/dropped-folder.ts';

/** Files that may be under way at once; a page sends one after the other. */
const maxUnfinished = 16;
/** The largest file that a browser may hand over. Larger ones are chosen by path. */
const maxFileBytes = 2 ** 30;

interface Unfinished {
  path: string;
  bytes: number;
}

/** The files dropped on pages in a browser, which know no path: they arrive in parts and are kept while the host runs. */
export class DroppedFiles {
  #folder: Promise<string> | null = null;
  /** By number, the oldest first. */
  readonly #unfinished = new Map<number, Unfinished>();
  #next = 1;

  /**
   * Takes one part of a file; answers its path with the last one.
   * @throws LacssError `request-invalid` for a file that is too large or unknown; `disk-full`, `file-unwritable`
   */
  async take({
    name,
    bytes,
    upload,
    last,
  }: CheckedParams<'host.upload'>): Promise<RequestResult<'host.upload'>> {
    const number = upload ?? (await this.#begin(name));
    const file = this.#unfinished.get(number);
    if (file === undefined) {
      throw new LacssError('request-invalid', `${name} was not received as a whole.`, {
        subject: name,
        remedy: 'Drop it again.',
      });
    }
    try {
      file.bytes += bytes.length;
      if (file.bytes > maxFileBytes) {
        throw new LacssError('request-invalid', `${name} is larger than 1 GB.`, {
          subject: name,
          remedy: 'Add it with “Choose files”, which does not copy it through the browser.',
        });
      }
      await appendFile(file.path, bytes).catch((error: unknown) => {
        throw fileError(error, file.path, 'write');
      });
    } catch (error) {
      await this.#drop(number);
      throw error;
    }
    if (last) this.#unfinished.delete(number);
    return { upload: number, path: last ? file.path : null };
  }

  /** Removes all. What was dropped and added has been copied into its project by then. */
  async close(): Promise<void> {
    if (this.#folder !== null) await rm(await this.#folder, { recursive: true, force: true });
  }

  async #begin(name: string): Promise<number> {
    this.#folder ??= makeDroppedFolder();
    const path = await freePath(await this.#folder, name);
    const number = this.#next++;
    this.#unfinished.set(number, { path, bytes: 0 });
    const [oldest] = this.#unfinished.keys();
    if (this.#unfinished.size > maxUnfinished) await this.#drop(oldest!);
    return number;
  }

  async #drop(number: number): Promise<void> {
    const path = this.#unfinished.get(number)?.path;
    this.#unfinished.delete(number);
    if (path !== undefined) await rm(path, { force: true });
  }
}

/** Makes an empty file of this name that takes no other's place: two folders of a drop may hold files of one name. */
async function freePath(folder: string, name: string): Promise<string> {
  for (let count = 1; ; count++) {
    const place = count === 1 ? folder : join(folder, `drop-${count}`);
    const path = join(place, name);
    try {
      await mkdir(place, { recursive: true });
      await (await open(path, 'wx')).close();
      return path;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw fileError(error, path, 'write');
    }
  }
}
