import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';

/** All files of the repository. */
const files = execFileSync('git', ['ls-files'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  .split('\n')
  .filter((path) => path !== '');

/** A name of a source or a page, with folders or without: `imaging/tiff/tags.ts`, `bench.md`. */
const named =
  /(?<![\w/.:~@{}*…<>-])((?:\.\.\/)*(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.(?:ts|svelte|md|py))(?![\w/])/g;

/** Files that a command writes. */
const written = new Set(['reports/NAME.md']);

function isThere(name: string): boolean {
  const path = name.replace(/^(?:\.\.\/)+/, '');
  return written.has(name) || files.some((file) => file === path || file.endsWith(`/${path}`));
}

function missingIn(text: string): string[] {
  return [...text.matchAll(named)].map(([, name = '']) => name).filter((name) => !isThere(name));
}

/** The comments of a source. */
function commentsOf(source: string): string {
  const found = source.match(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm) ?? [];
  return found.join('\n');
}

describe('files that texts name exist', () => {
  const pages = files.filter(
    (path) => path.endsWith('.md') && !['CHANGELOG.md', 'docs/third-party.md'].includes(path),
  );
  test.each(pages)('%s', (path) => {
    expect(missingIn(readFileSync(path, 'utf8'))).toEqual([]);
  });

  test('in comments of sources', () => {
    const sources = files.filter((path) => /^(?:src-main|src-renderer)\/.*\.(?:ts|svelte)$/.test(path));
    const missing = sources.flatMap((path) =>
      missingIn(commentsOf(readFileSync(path, 'utf8'))).map((name) => `${basename(path)}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test('a page that names a file that is not there is found', () => {
    expect(missingIn('See `imaging/tiff/no-such-file.ts`, `tags.ts` and `docs/accuracy.md`.')).toEqual([
      'imaging/tiff/no-such-file.ts',
    ]);
  });
});
