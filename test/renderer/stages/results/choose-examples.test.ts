import { expect, test } from 'vitest';
import { chooseExamples } from '../../../../src-renderer/stages/results/choose-examples.ts';

const chosen = (...figures: (number | null)[]) =>
  chooseExamples(figures, (figure) => figure).map(({ rank, image }) => `${rank} ${image}`);

test('the examples are the best, the median and the worst image', () => {
  expect(chosen(0.3, 0.9, 0.5, 0.1, 0.7)).toEqual(['Best 0.9', 'Median 0.5', 'Worst 0.1']);
  expect(chosen(0.4, 0.2, 0.8, 0.6)).toEqual(['Best 0.8', 'Median 0.6', 'Worst 0.2']);
});

test('fewer images give fewer examples, and images without a figure none', () => {
  expect(chosen(0.2, 0.6)).toEqual(['Best 0.6', 'Worst 0.2']);
  expect(chosen(null, 0.5, Number.NaN)).toEqual(['Only image 0.5']);
  expect(chosen(null)).toEqual([]);
});
