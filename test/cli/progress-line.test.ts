import { expect, test } from 'vitest';
import { formatDuration } from '../../src-main/cli/format-duration.ts';
import { formatTable } from '../../src-main/cli/format-table.ts';
import { ProgressLine } from '../../src-main/cli/progress-line.ts';
import { TimeLeft } from '../../src-main/cli/time-left.ts';

test.each([
  [0, '0 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms is %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

test('time left follows the speed, and starts anew with a new stage', () => {
  const timeLeft = new TimeLeft();
  expect(timeLeft.after(0, 10, 0)).toBeNull();
  expect(timeLeft.after(1, 10, 1000)).toBe(9000);
  expect(timeLeft.after(1, 10, 1500)).toBe(9000);
  // The newest unit took 2000 ms: a running mean of 1000 + 0.2 · 1000 = 1200 ms for each of 8 units.
  expect(timeLeft.after(2, 10, 3000)).toBeCloseTo(9600);
  expect(timeLeft.after(0, 5, 4000)).toBeNull();
});

test('one line is drawn over where a person watches', () => {
  let text = '';
  let nowMs = 0;
  const terminal = {
    out: () => undefined,
    err: (more: string) => void (text += more),
    isInteractive: true,
    columns: 60,
  };
  const line = new ProgressLine(terminal, () => nowMs);
  line.show({ done: 0, total: 4, message: 'Training, step 0' });
  nowMs = 50;
  line.show({ done: 1, total: 4, message: 'Training, step 1' }); // too soon after the first
  nowMs = 2000;
  line.show({ done: 2, total: 4, message: 'Training, step 2' });
  line.clear();
  const drawn = text.split('\r\u001b[K').slice(1);
  expect(drawn).toEqual([
    '░░░░░░░░░░░░░░░░░░░░░░░░    0 %  Training, step 0',
    '████████████░░░░░░░░░░░░   50 %  Training, step 2  1 s left',
    '',
  ]);
});

test('a table aligns its columns', () => {
  expect(
    formatTable(
      ['Image', 'AP50'],
      [
        ['a', '.9'],
        ['long name', '.85'],
      ],
    ),
  ).toBe('Image      AP50\n─────────  ────\na            .9\nlong name   .85\n');
});
