import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeProgram } from '../../src-main/cli/program.ts';
import { dataFolder } from '../../src-main/project/data-folder.ts';
import { allowSources } from '../../src-main/project/image-sources.ts';
import { makeForegrounds } from '../../src-main/tasks/foreground/make-foregrounds.ts';
import { locateCells } from '../../src-main/tasks/locations/locate-cells.ts';
import { hasPipes, makePipe } from '../fixtures/make-pipe.ts';
import { lacss } from '../fixtures/run-lacss.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { control, smallProject } from '../tasks/small-project.ts';

const program = makeProgram('1.2.3', () => Promise.resolve());

/** The range that a number option states when it refuses a word; `null` for other options. */
function rangeOf({ parseArg }: Option): [number, number] | null {
  try {
    parseArg?.('a word', undefined);
  } catch (error) {
    const found = /^Give a number from (\S+) to (\S+)\.$/.exec((error as Error).message);
    if (found !== null) return [Number(found[1]), Number(found[2])];
  }
  return null;
}

const numeric = program.commands.flatMap((command) =>
  command.options.flatMap((option) => {
    const range = rangeOf(option);
    return range === null ? [] : [{ command, option, range }];
  }),
);

/** A value for each argument that a verb requires. */
const argumentsOf = (command: Command): string[] =>
  command.registeredArguments.filter(({ required }) => required).map(() => 'nowhere');

const hostileNumbers = [
  '1e9',
  '-1e9',
  '0',
  '-0',
  '-1',
  '1e-400',
  '1e400',
  '-1e400',
  'NaN',
  'Infinity',
  'abc',
  ' ',
  '1,5',
  '0x',
  '1_000',
  '٣',
  '9'.repeat(400),
  '1e9\n',
];

describe('a number beyond the range of its option ends with 2 and a sentence', () => {
  test('options of numbers are found', () => expect(numeric.length).toBeGreaterThan(20));

  test.each(numeric.map((found) => [`${found.command.name()} ${found.option.long}`, found] as const))(
    '%s',
    async (_, { command, option, range: [low, high] }) => {
      for (const text of [...hostileNumbers, String(low - 1), String(high + 1)]) {
        const value = Number(text);
        if (text.trim() !== '' && value >= low && value <= high) continue;
        const { exitCode, err } = await lacss(command.name(), ...argumentsOf(command), option.long!, text);
        expect.soft({ text, exitCode }).toEqual({ text, exitCode: 2 });
        expect.soft(err, text).toMatch(/(argument|option) .* (is invalid. Give a .*number|is empty)/s);
      }
    },
  );
});

/** Words, numbers, paths and characters that no option expects. */
const hostileTexts = [
  '0',
  '-1',
  '1e9',
  'NaN',
  '1/0',
  '1e9/1e9',
  '../../x',
  'a pipe',
  '/proc/self/mem',
  'a\0b',
  'x'.repeat(5000),
  '\u001b[31m\u202e',
  '{"a":1}',
  '__proto__',
];

/** Parts of an error that only a programmer understands. */
const raw =
  /internal error|\bE[A-Z]{4,}\b|ERR_|Error:.*Error|\bundefined\b|\[object|^ {4}at |(Type|Range|Syntax)Error|Invalid typed|received/m;

const template = temporaryFolder();
beforeAll(async () => {
  const project = await smallProject(template, 1);
  await allowSources(dataFolder(), project, [join(template, 'images')]);
  await makeForegrounds(project, { choice: { kind: 'best' } }, control);
  await locateCells(project, { choice: { kind: 'difference-of-gaussians' } }, control);
  await project.close();
});

const home = process.cwd();
afterAll(() => process.chdir(home));

/** These compute for long, or until somebody ends them. They get a folder without a project. */
const long = new Set(['train', 'teach', 'segment', 'export-model']);
/** These make samples, start a host, or report on the machine. */
const others = new Set(['demo', 'serve', 'doctor']);

/** Runs a verb on its own project. People must understand its messages. */
async function expectWords(command: Command, args: string[]): Promise<void> {
  const folder = temporaryFolder();
  cpSync(template, folder, { recursive: true });
  mkdirSync(join(folder, 'empty'));
  const cwd = join(folder, 'here', 'below');
  mkdirSync(cwd, { recursive: true });
  process.chdir(cwd);
  if (hasPipes) makePipe('a pipe');
  const where = join(folder, long.has(command.name()) ? 'empty' : 'project');
  const hasProject = command.options.some(({ long: name }) => name === '--project');
  const { exitCode, err, out } = await lacss(command.name(), ...args, ...(hasProject ? ['-p', where] : []));
  const shown = { args: args.map((text) => text.slice(0, 40)), exitCode, err: err.slice(0, 600) };
  expect.soft(exitCode, JSON.stringify(shown)).not.toBe(1);
  expect.soft(err, JSON.stringify(shown)).not.toMatch(raw);
  for (const control of ['\0', '\u001b', '\u202e'])
    expect.soft((out + err).includes(control), JSON.stringify(shown)).toBe(false);
}

describe('a hostile text ends in a sentence, or in the work itself', () => {
  const verbs = program.commands.filter((command) => !others.has(command.name()));

  test.each(verbs.map((command) => [command.name(), command] as const))(
    '%s',
    async (_, command) => {
      const required = argumentsOf(command);
      const flags = command.options.filter(
        ({ required: takes, optional, long: name }) => (takes || optional) && name !== '--project',
      );
      for (const text of hostileTexts) {
        for (const { long: flag } of flags) await expectWords(command, [...required, `${flag}=${text}`]);
        if (command.registeredArguments.length > 0) await expectWords(command, ['--', text]);
      }
    },
    600_000,
  );
});

describe('the ends of a range compute', () => {
  const quick = numeric.filter(({ command }) => ['foreground', 'locate'].includes(command.name()));

  test.each(quick.map((found) => [`${found.command.name()} ${found.option.long}`, found] as const))(
    '%s',
    async (_, { command, option, range }) => {
      for (const end of range) await expectWords(command, ['--again', `${option.long}=${end}`]);
    },
    120_000,
  );
});
