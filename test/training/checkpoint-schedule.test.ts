import { describe, expect, it } from 'vitest';
import { CheckpointSchedule } from '../../src-main/training/checkpoint-schedule.ts';

/** Runs a training of `seconds` with steps and checkpoints of these lengths. @returns when it saved, in ms */
async function savings(seconds: number, stepMs: number, saveMs: number): Promise<number[]> {
  let now = 0;
  const schedule = new CheckpointSchedule(() => now);
  const times: number[] = [];
  while (now < 1000 * seconds) {
    now += stepMs;
    schedule.progressed();
    if (!schedule.isDue) continue;
    times.push(now);
    await schedule.save(async () => void (now += saveMs));
  }
  return times;
}

describe('checkpoints', () => {
  it('are not due before the first step, and are due after it', () => {
    const schedule = new CheckpointSchedule(() => 1e9);
    expect(schedule.isDue).toBe(false);
    schedule.progressed();
    expect(schedule.isDue).toBe(true);
  });

  it('are not due where no step came since the last', async () => {
    let now = 0;
    const schedule = new CheckpointSchedule(() => now);
    schedule.progressed();
    await schedule.save(async () => undefined);
    now = 1e6;
    expect(schedule.isDue).toBe(false);
  });

  it.each([
    { stepMs: 5, saveMs: 4 },
    { stepMs: 200, saveMs: 60 },
    { stepMs: 1500, saveMs: 500 },
    { stepMs: 20_000, saveMs: 600 },
  ])('come after the first step, then at most 30 s and a step apart, for 2 %: %o', async (speeds) => {
    const { stepMs, saveMs } = speeds;
    const times = await savings(3600, stepMs, saveMs);
    expect(times[0]).toBe(stepMs);
    const gaps = times.slice(1).map((time, i) => time - times[i]! - saveMs);
    expect(Math.max(...gaps)).toBeLessThan(30_000 + stepMs);
    expect((times.length * saveMs) / 3600e3).toBeLessThan(0.0202);
  });

  it.each([
    { stepMs: 50, saveMs: 20, kept: 0.85 },
    { stepMs: 500, saveMs: 300, kept: 0.3 },
  ])('of a training killed 10 s after its first step keep more than that step: %o', async (speeds) => {
    const times = await savings(10 + speeds.stepMs / 1000, speeds.stepMs, speeds.saveMs);
    expect(times.at(-1)).toBeGreaterThanOrEqual(speeds.kept * 10_000);
  });

  it('take 2 % of a minute too, though the first two come early', async () => {
    const times = await savings(60, 47, 128);
    expect(times[1]! - times[0]!).toBeLessThan(2000);
    expect((times.length * 128) / 60_000).toBeLessThan(0.021);
    expect((times.length * 128) / 60_000).toBeGreaterThan(0.015);
  });

  it.each([
    { seconds: 30, saveMs: 90 },
    { seconds: 78, saveMs: 187 },
    { seconds: 119, saveMs: 187 },
    { seconds: 240, saveMs: 300 },
  ])('take at most 2 % of a short training, its last one included: %o', async ({ seconds, saveMs }) => {
    const times = await savings(seconds, 47, saveMs);
    expect(((times.length + 1) * saveMs) / (1000 * seconds)).toBeLessThanOrEqual(0.02);
  });

  it('are written while training goes on, and are not due meanwhile', async () => {
    let now = 0;
    const schedule = new CheckpointSchedule(() => now);
    let written = (): void => undefined;
    schedule.progressed();
    await schedule.save(() => new Promise((resolve) => (written = resolve)));
    schedule.progressed();
    now = 60_000;
    expect(schedule.isDue).toBe(false);
    written();
    await schedule.written();
    // It took a minute: ten of them follow.
    now += 9 * 60_000 - 1;
    expect(schedule.isDue).toBe(false);
    now += 1;
    expect(schedule.isDue).toBe(true);
  });

  it('that could not be written are due at once, and the error is told once', async () => {
    const schedule = new CheckpointSchedule(() => 0);
    schedule.progressed();
    await schedule.save(() => Promise.reject(new Error('full')));
    await Promise.resolve();
    schedule.progressed();
    expect(schedule.isDue).toBe(true);
    await expect(schedule.save(async () => undefined)).rejects.toThrow('full');
    await schedule.save(async () => undefined);
    await schedule.written();
  });

  it('are farther apart where they are slow, so that they take 2 % of the time', async () => {
    const times = await savings(7200, 2000, 4000);
    expect(times[2]! - times[1]!).toBeGreaterThan(49 * 4000);
    expect(((times.length - 2) * 4000) / 7200e3).toBeLessThanOrEqual(0.02);
  });

  it('are delayed by one that is slow but little', async () => {
    let now = 0;
    const schedule = new CheckpointSchedule(() => now);
    for (const cost of [100, 100, 100, 900]) {
      schedule.progressed();
      now += 60_000;
      await schedule.save(async () => void (now += cost));
    }
    schedule.progressed();
    now += 49 * 300 - 1; // 300 ms is their mean
    expect(schedule.isDue).toBe(false);
    now += 1;
    expect(schedule.isDue).toBe(true);
  });
});
