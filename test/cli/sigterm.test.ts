import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeProgram } from '../../src-main/cli/program.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { projectForVerbs, terminateVerb, verbCalls } from './terminate-verb.ts';

describe.skipIf(process.platform === 'win32')('SIGTERM ends', () => {
  const template = temporaryFolder();

  beforeAll(() => projectForVerbs(template));

  test('every verb, by this table', () => {
    const program = makeProgram('1.2.3', () => Promise.resolve());
    expect(Object.keys(verbCalls).sort()).toEqual(program.commands.map((command) => command.name()).sort());
  });

  test.each(Object.keys(verbCalls))('%s, and leaves a project that opens', async (verb) => {
    const folder = temporaryFolder();
    const { end } = await terminateVerb(verb, template, folder);
    expect(end).not.toBe('SIGKILL');
    if (verb !== 'serve') expect(end).toBe('SIGTERM');
    const project = join(folder, 'project');
    await (await openProject(project, { purpose: 'test' })).close();
    expect(existsSync(join(project, 'project.lock'))).toBe(false);
  });
});
