import { afterEach, describe, expect, test } from 'vitest';
import { detailsOf } from '../../src-main/contract/failure.ts';
import { LacssError } from '../../src-main/contract/errors.ts';
import { startProcess } from '../../src-main/processes/start-process.ts';
import { startThread } from '../../src-main/processes/start-thread.ts';
import type { WorkerListener } from '../../src-main/processes/worker-handle.ts';
import { Supervisor } from '../../src-main/processes/supervisor.ts';
import type { oddJobs } from './fixtures/odd-jobs.ts';

const entry = new URL('./fixtures/odd-jobs.ts', import.meta.url);
const open: { close: () => void }[] = [];

function supervise(start: typeof startProcess, crashes: string[] = []): Supervisor<typeof oddJobs> {
  const supervisor = new Supervisor<typeof oddJobs>({
    title: 'The test process',
    start: (listener: WorkerListener) => start(entry, listener),
    patienceMs: 50,
    onCrash: (end) => crashes.push(end),
  });
  open.push(supervisor);
  return supervisor;
}

afterEach(() => {
  for (const supervisor of open.splice(0)) supervisor.close();
});

describe.each([
  ['process', startProcess],
  ['thread', startThread],
] as const)('a supervised %s', (_kind, start) => {
  test('answers with typed arrays, after progress and reports', async () => {
    const supervisor = supervise(start);
    const heard: unknown[] = [];
    const doubled = await supervisor.run(
      'double',
      { values: Float32Array.of(1, 2.5) },
      { onProgress: (progress) => heard.push(progress), onReport: (report) => heard.push(report) },
    );
    expect(doubled).toEqual(Float32Array.of(2, 5));
    expect(heard).toEqual([{ done: 1, total: 2, message: 'Half way' }, { seen: 2 }]);
    expect(supervisor.pending).toBe(0);
  });

  test('says when no job is open any more', async () => {
    const supervisor = supervise(start);
    await supervisor.idle();
    const stop = new AbortController();
    const ended: string[] = [];
    const jobs = [
      supervisor.run('processId', undefined).then(() => ended.push('answered')),
      supervisor.run('untilCancelled', null, { signal: stop.signal }).catch(() => ended.push('cancelled')),
    ];
    const idle = supervisor.idle().then(() => ended.push('idle'));
    await jobs[0];
    stop.abort();
    await Promise.all([...jobs, idle]);
    expect(ended[0]).toBe('answered');
    expect(supervisor.pending).toBe(0);
  });

  test('answers what a job asks, in whatever order, and tells it of a refusal', async () => {
    const supervisor = supervise(start);
    let late: (answer: number) => void = () => undefined;
    const onAsk = (name: unknown): Promise<number> => {
      if (name === 'late') return new Promise((resolve) => (late = resolve));
      setImmediate(() => late(2));
      return Promise.resolve(40);
    };
    expect(await supervisor.run('sum', ['late', 'soon'], { onAsk })).toBe(42);
    const refuse = (): Promise<never> => Promise.reject(new LacssError('out-of-memory', 'Too large.'));
    await expect(supervisor.run('sum', ['one'], { onAsk: refuse })).rejects.toMatchObject({
      code: 'out-of-memory',
      message: 'Too large.',
    });
    const stop = new AbortController();
    const unanswered = supervisor.run('sum', ['one'], {
      signal: stop.signal,
      onAsk: () => new Promise(() => stop.abort()),
    });
    await expect(unanswered).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('hands on what a job throws', async () => {
    const error = await supervise(start)
      .run('refuse', undefined)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'internal', message: 'The program has an internal error.' });
    // Where the error occurred in the other process, for the log.
    expect(detailsOf(error)).toMatch(/height -1; expected more than 0\n {4}at .*/);
  });

  test('stops a job that listens, and keeps the child', async () => {
    const supervisor = supervise(start);
    const before = await supervisor.run('processId', undefined);
    const controller = new AbortController();
    const stopped = supervisor.run('untilCancelled', null, { signal: controller.signal });
    controller.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(await supervisor.run('processId', undefined)).toBe(before);
  });

  test('replaces a child whose job is deaf to its cancel, and tells nobody', async () => {
    const crashes: string[] = [];
    const supervisor = supervise(start, crashes);
    const controller = new AbortController();
    const spinning = supervisor.run('spin', null, {
      signal: controller.signal,
      onReport: () => controller.abort(),
    });
    await expect(spinning).rejects.toMatchObject({ code: 'cancelled' });
    expect(await supervisor.run('double', { values: Float32Array.of(3) })).toEqual(Float32Array.of(6));
    expect(crashes).toEqual([]);
  });

  test('reports a death in plain words, starts again, and runs again what only reads', async () => {
    const crashes: string[] = [];
    const supervisor = supervise(start, crashes);
    const waiting = new AbortController();
    const reading = supervisor.run('untilCancelled', null, { onCrash: 'again', signal: waiting.signal });
    await expect(supervisor.run('die', undefined)).rejects.toMatchObject({
      code: 'process-crashed',
      message: 'The test process ended unexpectedly (exit code 7).',
      remedy: 'It has been started again. All saved work is safe. Try again.',
    });
    expect(crashes).toEqual(['exit code 7']);
    expect(supervisor.pending).toBe(1);
    waiting.abort();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('does not start again for ever what kills its child', async () => {
    const crashes: string[] = [];
    await expect(supervise(start, crashes).run('die', undefined, { onCrash: 'again' })).rejects.toMatchObject(
      {
        code: 'process-crashed',
      },
    );
    expect(crashes).toEqual(['exit code 7', 'exit code 7']);
  });
});

test('an aborted signal starts nothing; a closed supervisor takes nothing', async () => {
  const supervisor = supervise(startProcess);
  await expect(supervisor.run('processId', undefined, { signal: AbortSignal.abort() })).rejects.toMatchObject(
    {
      code: 'cancelled',
    },
  );
  supervisor.close();
  await expect(supervisor.run('processId', undefined)).rejects.toMatchObject({ code: 'cancelled' });
});
