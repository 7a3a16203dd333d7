import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { terminalText } from '../contract/visible-text.ts';

const fileCount = 5;
const fileBytes = 1_000_000;

/**
 * A log of unexpected errors: `log/lacss.log` in the data folder, and four earlier files of 1 MB. Contains no
 * pixels. The home folder is written as `~`, project folders as `<project>`.
 */
export class ErrorLog {
  readonly path: string;
  readonly #folder: string;
  readonly #home: string;

  constructor(dataFolder: string, home: string = homedir()) {
    this.#folder = join(dataFolder, 'log');
    this.path = join(this.#folder, 'lacss.log');
    this.#home = home;
  }

  /**
   * Adds an entry, written at once because the process may end. Ignores a log that cannot be written.
   * @param what the name of the request or verb
   * @param projects folders whose names stay private
   */
  write(what: string, details: string, projects: readonly string[] = []): void {
    const text = terminalText(this.redact(details, projects)).slice(0, fileBytes / 10);
    const entry = `${new Date().toISOString()} ${what}\n${text}\n\n`;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#rotate(entry.length);
      appendFileSync(this.path, entry, { mode: 0o600 });
    } catch {
      // A full or read-only disk. The error itself is still shown.
    }
  }

  /** A text without the names of home and projects. */
  redact(text: string, projects: readonly string[] = []): string {
    const names = projects.map((folder) => [folder, '<project>'] as const);
    return [...names, [this.#home, '~'] as const].reduce(
      (redacted, [name, instead]) => (name.length > 1 ? redacted.replaceAll(name, instead) : redacted),
      text,
    );
  }

  #rotate(moreBytes: number): void {
    if ((statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) + moreBytes <= fileBytes) return;
    for (let age = fileCount - 2; age >= 0; age -= 1) {
      const from = this.#aged(age);
      if (statSync(from, { throwIfNoEntry: false }) !== undefined) renameSync(from, this.#aged(age + 1));
    }
  }

  #aged(age: number): string {
    return age === 0 ? this.path : join(this.#folder, `lacss.${age}.log`);
  }
}
