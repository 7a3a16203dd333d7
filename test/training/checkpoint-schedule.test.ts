import { describe, expect, it } from 'vitest';
import { CheckpointSchedule } from '../../src-main/training/checkpoint-schedule.ts';

/** Runs a training of `seconds`, its steps and its savings as long as given. @returns when it saved, in ms */
async function savings(seconds: number, stepMs: number, saveMs: number): Promise<number[]> {
  let now = 0;
  const schedule = new CheckpointSchedule(() => now);
  const times: number[] = [];
  while (now < 1000 * seconds) {
    now += stepMs;
    schedule.stepped();
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
    schedule.stepped();
    expect(schedule.isDue).toBe(true);
  });

  it('are not due where no step came since the last', async () => {
    let now = 0;
    const schedule = new CheckpointSchedule(() => now);
    schedule.stepped();
    await schedule.save(async () => undefined);
    now = 1e6;
    expect(schedule.isDue).toBe(false);
  });

  it.each([
    { stepMs: 5, saveMs: 4 },
    { stepMs: 200, saveMs: 60 },
    { stepMs: 1500, saveMs: 500 },
  ])('come right after the first step, then at most 30 s apart, for at most 2 %: %o', async (speeds) => {
    const { stepMs, saveMs } = speeds;
    const times = await savings(3600, stepMs, saveMs);
    expect(times[0]).toBe(stepMs);
    const gaps = times.slice(1).map((time, i) => time - times[i]! - saveMs);
    expect(Math.max(...gaps)).toBeLessThan(30_000 + stepMs);
    expect((times.length * saveMs) / 3600e3).toBeLessThanOrEqual(0.02);
  });

  it('of a training that is killed every 10 s are kept several times before', async () => {
    expect((await savings(10, 50, 10)).map((time) => Math.round(time / 1000))).toEqual([0, 1, 3, 7]);
  });

  it('are farther apart where they are slow, so that they take 2 % of the time', async () => {
    const times = await savings(3600, 2000, 4000);
    expect(times[1]! - times[0]!).toBeGreaterThan(49 * 4000);
    expect((times.length * 4000) / 3600e3).toBeLessThanOrEqual(0.021);
  });

  it('at the end of an epoch count too', async () => {
    let now = 0;
    const schedule = new CheckpointSchedule(() => now);
    schedule.stepped();
    await schedule.save(async () => void (now += 1000));
    schedule.stepped();
    now += 48_000;
    expect(schedule.isDue).toBe(false);
    now += 1_000;
    expect(schedule.isDue).toBe(true);
  });
});
