import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PredictionRecord } from '../../../src-main/contract/project-files.ts';
import { withOutput } from '../../../src-main/project/with-output.ts';
import { folderLogName, OpenLog, readFolderLog } from '../../../src-main/tasks/segmenting/folder-log.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const record = (imageName: string): PredictionRecord => ({
  imageName,
  imageSha256: ['0'.repeat(64)],
  weightsSha256: '0'.repeat(64),
  parameters: {},
  cells: 3,
  elapsedMs: 5,
  at: new Date(0).toISOString(),
});

test('a finished image adds a line of its own; a killed run has all of them, the end joins them', async () => {
  const output = temporaryFolder();
  const lines = join(output, `${folderLogName}l`);
  await withOutput(output, async (write) => {
    const log = await OpenLog.begin(output, folderLogName, await readFolderLog(output), write);
    const whole = readFileSync(join(output, folderLogName));
    const sizes: number[] = [];
    for (let n = 0; n < 20; n++) {
      await log.add(`image ${n + 10}`, `/images/image ${n + 10}.tif`, record(`image ${n + 10}`));
      sizes.push(statSync(lines).size);
    }
    // The same number of bytes for the first image and for the last.
    expect(new Set(sizes.map((size, i) => size - (sizes[i - 1] ?? 0))).size).toBe(1);
    expect(readFileSync(join(output, folderLogName))).toEqual(whole);
    // Killed in the middle of a line.
    appendFileSync(lines, '{"name": "half');
    const found = await readFolderLog(output);
    expect(Object.keys(found.images).length).toBe(20);
    expect(found.files['image 29']).toBe('/images/image 29.tif');
    await (
      await OpenLog.begin(output, folderLogName, found, write)
    ).add('one more', 'x.tif', record('one more'));
    const last = await OpenLog.begin(output, folderLogName, await readFolderLog(output), write);
    await last.end();
  });
  expect(() => statSync(lines)).toThrow('ENOENT');
  expect(Object.keys((await readFolderLog(output)).images).length).toBe(21);
});

test('lines without their log do not count: a person has removed it to begin anew', async () => {
  const output = temporaryFolder();
  appendFileSync(
    join(output, `${folderLogName}l`),
    JSON.stringify({ name: 'a', file: 'a', record: record('a') }),
  );
  expect(await readFolderLog(output)).toEqual({ images: {}, files: {} });
});
