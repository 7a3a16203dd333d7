import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { countForeground } from '../../src-main/contract/packed-mask.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { smallProject } from '../tasks/small-project.ts';

const child = fileURLToPath(new URL('./keep-editing.ts', import.meta.url));

/** Lets a process change the project, and kills it without warning during its work. */
async function changeAndKill(folder: string, changes: number): Promise<number> {
  const editor = spawn(process.execPath, ['--import', 'tsx', child, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(editor, 'exit');
  let last = 0;
  let told = 0;
  for await (const line of createInterface(editor.stdout)) {
    last = Number(line);
    told += 1;
    // The process is in the middle of the next change when the signal arrives.
    if (told === changes) editor.kill('SIGKILL');
  }
  await exit;
  return last;
}

test('a process killed at any moment leaves a project that opens, with everything it had told', async () => {
  const folder = temporaryFolder();
  await (await smallProject(folder, 1)).close();
  const path = join(folder, 'project');
  for (const changes of [1, 2, 3, 5, 8]) {
    const told = await changeAndKill(path, changes);
    expect(told).toBeGreaterThanOrEqual(changes);
    const project = await openProject(path, { purpose: 'test' }); // its lock is taken over
    const store = project.annotation(project.image('field-1'));
    const { revision } = await store.view();
    expect(revision - told).toBeGreaterThanOrEqual(0);
    expect((await store.read('locations'))!.length).toBe(2 * revision);
    expect(countForeground((await store.read('foreground'))!)).toBe(revision);
    const { card } = await new ModelStore(project.path('models')).load('model');
    expect(Number(card.name.replace('model ', ''))).toBeGreaterThanOrEqual(told);
    expect(Number(project.manifest.name.replace('change ', ''))).toBeGreaterThanOrEqual(told);
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await project.close();
  }
});
