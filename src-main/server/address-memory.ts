import { chmod, lstat, mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isProcessAlive, processStartMark } from '../project/process-identity.ts';
import { jsonText } from '../project/read-json.ts';
import { writeFileAtomically } from '../project/write-file-atomically.ts';

const addressSchema = z.strictObject({
  pid: z.int().positive(),
  startMark: z.string().nullable(),
  at: z.iso.datetime(),
  port: z.int().min(1).max(65535),
  secret: z.string().length(43),
});

/** By what the pages that are open know their host. The token is not among it: that ends with the host. */
export interface Address {
  port: number;
  secret: string;
}

/**
 * The addresses of this account's hosts, one file of mode 0600 each. An ordinary end removes the file. After a crash or a power
 * cut the next host takes the address over, and the pages that are still open recognise it by the secret.
 */
export class AddressMemory {
  readonly #folder: string;
  readonly #own: string;

  /** @param dataFolder where the application's own memory is kept */
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'served');
    this.#own = join(this.#folder, `${process.pid}.json`);
  }

  /**
   * The address of the host that died last; `null` where none did. It is forgotten: whoever cannot listen at this port must not
   * use the secret elsewhere, since a stranger at the old port could pass the proofs of both sides on.
   * @param port only one of this port
   */
  async inherit(port?: number): Promise<Address | null> {
    const names = await readdir(this.#folder).catch((): string[] => []);
    const orphans: z.infer<typeof addressSchema>[] = [];
    for (const name of names) {
      const path = join(this.#folder, name);
      const found = await readAddress(path);
      if (found !== null && isHeld(found)) continue;
      await unlink(path).catch(() => undefined);
      if (found !== null) orphans.push(found);
    }
    const fitting = orphans.filter((orphan) => port === undefined || orphan.port === port);
    return fitting.sort((a, b) => b.at.localeCompare(a.at))[0] ?? null;
  }

  /** Remembers the address while this process lives. Where it cannot be written, the pages do not survive a crash. */
  async keep({ port, secret }: Address): Promise<void> {
    const startMark = processStartMark(process.pid);
    const address = { pid: process.pid, startMark, at: new Date().toISOString(), port, secret };
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      .then(() => chmod(this.#folder, 0o700))
      .then(() => writeFileAtomically(this.#own, jsonText(address), 0o600))
      .catch(() => undefined);
  }

  async forget(): Promise<void> {
    await unlink(this.#own).catch(() => undefined);
  }
}

/** Whether the process that wrote it still runs, rather than another that got its number. */
function isHeld({ pid, startMark }: z.infer<typeof addressSchema>): boolean {
  return pid !== process.pid && isProcessAlive(pid) && processStartMark(pid) === startMark;
}

async function readAddress(path: string): Promise<z.infer<typeof addressSchema> | null> {
  try {
    // What others could read is no secret.
    if (process.platform !== 'win32' && ((await lstat(path)).mode & 0o077) !== 0) return null;
    return addressSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
