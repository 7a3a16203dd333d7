import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runVerb } from '../../src-main/cli/run-verb.ts';
import type { CommonOptions, Frame, VerbResult } from '../../src-main/cli/run-verb.ts';
import { LacssError } from '../../src-main/contract/errors.ts';
import type { JobControl } from '../../src-main/contract/job.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** A terminal that keeps what is written, and a keyboard whose Ctrl-C is a function. */
function standIn(isInteractive = false) {
  const written = { out: '', err: '' };
  const killed: number[] = [];
  let listener: (() => void) | null = null;
  const frame: Frame = {
    terminal: {
      out: (text) => void (written.out += text),
      err: (text) => void (written.err += text),
      isInteractive,
      columns: 80,
    },
    onInterrupt: (next) => {
      listener = next;
      return () => (listener = null);
    },
    kill: (exitCode) => void killed.push(exitCode),
  };
  return { frame, written, killed, interrupt: () => listener?.(), isListening: () => listener !== null };
}

async function run(verb: (control: JobControl) => Promise<VerbResult>, options: CommonOptions = {}) {
  const world = standIn();
  const exitCode = await runVerb(world.frame, options, verb);
  return { ...world, exitCode };
}

const done: VerbResult = { result: { images: 3 }, text: 'Added 3 images.\n' };

test('prints the result for a person, or as JSON', async () => {
  expect(await run(async () => done)).toMatchObject({
    exitCode: 0,
    written: { out: 'Added 3 images.\n', err: '' },
  });
  const asJson = await run(async () => done, { json: true });
  expect(JSON.parse(asJson.written.out)).toEqual({ ok: true, result: { images: 3 } });
});

test('prints what happened and what to do, and no stack', async () => {
  const failing = async (): Promise<VerbResult> => {
    throw new LacssError('disk-full', 'There is no room left.', {
      remedy: 'Free some space.',
      cause: new Error('x'),
    });
  };
  const { exitCode, written, isListening } = await run(failing);
  expect(exitCode).toBe(8);
  expect(written).toEqual({ out: '', err: 'Error: There is no room left.\nFree some space.\n' });
  expect(isListening()).toBe(false);
  const asJson = await run(failing, { json: true });
  expect(JSON.parse(asJson.written.out)).toEqual({
    ok: false,
    error: {
      code: 'disk-full',
      message: 'There is no room left.',
      subject: null,
      remedy: 'Free some space.',
    },
  });
});

test('a fault of the program shows its stack with --debug only', async () => {
  const faulty = async (): Promise<VerbResult> => {
    throw new TypeError('x is undefined');
  };
  vi.stubEnv('LACSS_DATA', temporaryFolder());
  const plain = await run(faulty);
  expect(plain.exitCode).toBe(1);
  expect(plain.written.err).toContain('--debug');
  expect(plain.written.err).not.toContain('    at ');
  expect(plain.written.err).not.toContain('x is undefined');
  const [, log] = /Details are in (\S+\.log)\./.exec(plain.written.err)!;
  expect(readFileSync(log!, 'utf8')).toContain('TypeError: x is undefined');
  expect((await run(faulty, { debug: true })).written.err).toContain('    at ');
});

test('lists what failed beside what was done', async () => {
  const failed = [
    {
      code: 'file-damaged' as const,
      subject: 'b.tif',
      message: 'It is cut short.',
      remedy: 'Copy it again.',
    },
  ];
  const { exitCode, written } = await run(async () => ({ ...done, failed }));
  expect(exitCode).toBe(3);
  expect(written).toEqual({
    out: 'Added 3 images.\n',
    err: 'Failed: b.tif: It is cut short.\n  Copy it again.\n',
  });
});

test('a fault with one image is logged too, and the log names no project', async () => {
  const data = temporaryFolder();
  vi.stubEnv('LACSS_DATA', data);
  const failed = [
    {
      code: 'internal' as const,
      subject: 'b.tif',
      message: 'The program has an internal error.',
      details: 'TypeError: x is undefined in /data/plate-7/images/b.tif',
    },
  ];
  await run(async () => ({ ...done, failed }), { project: '/data/plate-7' });
  const log = readFileSync(join(data, 'log', 'lacss.log'), 'utf8');
  expect(log).toContain('b.tif\nTypeError: x is undefined in <project>/images/b.tif');
  expect(log).not.toContain('plate-7');
});

test('of many failures the first ten are listed', async () => {
  const failed = Array.from({ length: 300 }, (_, i) => ({
    code: 'file-damaged' as const,
    subject: `${i}.tif`,
    message: 'It is cut short.',
  }));
  const { written } = await run(async () => ({ ...done, failed }));
  const lines = written.err.trimEnd().split('\n');
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toBe('  and 290 more (--json lists all)');
});

test('the first Ctrl-C stops the job cleanly, the second ends the process', async () => {
  const world = standIn();
  const exitCode = await runVerb(world.frame, {}, async ({ signal }) => {
    world.interrupt();
    expect(signal.aborted).toBe(true);
    expect(world.killed).toEqual([]);
    world.interrupt();
    throw new LacssError('cancelled', 'Stopped after step 12; the checkpoint is kept.');
  });
  expect(exitCode).toBe(130);
  expect(world.killed).toEqual([130]);
  expect(world.written.err).toContain('Stopped after step 12; the checkpoint is kept.\n');
  expect(world.written.err).not.toContain('Error');
});

test('shows progress on stderr, and none when told to be quiet', async () => {
  const working = async ({ onProgress }: JobControl): Promise<VerbResult> => {
    onProgress({ done: 0, total: 2, message: 'Reading' });
    onProgress({ done: 2, total: 2, message: 'Reading' });
    return done;
  };
  expect((await run(working)).written).toEqual({ out: done.text, err: '0 %  Reading\n100 %  Reading\n' });
  expect((await run(working, { quiet: true })).written.err).toBe('');
});
