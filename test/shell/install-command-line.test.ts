import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installCommandLine } from '../../src-main/shell/install-command-line.ts';

describe.skipIf(process.platform === 'win32')('the command line tool of an installed program', () => {
  let folder: string;
  /** A program whose path needs quoting; it prints its arguments, one per line. */
  let program: string;
  const path = (): string => join(folder, 'bin', 'lacss');
  const tool = (more: object = {}): Parameters<typeof installCommandLine>[0] => ({
    program,
    path: path(),
    platform: 'linux',
    searchPath: `/usr/bin:${dirname(path())}`,
    ...more,
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lacss-tool-'));
    program = join(folder, `it's $HOME studio`);
    await writeFile(program, '#!/bin/sh\nfor word in "$@"; do echo "$word"; done\nexit 3\n');
    await chmod(program, 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('starts the program with what was typed, and ends with its exit code', async () => {
    expect(await installCommandLine(tool())).toBe(
      `You can now type lacss in a terminal. The command is ${path()}.`,
    );
    await expect(promisify(execFile)(path(), ['segment', '--json', 'a b', '--'])).rejects.toMatchObject({
      code: 3,
      stdout: '--ozone-platform=headless\n--cli\n--\nsegment\n--json\na b\n--\n',
    });
  });

  test('replaces its own, and says when the folder is not on the PATH', async () => {
    expect(await installCommandLine(tool({ platform: 'darwin', searchPath: '/usr/bin' }))).toMatch(
      /Add .*bin to your PATH first\.$/,
    );
    expect(await readFile(path(), 'utf8')).not.toContain('ozone');
  });

  test('leaves another command alone', async () => {
    await writeFile(path(), '#!/bin/sh\necho other\n');
    await expect(installCommandLine(tool())).rejects.toMatchObject({
      code: 'file-unwritable',
      subject: path(),
    });
    expect(await readFile(path(), 'utf8')).toContain('other');
  });

  test('says so where the folder takes no file', async () => {
    await expect(installCommandLine(tool({ path: join(program, 'bin', 'lacss') }))).rejects.toMatchObject({
      code: 'file-unwritable',
      message: 'The lacss command could not be written.',
    });
  });
});
