import { describe, expect, test } from 'vitest';
import { LacssError } from '../../src-main/contract/errors.ts';
import { SupervisedRun } from '../../src-main/host/supervised-run.ts';

/** Work whose attempts the test ends by hand. It records what it was told. */
class Attempts {
  readonly told: string[] = [];
  readonly #ends: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  signal = new AbortController().signal;
  isMissing = false;
  comeBack: () => void = () => undefined;
  readonly run = new SupervisedRun<number>({
    busy: 'Something is under way.',
    attempt: (signal) => {
      this.signal = signal;
      this.told.push('attempt');
      return new Promise((resolve, reject) => this.#ends.push({ resolve, reject }));
    },
    onPhase: (phase) => this.told.push(phase),
    onCrash: () => this.told.push('crash'),
    isMissing: () => Promise.resolve(this.isMissing),
    onMissing: () => this.told.push('missing'),
    untilThere: (signal) =>
      new Promise((resolve) => {
        this.comeBack = resolve;
        signal.addEventListener('abort', () => resolve());
      }),
    onBack: () => this.told.push('back'),
    onFinish: (result) => {
      this.told.push(`result ${result}`);
      this.run.enter('finished');
    },
    onPaused: () => this.run.enter('paused'),
    onStopped: async () => {
      await Promise.resolve();
      this.run.enter('stopped');
    },
    onFailure: ({ code }) => {
      this.told.push(code);
      this.run.enter('failed');
    },
  });

  /** Ends the current attempt and lets the run handle it. */
  async end(outcome: number | Error): Promise<void> {
    const last = this.#ends.at(-1)!;
    if (outcome instanceof Error) last.reject(outcome);
    else last.resolve(outcome);
    await new Promise(setImmediate);
  }
}

const crash = new LacssError('process-crashed', 'The learning process ended unexpectedly.');
const cancelled = new LacssError('cancelled', 'Stopped.');

describe('a supervised run', () => {
  test('runs to its result and refuses a second start meanwhile', async () => {
    const { run, told } = new Attempts();
    run.begin('running');
    expect(() => run.refuseWhenBusy()).toThrow('Something is under way.');
    const other = new Attempts();
    other.run.begin('preparing');
    await other.end(7);
    expect(other.told).toEqual(['preparing', 'attempt', 'result 7', 'finished']);
    expect(other.run.busy).toBe(false);
    expect(told).toEqual(['running', 'attempt']);
  });

  test('waits while the folder is missing, however often, and goes on when it is back', async () => {
    const attempts = new Attempts();
    attempts.run.begin('running');
    for (let time = 0; time < 5; time++) {
      attempts.isMissing = true;
      await attempts.end(new LacssError('file-not-found', 'A file of it was missed first.'));
      expect(attempts.told.at(-1)).toBe('missing');
      attempts.isMissing = false;
      attempts.comeBack();
      await new Promise(setImmediate);
      expect(attempts.told.slice(-2)).toEqual(['back', 'attempt']);
    }
    await attempts.end(3);
    expect(attempts.told.slice(-2)).toEqual(['result 3', 'finished']);
  });

  test.each([
    ['pause', 'paused'],
    ['stop', 'stopped'],
  ] as const)('a %s ends the wait for the folder', async (ask, end) => {
    const attempts = new Attempts();
    attempts.run.begin('running');
    attempts.isMissing = true;
    await attempts.end(new LacssError('project-unreachable', 'The folder was moved.'));
    attempts.run[ask]();
    await attempts.run.settled();
    expect(attempts.told.at(-1)).toBe(end);
    expect(attempts.told.filter((what) => what === 'attempt')).toHaveLength(1);
  });

  test('starts again after crashes, at most three in a row', async () => {
    const attempts = new Attempts();
    attempts.run.begin('running');
    for (let crashes = 0; crashes < 3; crashes++) await attempts.end(crash);
    expect(attempts.told.filter((word) => word === 'attempt')).toHaveLength(4);
    attempts.run.progressed();
    await attempts.end(crash);
    expect(attempts.run.active).toBe(true);
    for (let crashes = 0; crashes < 3; crashes++) await attempts.end(crash);
    expect(attempts.told.slice(-2)).toEqual(['process-crashed', 'failed']);
  });

  test('pauses where the work stops, also when the process dies of it', async () => {
    for (const end of [cancelled, crash]) {
      const attempts = new Attempts();
      attempts.run.begin('running');
      attempts.run.pause();
      expect(attempts.signal.aborted).toBe(true);
      await attempts.end(end);
      expect(attempts.told).toEqual(['running', 'attempt', 'pausing', 'paused']);
      attempts.run.begin('running');
      expect(attempts.run.active).toBe(true);
    }
  });

  test('a failure of its own is told, though it was asked to pause', async () => {
    const attempts = new Attempts();
    attempts.run.begin('running');
    attempts.run.pause();
    await attempts.end(new LacssError('disk-full', 'The disk is full.'));
    expect(attempts.told.slice(-2)).toEqual(['disk-full', 'failed']);
  });

  test('stops while it runs, and where it is paused; busy until what was done is kept', async () => {
    const attempts = new Attempts();
    attempts.run.begin('running');
    attempts.run.pause();
    await attempts.end(cancelled);
    attempts.run.stop();
    expect(attempts.run.busy).toBe(true);
    await attempts.run.settled();
    expect(attempts.told.slice(-3)).toEqual(['paused', 'stopping', 'stopped']);
    attempts.run.begin('running');
    attempts.run.stop();
    await attempts.end(cancelled);
    expect(attempts.run.phase).toBe('stopped');
  });

  test('a result that comes in spite of a pause counts', async () => {
    const attempts = new Attempts();
    attempts.run.begin('running');
    attempts.run.pause();
    await attempts.end(1);
    expect(attempts.run.phase).toBe('finished');
  });
});
