import { expect, test } from 'vitest';
import { PixelBudget } from '../../../src-main/tasks/segmenting/pixel-budget.ts';

const nobody = new AbortController().signal;

/** Enters, and notes who is in. */
function visit(
  budget: PixelBudget,
  name: string,
  amount: number,
  inside: string[],
  signal = nobody,
): Promise<void> {
  return budget.enter(amount, signal).then(() => void inside.push(name));
}

test('lets in what fits together, in order, and what fits nowhere alone', async () => {
  const budget = new PixelBudget(10);
  const inside: string[] = [];
  const all = [
    visit(budget, 'six', 6, inside),
    visit(budget, 'large', 25, inside),
    visit(budget, 'four', 4, inside), // would fit beside the six, but nobody overtakes: the large one would wait for ever
  ];
  await all[0];
  await Promise.resolve();
  expect(inside).toEqual(['six']);
  budget.leave(6);
  await all[1];
  expect(inside).toEqual(['six', 'large']);
  budget.leave(25);
  await all[2];
  expect(inside).toEqual(['six', 'large', 'four']);
});

test('who is called off waits no longer, and makes way for those behind', async () => {
  const budget = new PixelBudget(10);
  const inside: string[] = [];
  const stop = new AbortController();
  await visit(budget, 'six', 6, inside);
  const large = visit(budget, 'large', 25, inside, stop.signal);
  const four = visit(budget, 'four', 4, inside);
  stop.abort();
  await expect(large).rejects.toMatchObject({ code: 'cancelled' });
  await four;
  expect(inside).toEqual(['six', 'four']);
  await expect(budget.enter(1, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
});
