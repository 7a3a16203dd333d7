import { expect, test } from 'vitest';
import { announcementOf } from '../../../src-renderer/app/announcement-of.ts';

test('running work is told in tenths, so that few words reach a screen reader', () => {
  const words = (training: number | null, finding: number | null): string =>
    announcementOf([
      { name: 'Training', share: training },
      { name: 'Finding points', share: finding },
    ]);
  expect(words(null, null)).toBe('');
  expect(words(0.419, null)).toBe('Training, 40 %');
  expect(words(0.499, 1)).toBe('Training, 40 %. Finding points, 100 %');
  const heard = new Set(Array.from({ length: 1000 }, (_, i) => words(i / 1000, null)));
  expect(heard.size).toBe(10);
});
