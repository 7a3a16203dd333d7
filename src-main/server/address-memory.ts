import { chmod, mkdir, readdir, readFile, unlink } from 'node:fs/promises';
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
  token: z.string().min(16),
});

/** Where a host is listened for: what the pages that are open on it know. */
export interface Address {
  port: number;
  token: string;
}

/**
 * The addresses at which hosts of this account can be reached, one file each, readable by the account alone. An ordinary end
 * takes the file away, and with it the address; after a crash or a power cut the next host takes the address over, so that the
 * pages that are still open find it.
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
   * The address of the host that died last, which is then nobody else's; `null` where none did.
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

  /** Remembers the address for as long as this process lives; where that can't be written, a crash makes a new one. */
  async keep({ port, token }: Address): Promise<void> {
    const startMark = processStartMark(process.pid);
    const address = { pid: process.pid, startMark, at: new Date().toISOString(), port, token };
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      .then(() => chmod(this.#folder, 0o700))
      .then(() => writeFileAtomically(this.#own, jsonText(address)))
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
    return addressSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}
