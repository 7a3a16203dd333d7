import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fuzzTargets } from './targets.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sources = join(root, 'src-main');

/** Functions named like readers that read no file or message. Each with its reason. */
const exempt: Record<string, string> = {
  unpackPart: 'unpacks a mask that was checked when it was read',
  readLevel: 'pixels of a source that `readImageGroup` opens',
  readChannels: 'pixels of a source that `readImageGroup` opens',
  readExamples: 'pixels of a source that `readImageGroup` opens',
  readProposals: 'tensors of the network',
  readLosses: 'tensors of the network',
  readStaticFile: 'files of the program itself; requests to it are attacked by `--host`',
};

interface Source {
  readers: string[];
  /** Imported files, each with the imported names. */
  imports: { file: string; names: string[] }[];
}

/** What a file exports as a reader, and what it imports; types do not count. */
function sourceOf(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const readers = [
    ...text.matchAll(/^export (?:async )?function\*? ((?:read|parse|decode|unpack)[A-Z]\w*)/gm),
  ].map(([, name]) => name!);
  const imports = [...text.matchAll(/^import \{([^}]*)\} from '(\.[^']*)';/gm)].map(([, names, from]) => ({
    file: resolve(dirname(path), from!),
    names: names!.split(',').flatMap((name) => {
      const plain = name.trim();
      return plain === '' || plain.startsWith('type ') ? [] : [plain.split(' as ')[0]!];
    }),
  }));
  return { readers, imports };
}

/** All readers that code reachable from the targets uses. */
function attackedReaders(): Set<string> {
  const used = new Set<string>();
  const seen = new Set<string>();
  const waiting = [join(root, 'test/fuzz/targets.ts')];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { file, names } of sourceOf(path).imports) {
      waiting.push(file);
      for (const name of names) used.add(`${relative(root, file)} ${name}`);
    }
  }
  return used;
}

function readersBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .flatMap((file) => {
      const path = join(folder, file);
      return sourceOf(path).readers.map((name) => `${relative(root, path)} ${name}`);
    });
}

test('every reader of the program is reached by a target of the fuzz test', () => {
  const attacked = attackedReaders();
  const all = readersBelow(sources);
  expect(all.length).toBeGreaterThan(50);
  for (const name of Object.keys(exempt))
    expect(all.some((reader) => reader.endsWith(` ${name}`))).toBe(true);
  const missing = all.filter((reader) => !attacked.has(reader) && !(reader.split(' ')[1]! in exempt));
  expect(missing).toEqual([]);
});

test('every format of cells has a target of its own, which reads it directly', () => {
  const targets = readFileSync(join(root, 'test/fuzz/targets.ts'), 'utf8');
  const own = readersBelow(join(sources, 'formats')).map((reader) => reader.split(' ')[1]!);
  // Parts of other formats.
  const inner = ['readPickle', 'decodeImageJRoi'];
  for (const name of own.filter((name) => !inner.includes(name))) expect(targets).toContain(`${name}(`);
  expect(fuzzTargets.length).toBeGreaterThan(25);
});
