import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { makeProgram } from '../../src-main/cli/program.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** The documents a reader may copy commands from, by their paths below the checkout. */
export const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(checkout, 'docs'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.md') && !name.startsWith('api'))
    .map((name) => join('docs', name)),
  join('workflows', 'Snakefile'),
];

const block = /^[ ]*```\w*\n([\s\S]*?)^[ ]*```/gm;

/** The text of a page. */
export function textOf(page: string): string {
  return readFileSync(join(checkout, page), 'utf8');
}

/** Command lines of the blocks of a page, without `npx`, prompt and comment, in their order. */
export function blockCommands(page: string): string[] {
  const lines = [...textOf(page).matchAll(block)].flatMap(([, text = '']) => text.split('\n'));
  return lines.flatMap(
    (line) =>
      /^\s*(?:\$ )?(?:npx )?lacss (.+?)\s*(?:\s#\s.*)?$/.exec(line)?.[1] ??
      /^\s*ssh .* && npx lacss (.+)'$/.exec(line)?.[1] ??
      [],
  );
}

/** Command lines in the running text of a page. */
export function proseCommands(page: string): string[] {
  const prose = textOf(page).replace(block, '');
  return [...prose.matchAll(/`(?:npx )?lacss ([^`]+)`/g)]
    .map(([, command = '']) => command.replace(/\s+/g, ' '))
    .filter((command) => !command.includes('<verb>') && !command.includes('…'));
}

/** The words of a command line as a shell splits them, with quotes. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

/** Why the command line would refuse a command; `null` if it would not. Runs nothing. */
export async function refusalOf(command: string): Promise<string | null> {
  const program = makeProgram('', () => Promise.resolve());
  for (const verb of [program, ...program.commands]) {
    verb.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  }
  try {
    await program.parseAsync(wordsOf(command), { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? null : `${error.code}: ${error.message}`;
  }
}

/** A command in running text may be shortened: the name of the verb, or an option without its value. */
export function isShortened(refusal: string): boolean {
  return /^commander\.(missingArgument|optionMissingArgument|missingMandatoryOptionValue)/.test(refusal);
}
