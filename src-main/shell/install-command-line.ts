import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import { commandLineSwitch } from './command-line-words.ts';

/** Marks a script that a later installation may replace. */
const mark = '# The lacss command of LACSS Studio.';

/** What to install, and where. */
export interface CommandLineTool {
  /** The installed program. */
  program: string;
  /** Where the command goes: `~/.local/bin/lacss`. */
  path: string;
  platform: NodeJS.Platform;
  /** The PATH of the user's terminal. */
  searchPath: string;
}

/**
 * Writes the command `lacss`, which starts the installed program as a command line, into a folder of the
 * user. Needs no administrator. For Linux and macOS; the installer for Windows sets the PATH itself.
 * @returns a sentence for people: where the command is, and what else to do
 * @throws LacssError `file-unwritable` if another command has that name, or the folder is not writable
 */
export async function installCommandLine(tool: CommandLineTool): Promise<string> {
  const { program, path, platform, searchPath } = tool;
  const found = await readFile(path, 'utf8').catch(() => null);
  if (found !== null && !found.includes(mark)) {
    throw new LacssError('file-unwritable', 'Another command has the name lacss.', {
      subject: path,
      remedy: `Rename or remove ${path}, then try again.`,
    });
  }
  // Chromium on Linux looks for a screen unless told that there is none.
  const screen = platform === 'linux' ? ' --ozone-platform=headless' : '';
  const script = `#!/bin/sh\n${mark}\nexec ${quoted(program)}${screen} ${commandLineSwitch} -- "$@"\n`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, script, { mode: 0o755 });
    await chmod(path, 0o755);
  } catch (cause) {
    throw new LacssError('file-unwritable', 'The lacss command could not be written.', {
      subject: path,
      remedy: `Check that you may write to ${dirname(path)}.`,
      cause,
    });
  }
  const done = `You can now type lacss in a terminal. The command is ${path}.`;
  return searchPath.split(delimiter).includes(dirname(path))
    ? done
    : `${done} Add ${dirname(path)} to your PATH first.`;
}

/** Any text as one word of a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
