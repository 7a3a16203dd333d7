import { appendFile, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { CheckedParams, RequestResult } from '../contract/requests.ts';
import { fileError, systemCode } from '../contract/file-error.ts';
import { makeDroppedFolder } from '../tasks/images/dropped-folder.ts';

/** The most files in transfer at once; a page sends one after the other. */
const maxUnfinished = 16;
/** The largest file that can be dropped in a browser. Larger files are chosen by path. */
const maxFileBytes = 2 ** 30;

interface Unfinished {
  path: string;
  bytes: number;
}

/**
 * Files dropped on pages in a browser. They have no path, arrive in parts, and are kept while the host runs.
 */
export class DroppedFiles {
  #folder: Promise<string> | null = null;
  /** By number, the oldest first. */
  readonly #unfinished = new Map<number, Unfinished>();
  #next = 1;

  /**
   * Receives one part of a file. Returns the path with the last part.
   * @throws LacssError `request-invalid` for a file that is too large or unknown; `disk-full`,
   * `file-unwritable`
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
      throw new LacssError('request-invalid', `The program received only a part of ${name}.`, {
        subject: name,
        remedy: 'Drop it again.',
      });
    }
    try {
      file.bytes += bytes.length;
      if (file.bytes > maxFileBytes) {
        throw new LacssError('request-invalid', `${name} is larger than 1 GB.`, {
          subject: name,
          remedy: 'Add it with “Choose files”, which needs no copy.',
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

  /** Removes all files. Added files are already copied into their project. */
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

/**
 * Creates an empty file with this name in a new folder: dropped folders may contain files with the same name.
 */
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
