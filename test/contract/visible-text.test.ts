import { expect, test } from 'vitest';
import { imageEntrySchema } from '../../src-main/contract/project-files.ts';
import { shownName, terminalLine, terminalText } from '../../src-main/contract/visible-text.ts';

test.each([
  ['an escape sequence', 'a\u001b[2Jb', 'a\\u001b[2Jb', 'a�[2Jb'],
  ['an escape of one byte', 'a\u009b2Jb', 'a\\u009b2Jb', 'a�2Jb'],
  ['NUL', 'a\0b', 'a\\u0000b', 'a�b'],
  ['a return', 'done\rfailed', 'done\\u000dfailed', 'done�failed'],
  ['a right-to-left override', 'photo\u202egnp.exe', 'photo\\u202egnp.exe', 'photo�gnp.exe'],
  ['an isolate', 'a\u2067b', 'a\\u2067b', 'a�b'],
])('%s neither acts on a terminal nor stays in a name', (_, text, inTerminal, inName) => {
  expect(terminalText(text)).toBe(inTerminal);
  expect(terminalLine(text)).toBe(inTerminal);
  expect(shownName.parse(text)).toBe(inName);
});

test('lines stay lines in a text, and not in a line or a name; other letters stay', () => {
  expect(terminalText('a\nb')).toBe('a\nb');
  expect(terminalLine('a\nb')).toBe('a\\u000ab');
  expect(shownName.parse('a\nb')).toBe('a�b');
  for (const text of ['µm, 日本, العربية 12', 'plate 1/field-3']) {
    expect(terminalText(text)).toBe(text);
    expect(shownName.parse(text)).toBe(text);
  }
  // Valid inside JSON: the same text is read back.
  expect(JSON.parse(terminalText(JSON.stringify('a\u009bb')))).toBe('a\u009bb');
});

test('images and channels of a project that a stranger made have plain names', () => {
  const { name, channelNames } = imageEntrySchema.shape;
  expect(name.parse('a\nError: all lost')).toBe('a�Error: all lost');
  expect(channelNames.parse(['\u001b]0;owned\u0007'])).toEqual(['�]0;owned�']);
});
