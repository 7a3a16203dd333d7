import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { makeProgram } from '../../src-main/cli/program.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { dataFolder } from '../../src-main/project/data-folder.ts';
import { allowSources } from '../../src-main/project/image-sources.ts';
import { makeForegrounds } from '../../src-main/tasks/foreground/make-foregrounds.ts';
import { locateCells } from '../../src-main/tasks/locations/locate-cells.ts';
import { familyOf, parentsOfAll } from '../fixtures/process-table.ts';
import { lacss } from '../fixtures/run-lacss.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { keepRowOfCells } from '../tasks/keep-row-of-cells.ts';
import { control, smallProject, writeFields } from '../tasks/small-project.ts';

const entry = fileURLToPath(new URL('../../src-main/cli.ts', import.meta.url));

/** Ten times the limit of two seconds: a guard against a hang, on a machine that also does other work. */
const longestMs = 20_000;

/** Starts a verb and ends it once it prints what `sign` waits for. Answers how it and its processes ended. */
async function terminate(sign: RegExp, args: string[]): Promise<NodeJS.Signals | number> {
  // The first message comes before the program itself is loaded.
  const hello = 'data:text/javascript,process.stderr.write("started\n")';
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', hello, entry, ...args], {
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
  const family = familyOf(child.pid!);
  child.kill('SIGTERM');
  const guard = setTimeout(() => child.kill('SIGKILL'), longestMs);
  const [code, signal] = await exit;
  clearTimeout(guard);
  const isAlive = (pid: number): boolean => parentsOfAll().has(pid);
  await vi.waitFor(() => expect(family.filter(isAlive)).toEqual([]), { timeout: longestMs, interval: 100 });
  return signal ?? code!;
}

/** How to call each verb, and what it prints once it is at work. */
const calls: Record<string, { args: (folder: string) => string[]; sign?: RegExp }> = {
  new: { args: (folder) => [join(folder, 'another')] },
  add: { args: (folder) => [join(folder, 'more')], sign: /Reading/ },
  foreground: { args: () => ['--again'], sign: /field-/ },
  locate: { args: () => ['--again'], sign: /field-/ },
  train: { args: () => ['--steps', '100000'], sign: /Training/ },
  segment: { args: () => ['--again'], sign: /Segmenting/ },
  merge: { args: (folder) => [join(folder, 'images')] },
  review: { args: () => ['list', 'field-1'] },
  teach: { args: () => ['--steps', '100000'], sign: /step|Teaching|lesson/i },
  evaluate: { args: (folder) => ['--truth', join(folder, 'truth')], sign: /field-|Judging/ },
  export: { args: () => ['--format', 'geojson'], sign: /field-/ },
  'export-model': { args: (folder) => [shippedModelPath, join(folder, 'onnx')] },
  restore: { args: () => [] },
  serve: { args: () => ['--no-open'], sign: /runs at/ },
  doctor: { args: () => [] },
  demo: { args: (folder) => [join(folder, 'demo')], sign: /sample/i },
};

describe.skipIf(process.platform === 'win32')('SIGTERM ends', () => {
  const template = temporaryFolder();

  beforeAll(async () => {
    const project = await smallProject(template, 4);
    await allowSources(dataFolder(), project, [join(template, 'images')]);
    await makeForegrounds(project, { choice: { kind: 'best' } }, control);
    await locateCells(project, { choice: { kind: 'difference-of-gaussians' } }, control);
    const model = await new ModelStore(project.path('models')).importFile(shippedModelPath);
    for (const { id } of project.manifest.images)
      await keepRowOfCells(project, id, { model, at: new Date(0).toISOString(), scores: [0.9, 0.8, 0.7] });
    await project.close();
    for (const { name } of project.manifest.images)
      await lacss('review', 'set', name, '1-3', 'accepted', '--project', project.folder);
    await writeFields(join(template, 'later'), 5);
    await rename(join(template, 'later', 'images'), join(template, 'more'));
  });

  test('every verb, by this table', () => {
    const program = makeProgram('1.2.3', () => Promise.resolve());
    expect(Object.keys(calls).sort()).toEqual(program.commands.map((command) => command.name()).sort());
  });

  test.each(Object.entries(calls))('%s, and leaves a project that opens', async (verb, { args, sign }) => {
    const folder = temporaryFolder();
    cpSync(template, folder, { recursive: true });
    const project = join(folder, 'project');
    const hasProject = !['new', 'merge', 'serve', 'doctor', 'demo'].includes(verb);
    const words = [verb, ...args(folder), ...(hasProject ? ['-p', project] : [])];
    const end = await terminate(sign ?? /started/, words);
    expect(end).not.toBe('SIGKILL');
    if (verb !== 'serve') expect(end).toBe('SIGTERM');
    await (await openProject(project, { purpose: 'test' })).close();
    expect(existsSync(join(project, 'project.lock'))).toBe(false);
  });
});
