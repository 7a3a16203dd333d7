import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ensureBuilt } from '../../src-main/server/ensure-built.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

let root: string;
let said: string[];

/** A checkout with a builder that records each of its runs. */
beforeEach(() => {
  root = temporaryFolder();
  said = [];
  for (const folder of ['src-renderer', 'src-main/contract', 'node_modules/vite/bin']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  writeFileSync(join(root, 'src-renderer', 'app.ts'), '');
  writeFileSync(join(root, 'node_modules', 'vite', 'package.json'), '{"name": "vite"}');
  buildsWith(`mkdirSync('out/renderer', { recursive: true }); writeFileSync('out/renderer/index.html', '');`);
});

function buildsWith(code: string): void {
  const start = `const { appendFileSync, mkdirSync, writeFileSync } = require('fs');`;
  const note = `appendFileSync('runs', 'built\\n');`;
  writeFileSync(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), `${start} ${note} ${code}`);
}

const ensure = () => ensureBuilt('page', (line) => void said.push(line), root);
const runs = () => readFileSync(join(root, 'runs'), 'utf8').split('\n').length - 1;

test('of several programs that start at once, one builds', async () => {
  await Promise.all([ensure(), ensure(), ensure()]);
  expect(runs()).toBe(1);
  expect(said).toEqual(['Building the page. This is needed only after a change.']);
});

test('what is newer than its sources is not built again, what is older is', async () => {
  await ensure();
  await ensure();
  expect(runs()).toBe(1);
  const later = new Date(Date.now() + 60_000);
  utimesSync(join(root, 'src-renderer', 'app.ts'), later, later);
  await ensure();
  expect(runs()).toBe(2);
});

test('a build that fails says why, and the next one is tried', async () => {
  buildsWith(`console.error('a comma is missing'); process.exit(1);`);
  await expect(ensure()).rejects.toThrow('The page could not be built.\na comma is missing');
  buildsWith(`mkdirSync('out/renderer', { recursive: true }); writeFileSync('out/renderer/index.html', '');`);
  await ensure();
  expect(runs()).toBe(2);
});
