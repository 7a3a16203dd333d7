import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdir, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeLifeMs } from './gate.ts';

/**
 * Start files: pages that send a browser to an address with a one-time code. Every user of the computer can
 * read the list of processes, which then shows only the path of the file. Folder 0700, files 0600; on Windows
 * the user's profile protects them.
 */
export class StartFiles {
  readonly #folder: string;
  readonly #written = new Set<string>();
  readonly #removeAll = (): void => {
    for (const path of this.#written) rmSync(path, { force: true });
  };

  /** @param dataFolder the data folder of the application */
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'start');
    // Also after the second Ctrl-C.
    process.once('exit', this.#removeAll);
  }

  /**
   * Writes a start file for an address. Returns its path. @throws the system's error if it cannot be written
   */
  async write(address: string): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await chmod(this.#folder, 0o700);
    const path = join(this.#folder, `${randomBytes(8).toString('hex')}.html`);
    this.#written.add(path);
    await writeFile(path, pageFor(address), { flag: 'wx', mode: 0o600 });
    return path;
  }

  /** Removes a start file that was used or has expired. */
  async remove(path: string): Promise<void> {
    await unlink(path).catch(() => undefined);
    this.#written.delete(path);
  }

  /** Removes leftover files of crashed hosts: files older than any code. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#folder).catch((): string[] => [])) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => null);
      if (found !== null && Date.now() - found.mtimeMs > codeLifeMs)
        await unlink(path).catch(() => undefined);
    }
  }

  /** Removes all that are left. */
  close(): void {
    this.#removeAll();
    process.off('exit', this.#removeAll);
  }
}

/** @param address a loopback address and base64url, which need no escape */
function pageFor(address: string): string {
  return `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="referrer" content="no-referrer" />
  <meta http-equiv="refresh" content="0; url=${address}" />
  <title>LACSS Studio</title>
  <p>Opening LACSS Studio. If nothing happens, <a href="${address}">open it here</a>.</p>
</html>
`;
}
