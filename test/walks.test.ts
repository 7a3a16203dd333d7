import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** The three walks of CONTRIBUTING.md, checked against the sources. */
const limits = [15, 12, 12];

interface Step {
  /** `segmentProject`, `Segmenter.run` or `annotationEdits['foreground.pick']`. */
  name: string;
  /** Whether a message or an entry of a process is between this step and the one before. */
  isElsewhere: boolean;
}

interface Walk {
  title: string;
  count: number;
  steps: Step[];
}

function readWalks(): Walk[] {
  const [, section = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split('**Three walks**');
  const [list = ''] = section.split('\n\n').filter((part) => part.startsWith('- '));
  return list.split(/^- /m).flatMap((text) => {
    const head = /^\*(.+)\* \((\d+)\): /.exec(text);
    if (head === null) return [];
    const [all, title = '', count] = head;
    const [path = ''] = text.slice(all.length).split(/`\.(?:\s|$)/);
    const found = [...`${path}\``.matchAll(/(⇢)?\s*`([^`]+)`/g)];
    const steps = found.map(([, sign, name = '']) => ({ name, isElsewhere: sign !== undefined }));
    return [{ title, count: Number(count), steps }];
  });
}

const sources = ['src-main', 'src-renderer'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(folder, path), 'utf8')),
);

/** The source without its imports. */
function bodyOf(source: string): string {
  return source.replace(/^import [^;]+;$/gm, '');
}

/** The file that declares a step. */
function declarationOf(name: string): string | undefined {
  const [, owner = '', member = ''] = /^(\w+)(?:\.|\[')?([\w.]*)/.exec(name) ?? [];
  return sources.find((source) => {
    if (member === '') return new RegExp(`^export (?:async )?function\\*? ${owner}\\b`, 'm').test(source);
    const holder = new RegExp(`^(?:export )?(?:class|interface|const) ${owner}\\b`, 'm').exec(source);
    const key = member.replaceAll('.', '\\.');
    return (
      holder !== null && new RegExp(`^\\s+(?:async )?'?${key}'?[(<:]`, 'm').test(source.slice(holder.index))
    );
  });
}

/** Whether a source calls a step. */
function isCalledIn(source: string, name: string): boolean {
  const called = name.includes('.') && !name.includes('[') ? `\\.${name.split('.')[1]}` : `\\b${name}`;
  return new RegExp(`${called}[(<]`).test(
    bodyOf(source).replace(new RegExp(`(?:function\\*?|class) ${name}\\b`), ''),
  );
}

describe.each(readWalks().map((walk, index) => ({ ...walk, limit: limits[index] })))(
  '$title',
  ({ count, steps, limit }) => {
    test('has the stated number of functions, and no more than a reader can follow', () => {
      expect(steps).toHaveLength(count);
      expect(count).toBeLessThanOrEqual(limit!);
    });

    test('each function exists, and one before it calls it', () => {
      const files = steps.map(({ name }) => declarationOf(name));
      for (const [index, { name, isElsewhere }] of steps.entries()) {
        expect({ name, isFound: files[index] !== undefined }).toEqual({ name, isFound: true });
        if (index === 0 || isElsewhere) continue;
        const isCalled = files.slice(0, index).some((file) => isCalledIn(file!, name));
        expect({ name, isCalled }).toEqual({ name, isCalled: true });
      }
    });
  },
);

test('the files where a newcomer looks (docs/decisions) exist', () => {
  const [, table = ''] = readFileSync('docs/decisions/README.md', 'utf8').split('## Where a newcomer looks');
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && line.includes('`'));
  const named = rows.flatMap((row) => [...row.matchAll(/`([\w/.-]+\.ts)`/g)].map(([, path = '']) => path));
  const paths = ['src-main', 'src-renderer'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }),
  );
  expect(rows.length).toBeGreaterThan(12);
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !paths.some((path) => `/${path}`.endsWith(`/${name}`)))).toEqual([]);
});

test('there are three walks', () => {
  expect(readWalks()).toHaveLength(3);
});
