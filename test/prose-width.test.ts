import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** The width of the sources too, in `.prettierrc.json`. */
const widest = 110;

/** Pages that people write. Scripts write the others, with their results beside them. */
const pages = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && path !== 'docs/third-party.md')
  .filter((path) => !existsSync(path.replace(/\.md$/, '.json')));

/** Lines of prose that are too wide. Tables, headings, code and single commands are as wide as they are. */
function wideLines(page: string): string[] {
  const prose = page.replace(/^```[\s\S]*?^```/gm, '').replace(/^ *`[^`]*`[.,:]?$/gm, '');
  return prose.split('\n').filter((line) => line.length > widest && !/^[|#]/.test(line));
}

test('a wide line would be found', () => {
  const wide = 'word '.repeat(30);
  expect(wideLines(`| ${wide}|\n# ${wide}\n${wide}\n`)).toEqual([wide]);
});

test.each(pages)('the prose of %s is at most 110 characters wide', (path) => {
  expect(wideLines(readFileSync(path, 'utf8'))).toEqual([]);
});
