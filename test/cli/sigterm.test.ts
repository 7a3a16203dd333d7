import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { shippedModelPath } from '../../src-main/project/load-shipped-model.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { foreground } from '../../src-main/tasks/foreground/foreground.ts';
import { locate } from '../../src-main/tasks/locations/locate.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { control, smallProject } from '../tasks/small-project.ts';

const entry = fileURLToPath(new URL('../../src-main/cli.ts', import.meta.url));

/**
 * Ten times the two seconds that are promised: a guard against a hang, on a machine that does other things
 * too.
 */
const longestMs = 20_000;

/** Starts a verb, ends it once it says that it is at work, and answers how it ended. */
async function terminate(sign: RegExp, ...args: string[]): Promise<NodeJS.Signals | number> {
  const child = spawn(process.execPath, ['--import', 'tsx', entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (sign.test(said)) resolve();
    };
    child.stderr.on('data', listen);
    child.stdout.on('data', listen);
    void exit.then(() => reject(new Error(`It ended by itself, having said: ${said}`)));
  });
  child.kill('SIGTERM');
  const guard = setTimeout(() => child.kill('SIGKILL'), longestMs);
  const [code, signal] = await exit;
  clearTimeout(guard);
  return signal ?? code!;
}

test.skipIf(process.platform === 'win32')(
  'SIGTERM ends train, segment and serve, and leaves a project that opens',
  async () => {
    const folder = temporaryFolder();
    const project = await smallProject(folder, 3);
    await foreground(project, { choice: { kind: 'best' } }, control);
    await locate(project, { choice: { kind: 'difference-of-gaussians' } }, control);
    const model = await new ModelStore(project.path('models')).importFile(shippedModelPath);
    await project.close();
    const where = ['-p', project.folder];
    expect(await terminate(/Training/, 'train', '--steps', '100000', ...where)).toBe('SIGTERM');
    expect(await terminate(/Segmenting/, 'segment', '--again', '--model', model, ...where)).toBe('SIGTERM');
    expect(await terminate(/runs at/, 'serve', '--no-open', ...where)).not.toBe('SIGKILL');
    await (await openProject(project.folder, { purpose: 'test' })).close();
    expect(existsSync(join(project.folder, 'project.lock'))).toBe(false);
  },
  300_000,
);
