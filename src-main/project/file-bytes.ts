import { LacssError } from '../contract/errors.ts';
import type { RandomAccess } from '../imaging/source/random-access.ts';
import { fileError } from '../contract/file-error.ts';
import { openRegularFile, type OpenFile } from './open-regular-file.ts';

/** An unused file is closed after this time, ms: a process can open only a limited number of files. */
const idleMs = 200;
/** Bytes per read. The system reads at most 2 GiB at a time. */
const chunkBytes = 2 ** 28;

/**
 * Random access to a regular file of any size. The file is open only during reads. A file that changes in
 * between is refused, because earlier reads are no longer valid.
 *
 * @throws LacssError `file-not-found`, `file-unreadable`
 */
export async function fileBytes(path: string): Promise<RandomAccess> {
  const access = new FileBytes(path);
  await access.open();
  return access;
}

class FileBytes implements RandomAccess {
  readonly #path: string;
  #size = 0;
  #modifiedMs: number | null = null;
  #file: Promise<OpenFile> | null = null;
  #users = 0;
  #closing: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get size(): number {
    return this.#size;
  }

  async open(): Promise<void> {
    await this.#use(() => Promise.resolve());
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    if (offset < 0 || length < 0 || offset + length > this.#size) {
      return Promise.reject(
        new RangeError(`bytes ${offset} to ${offset + length}; expected at most ${this.#size}`),
      );
    }
    return this.#use(async ({ handle }) => {
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length;) {
        const wanted = Math.min(chunkBytes, length - filled);
        const { bytesRead } = await handle.read(bytes, filled, wanted, offset + filled);
        if (bytesRead === 0) throw this.#changed();
        filled += bytesRead;
      }
      return bytes;
    });
  }

  async #use<T>(work: (file: OpenFile) => Promise<T>): Promise<T> {
    this.#users++;
    clearTimeout(this.#closing);
    try {
      this.#file ??= this.#openChecked();
      return await work(await this.#file);
    } catch (error) {
      throw fileError(error, this.#path, 'read');
    } finally {
      this.#users--;
      if (this.#users === 0) this.#closing = setTimeout(() => this.#close(), idleMs).unref();
    }
  }

  async #openChecked(): Promise<OpenFile> {
    try {
      const file = await openRegularFile(this.#path);
      const { mtimeMs } = await file.handle.stat();
      const isSame = this.#modifiedMs === null || (mtimeMs === this.#modifiedMs && file.size === this.#size);
      if (!isSame) {
        await file.handle.close();
        throw this.#changed();
      }
      this.#modifiedMs = mtimeMs;
      this.#size = file.size;
      return file;
    } catch (error) {
      this.#file = null;
      throw error;
    }
  }

  #close(): void {
    const file = this.#file;
    this.#file = null;
    file?.then(({ handle }) => handle.close()).catch(() => undefined);
  }

  #changed(): LacssError {
    return new LacssError('file-unreadable', `${this.#path} changed while the program read it.`, {
      subject: this.#path,
      remedy: 'Wait until the other program has finished, and try again.',
    });
  }
}
