import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataFolder } from '../../src-main/project/data-folder.ts';
import { allowSources } from '../../src-main/project/image-sources.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { makeForegrounds } from '../../src-main/tasks/foreground/make-foregrounds.ts';
import { locateCells } from '../../src-main/tasks/locations/locate-cells.ts';
import { familyOf, parentsOfAll } from '../fixtures/process-table.ts';
import { judgeCells } from '../tasks/judge-cells.ts';
import { keepRowOfCells } from '../tasks/keep-row-of-cells.ts';
import { control, smallProject, writeFields } from '../tasks/small-project.ts';

const entry = fileURLToPath(new URL('../../src-main/cli.ts', import.meta.url));

/** Ten times the limit of two seconds: a guard against a hang, on a machine that also does other work. */
const longestMs = 20_000;

/**
 * Starts a verb and ends it once it prints what `sign` waits for. Answers how it ended, and how long it and
 * its processes took.
 */
async function terminate(
  sign: RegExp,
  args: string[],
): Promise<{ end: NodeJS.Signals | number; elapsedMs: number }> {
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
  const begun = performance.now();
  child.kill('SIGTERM');
  const guard = setTimeout(() => child.kill('SIGKILL'), longestMs);
  const [code, signal] = await exit;
  clearTimeout(guard);
  const isAlive = (pid: number): boolean => parentsOfAll().has(pid);
  while (family.some(isAlive)) {
    if (performance.now() - begun > longestMs)
      throw new Error(`Processes of ${args[0]} go on after it ended.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { end: signal ?? code!, elapsedMs: performance.now() - begun };
}

/** How to call each verb, and what it prints once it is at work. */
export const verbCalls: Record<string, { args: (folder: string) => string[]; sign?: RegExp }> = {
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

/** Makes a project in which every verb has work. */
export async function projectForVerbs(template: string): Promise<void> {
  const project = await smallProject(template, 4);
  await allowSources(dataFolder(), project, [join(template, 'images')]);
  await makeForegrounds(project, { choice: { kind: 'best' } }, control);
  await locateCells(project, { choice: { kind: 'difference-of-gaussians' } }, control);
  const model = await new ModelStore(project.path('models')).importFile(shippedModelPath);
  for (const { id } of project.manifest.images)
    await keepRowOfCells(project, id, { model, at: new Date(0).toISOString(), scores: [0.9, 0.8, 0.7] });
  for (const { id } of project.manifest.images) await judgeCells(project, id, [1, 2, 3], 'accepted');
  await project.close();
  await writeFields(join(template, 'later'), 5);
  await rename(join(template, 'later', 'images'), join(template, 'more'));
}

/** Runs a verb on a copy of the project, in `folder`, and ends it by SIGTERM. */
export function terminateVerb(
  verb: string,
  template: string,
  folder: string,
): Promise<{ end: NodeJS.Signals | number; elapsedMs: number }> {
  const { args, sign } = verbCalls[verb]!;
  cpSync(template, folder, { recursive: true });
  const hasProject = !['new', 'merge', 'serve', 'doctor', 'demo'].includes(verb);
  const words = [verb, ...args(folder), ...(hasProject ? ['-p', join(folder, 'project')] : [])];
  return terminate(sign ?? /started/, words);
}
