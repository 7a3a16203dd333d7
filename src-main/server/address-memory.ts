import { chmod, lstat, mkdir, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { positiveCountSchema } from '../contract/numbers.ts';
import { isProcessAlive, processStartMark } from '../project/process-identity.ts';
import { jsonText } from '../project/read-json.ts';
import { writeFileAtomically } from '../project/write-file-atomically.ts';

const addressSchema = z.strictObject({
  pid: positiveCountSchema,
  startMark: z.string().nullable(),
  at: z.iso.datetime(),
  port: z.int().min(1).max(65535),
  secret: z.string().length(43),
});

/** What open pages need to recognise their host. Without the token, which ends with the host. */
export interface Address {
  port: number;
  secret: string;
}

/**
 * The addresses of this account's hosts, one file of mode 0600 each. A clean end removes the file. After a
 * crash or a power cut the next host takes over the address, and open pages recognise it by the secret.
 */
export class AddressMemory {
  readonly #folder: string;
  readonly #own: string;

  /** @param dataFolder the data folder of the application */
  constructor(dataFolder: string) {
    this.#folder = join(dataFolder, 'served');
    this.#own = join(this.#folder, `${process.pid}.json`);
  }

  /**
   * Takes the address of the last crashed host; `null` if there is none. The secret must not be used at
   * another port: a stranger at the old port could pass on the proofs of both sides.
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

  /** Saves the address while this process runs. If that fails, open pages do not survive a crash. */
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

/** Whether the process that wrote it still runs, and not another process with its number. */
function isHeld({ pid, startMark }: z.infer<typeof addressSchema>): boolean {
  return pid !== process.pid && isProcessAlive(pid) && processStartMark(pid) === startMark;
}

async function readAddress(path: string): Promise<z.infer<typeof addressSchema> | null> {
  try {
    // A file that others could read has no secret.
    if (process.platform !== 'win32' && ((await lstat(path)).mode & 0o077) !== 0) return null;
    return addressSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
