import { expect, test } from 'vitest';
import { commandLineWords } from '../../src-main/shell/command-line-words.ts';

test.each([
  [
    ['lacss-studio', '--ozone-platform=headless', '--cli', '--', 'segment', '--json'],
    ['segment', '--json'],
  ],
  [
    ['lacss-studio', '.', '--cli', 'doctor', '--', 'x'],
    ['doctor', '--', 'x'],
  ],
  [['lacss-studio', '--cli'], []],
  [['lacss-studio', '/data/project'], null],
  [['lacss-studio', '--', '--cli'], null],
])('%j', (args, words) => {
  expect(commandLineWords(args)).toEqual(words);
});
