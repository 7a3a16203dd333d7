import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readRecordWithBytes, writeRecordWithBytes } from '../../src-main/project/record-with-bytes.ts';
import { faults } from '../fixtures/faulty-file-system.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

vi.mock('node:fs/promises', async (importActual) => {
  const { faultyFileSystem } = await import('../fixtures/faulty-file-system.ts');
  return faultyFileSystem(await importActual());
});

beforeEach(() => faults.reset());

const schema = z.object({ step: z.int() });

async function read(folder: string): Promise<[number, number[]]> {
  const { content, bytes } = await readRecordWithBytes(folder, 'checkpoint', schema);
  return [content.step, [...bytes]];
}

test('keeps the newest record and its bytes, and nothing else', async () => {
  const folder = temporaryFolder();
  await writeRecordWithBytes(folder, 'checkpoint', { step: 1 }, Uint8Array.of(1));
  await writeRecordWithBytes(folder, 'checkpoint', { step: 2 }, Uint8Array.of(2, 2));
  expect(await read(folder)).toEqual([2, [2, 2]]);
  expect(readdirSync(folder).length).toBe(2);
});

test('a failure at any operation leaves the old pair or the new one, never one of each', async () => {
  const outcomes = new Set<number>();
  for (const kind of ['crash', 'ENOSPC'] as const) {
    for (let failAt = 1; failAt <= 10; failAt += 1) {
      faults.reset();
      const folder = temporaryFolder();
      await writeRecordWithBytes(folder, 'checkpoint', { step: 1 }, Uint8Array.of(1));
      faults.reset(failAt, kind);
      await writeRecordWithBytes(folder, 'checkpoint', { step: 2 }, Uint8Array.of(2, 2)).catch(
        () => undefined,
      );
      const [step, bytes] = await read(folder);
      expect(bytes).toEqual(step === 1 ? [1] : [2, 2]);
      outcomes.add(step);
    }
  }
  expect([...outcomes].sort()).toEqual([1, 2]);
});

test('bytes that were changed are refused by name', async () => {
  const folder = temporaryFolder();
  await writeRecordWithBytes(folder, 'checkpoint', { step: 1 }, Uint8Array.of(1));
  const file = readdirSync(folder).find((name) => name.endsWith('.bin'))!;
  writeFileSync(join(folder, file), Uint8Array.of(9));
  await expect(read(folder)).rejects.toMatchObject({ code: 'model-invalid' });
});
