import { execFile } from 'node:child_process';
import { cp, link, lstat, mkdir, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { extractAll } from '@electron/asar';

const run = promisify(execFile);
const checkout = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The bytes before the fuses in Electron's executable (@electron/fuses). The version and the number of fuses
 * follow.
 */
export const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseCount = 9;

/** What was packed, and where. */
export interface Package {
  /** The unpacked folder that electron-builder makes. */
  folder: string;
  /** A copy of the archive's content and the files beside it, in a folder outside the checkout. */
  extracted: string;
  /** The output of electron-builder. */
  log: string;
}

/**
 * Builds the package of this system in its own folder. Electron's runtime does not come from the registry, so
 * a file with the same fuses replaces its executable.
 */
export async function buildPackage(folder: string): Promise<Package> {
  const project = join(folder, 'project');
  await mkdir(project);
  for (const name of [
    'package.json',
    'package-lock.json',
    'electron-builder.yml',
    'LICENSE',
    'build',
    'resources',
  ]) {
    await cp(join(checkout, name), join(project, name), { recursive: true });
  }
  await linkFolder(await realpath(join(checkout, 'node_modules')), join(project, 'node_modules'));
  await run(
    process.execPath,
    [
      join(checkout, 'node_modules/electron-vite/bin/electron-vite.js'),
      'build',
      '--logLevel',
      'warn',
      '--outDir',
      join(project, 'out'),
    ],
    { cwd: checkout },
  );
  // `npm run build` makes the guide; test/e2e/guide.test.ts reads the real one.
  await mkdir(join(project, 'out/help'));
  await writeFile(join(project, 'out/help/index.html'), 'The guide.');

  const runtime = join(folder, 'runtime');
  await mkdir(join(runtime, 'locales'), { recursive: true });
  await mkdir(join(runtime, 'resources'));
  const on = Buffer.alloc(fuseCount, '1');
  const executable = Buffer.concat([
    Buffer.from(`#!/bin/sh\nexit 1\n${fuseSentinel}`),
    Buffer.of(1, fuseCount),
    on,
  ]);
  await writeFile(join(runtime, 'electron'), executable, { mode: 0o755 });
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak']) {
    await writeFile(join(runtime, name), 'stand-in');
  }

  const { stdout, stderr } = await run(
    process.execPath,
    [
      join(checkout, 'node_modules/electron-builder/cli.js'),
      '--linux',
      'dir',
      `-c.electronDist=${runtime}`,
      `-c.directories.output=${join(folder, 'dist')}`,
    ],
    { cwd: project, maxBuffer: 2 ** 24 },
  );
  const unpacked = join(folder, 'dist', 'linux-unpacked');
  const extracted = join(folder, 'extracted');
  extractAll(join(unpacked, 'resources', 'app.asar'), extracted);
  return { folder: unpacked, extracted, log: stdout + stderr };
}

/**
 * Copies a folder by hard links. Symbolic links stay links. Files are copied where hard links are not
 * possible.
 */
async function linkFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkFolder(source, target);
    else if ((await lstat(source)).isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target).catch(() => cp(source, target));
  }
}
