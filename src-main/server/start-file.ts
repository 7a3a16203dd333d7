import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { chmod, mkdir, readdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeLifeMs } from './gate.ts';

/**
 * The start files: pages that lead a browser to an address with a one-time code. The address itself would stand in the list of
 * processes, which every user of the machine can read; of the file only the path does. Folder 0700, files 0600; on Windows the
 * user's profile keeps others out.
 */
export class StartFiles {
  readonly #folder: string;
  readonly #written = new Set<string>();
  readonly #removeAll = (): void => {
    for (const path of this.#written) rmSync(path, { force: true });
  };

  /** @param dataFolder where the application's own memory is kept */
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'start');
    // Also where the program ends at the second Ctrl-C.
    process.once('exit', this.#removeAll);
  }

  /** Writes a start file for an address; answers its path. @throws the system's error where it cannot be written */
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

  /** Removes what hosts that died have left: files older than any code. */
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

/** @param address made of letters that need no escape: a loopback address and base64url */
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
