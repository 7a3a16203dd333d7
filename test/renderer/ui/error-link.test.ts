import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { errorCodes } from '../../../src-main/contract/errors.ts';
import { errorPage } from '../../../src-renderer/ui/error-page.ts';
import { failedEntry } from '../../../src-renderer/ui/failed-entry.ts';

const window = fileURLToPath(new URL('../../../src-renderer/', import.meta.url));
const components = readdirSync(window, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.svelte'))
  .map((path) => ({
    path: path.replaceAll('\\', '/'),
    source: readFileSync(join(window, path), 'utf8'),
  }));

/** The mark of a thumbnail has no room for a link. The same image shows the error with it under Images. */
const isMark = 'stages/ImageBadges.svelte';

/** Whether a component writes the text of an error without the link to its section of the guide. */
function lacksLink({ path, source }: { path: string; source: string }): boolean {
  return (
    path !== isMark &&
    /\b(failure|obstacle|problem)\??\.message\b/.test(source) &&
    !source.includes('<ErrorLink')
  );
}

test('every error that the window shows has its link to the guide', () => {
  expect(components.filter(lacksLink).map(({ path }) => path)).toEqual([]);
  // `message` alone, taken out of an error, would not be seen above: it has a remedy then.
  const unseen = components.filter(({ source }) => /\bremedy\b/.test(source)).map(({ path }) => path);
  expect(
    unseen.filter((path) => path !== 'ui/FailureNotice.svelte' && path !== 'stages/train/TrainStage.svelte'),
  ).toEqual([]);
});

test('an error without a link is found', () => {
  expect(lacksLink({ path: 'stages/X.svelte', source: '<p>{failure.message}</p>' })).toBe(true);
  expect(lacksLink({ path: 'stages/X.svelte', source: '<p>{queue?.failure?.message}</p>' })).toBe(true);
});

test('the link leads to a section of the guide for every kind of error', () => {
  const guide = readFileSync(new URL('../../../docs/guide/errors.md', import.meta.url), 'utf8');
  const sections = [...guide.matchAll(/^## (.+)$/gm)].map(([, title]) => `help/guide/errors.html#${title}`);
  for (const code of errorCodes) expect(sections).toContain(errorPage(code));
});

test('a file that failed is listed with message, remedy and kind', () => {
  const failure = { code: 'disk-full', message: 'The disk is full.', remedy: 'Free some space.' } as const;
  expect(failedEntry('a.tif', failure, 'Not imported.')).toEqual({
    subject: 'a.tif',
    text: 'Not imported. The disk is full. Free some space.',
    code: 'disk-full',
  });
});
