import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

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
    sources: ['docs'],
    package: 'vitepress',
    command: ['bin/vitepress.js', 'build', 'docs'],
  },
} as const;

/**
 * Builds the page, the page and the Electron entries, or the guide, if a source is newer than the last build.
 * @throws Error with the output of the build if it fails
 */
export async function ensureBuilt(what: keyof typeof builds, say: (line: string) => void): Promise<void> {
  const { product, sources, package: name, command } = builds[what];
  const built = await changedAt(join(checkout, product));
  const changed = await Promise.all(sources.map((folder) => newestBelow(join(checkout, folder))));
  if (built >= Math.max(...changed)) return;
  say(`Building the ${what}. This is needed only after a change.`);
  const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const [script, ...rest] = command;
  const child = spawn(process.execPath, [join(folder, script), ...rest], {
    cwd: checkout,
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
  const files = entries.filter((entry) => entry.isFile());
  const times = await Promise.all(files.map(({ parentPath, name }) => changedAt(join(parentPath, name))));
  return Math.max(0, ...times);
}

async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
