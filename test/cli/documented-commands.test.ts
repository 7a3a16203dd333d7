import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandReference } from '../../build/write-commands.ts';
import { blockCommands, isShortened, pages, proseCommands, refusalOf, textOf } from './documents.ts';

const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };

describe('the commands in documents', () => {
  test.each(pages)('of %s exist', async (page) => {
    const refused: string[] = [];
    for (const command of blockCommands(page)) {
      const refusal = await refusalOf(command);
      if (refusal !== null) refused.push(`${command}: ${refusal}`);
    }
    for (const command of proseCommands(page)) {
      const refusal = await refusalOf(command);
      if (refusal !== null && !isShortened(refusal)) refused.push(`${command}: ${refusal}`);
    }
    const unknown = [...textOf(page).matchAll(/npm run ([\w:-]+)/g)].flatMap(([, script = '']) =>
      scripts[script] === undefined ? script : [],
    );
    const experiments = [...textOf(page).matchAll(/npm run experiment -- ([a-z][\w-]*)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !existsSync(join('test', 'experiments', `${name}.json`)));
    expect([...refused, ...unknown, ...experiments]).toEqual([]);
  });

  test('an unknown option and an unknown verb are found', async () => {
    expect(await refusalOf('segment --no-such-option')).toMatch(/unknownOption/);
    expect(await refusalOf('no-such-verb')).toMatch(/unknownCommand/);
  });

  test('the reference is up to date (npm run docs:commands)', () => {
    expect(textOf('docs/commands.md')).toBe(commandReference());
  });
});
