import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { commandReference } from '../../build/write-commands.ts';
import { makeProgram } from '../../src-main/cli/program.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(checkout, 'docs'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.md') && !name.startsWith('api'))
    .map((name) => join('docs', name)),
  join('workflows', 'Snakefile'),
];
const { scripts } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** What the command line would refuse in these words; `null` if nothing. Runs nothing. */
async function refusalOf(words: string[]): Promise<string | null> {
  const program = makeProgram('', () => Promise.resolve());
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  }
  try {
    await program.parseAsync(words, { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? null : `${error.code}: ${error.message}`;
  }
}

/** Words of a shell, with quotes, without a comment. */
function wordsOf(line: string): string[] {
  const text = line.replace(/\s#\s.*$/, '');
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

/** A command in running text may be shortened: the name of the verb, or an option without its value. */
const shortened = /^commander\.(missingArgument|optionMissingArgument|missingMandatoryOptionValue)/;

describe('the commands in documents', () => {
  test.each(pages)('of %s exist', async (page) => {
    const text = readFileSync(join(checkout, page), 'utf8');
    const refused: string[] = [];
    const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
    for (const line of blocks.flatMap((block) => block.split('\n'))) {
      const command = /^\s*(?:\$ )?(?:npx )?lacss (.+)$/.exec(line)?.[1];
      if (command === undefined) continue;
      const refusal = await refusalOf(wordsOf(command));
      if (refusal !== null) refused.push(`${line.trim()}: ${refusal}`);
    }
    const prose = text.replace(/^```\w*\n[\s\S]*?^```/gm, '');
    for (const [, inline] of prose.matchAll(/`(?:npx )?lacss ([^`]+)`/g)) {
      const command = inline!.replace(/\s+/g, ' ');
      if (command.includes('<verb>') || command.includes('…')) continue;
      const refusal = await refusalOf(wordsOf(command));
      if (refusal !== null && !shortened.test(refusal)) refused.push(`${command}: ${refusal}`);
    }
    const unknown = [...text.matchAll(/npm run ([\w:-]+)/g)]
      .map(([, script]) => script!)
      .filter((script) => scripts[script] === undefined);
    expect([...refused, ...unknown]).toEqual([]);
  });

  test('an unknown option and an unknown verb are found', async () => {
    expect(await refusalOf(['segment', '--no-such-option'])).toMatch(/unknownOption/);
    expect(await refusalOf(['no-such-verb'])).toMatch(/unknownCommand/);
  });

  test('the reference is up to date (npm run docs:commands)', () => {
    expect(readFileSync(join(checkout, 'docs', 'commands.md'), 'utf8')).toBe(commandReference());
  });
});
