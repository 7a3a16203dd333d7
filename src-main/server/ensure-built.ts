import { spawn } from 'node:child_process';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { acquireLock } from '../project/acquire-lock.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** For how long a build of another program is waited for. */
const longestBuildMs = 600_000;

/** The output and the sources of each build. */
const builds = {
  page: {
    product: 'out/renderer/index.html',
    sources: ['src-renderer', 'src-main/contract'],
    package: 'vite',
    command: ['bin/vite.js', 'build', '--config', 'src-renderer/vite.config.ts', '--logLevel', 'warn'],
  },
  window: {
    product: 'out/main/index.js',
    sources: ['src-renderer', 'src-main'],
    package: 'electron-vite',
    command: ['bin/electron-vite.js', 'build', '--logLevel', 'warn'],
  },
  guide: {
    product: 'out/help/index.html',
    sources: ['docs', 'src-renderer/public'],
    package: 'vitepress',
    command: ['bin/vitepress.js', 'build', 'docs'],
  },
} as const;

/**
 * Builds the page, the page and the Electron entries, or the guide, if a source is newer than the last build.
 * Of several programs that start at once, one builds and the others wait.
 * @param root the checkout
 * @throws Error with the output of the build if it fails
 */
export async function ensureBuilt(
  what: keyof typeof builds,
  say: (line: string) => void,
  root: string = checkout,
): Promise<void> {
  if (await isBuilt(what, root)) return;
  await mkdir(join(root, 'out'), { recursive: true });
  const lock = await acquireLock(join(root, 'out', 'build.lock'), `building the ${what}`, longestBuildMs);
  try {
    if (await isBuilt(what, root)) return;
    say(`Building the ${what}. This is needed only after a change.`);
    await build(what, root);
  } finally {
    await lock.release();
  }
}

async function isBuilt(what: keyof typeof builds, root: string): Promise<boolean> {
  const { product, sources } = builds[what];
  const changed = await Promise.all(sources.map((folder) => newestBelow(join(root, folder))));
  return (await changedAt(join(root, product))) >= Math.max(...changed);
}

async function build(what: keyof typeof builds, root: string): Promise<void> {
  const { package: name, command } = builds[what];
  const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`));
  const [script, ...rest] = command;
  const child = spawn(process.execPath, [join(folder, script), ...rest], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // VitePress reports its progress as errors, so this is shown only if the build fails.
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise((resolve) => child.on('close', resolve).on('error', resolve));
  if (code !== 0) throw new Error(`The ${what} could not be built.\n${output}`);
}

async function newestBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  // The build itself writes the compiled catalogues.
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.endsWith('.wuchale'));
  const times = await Promise.all(files.map(({ parentPath, name }) => changedAt(join(parentPath, name))));
  return Math.max(0, ...times);
}

async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
