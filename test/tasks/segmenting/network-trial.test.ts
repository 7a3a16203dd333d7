import { expect, test } from 'vitest';
import { imagesOfTrial, NetworkTrial } from '../../../src-main/tasks/segmenting/network-trial.ts';

test('each arrangement has its turn, one before and after two; what is still on its way counts for none', () => {
  const trial = new NetworkTrial();
  const order: string[] = [];
  let nowMs = 0;
  for (let image = 0; trial.turn !== null; image++) {
    expect(image).toBeLessThan(imagesOfTrial);
    if (order.at(-1) !== trial.turn) order.push(trial.turn);
    expect(trial.speeds).toBeNull();
    const { turn } = trial;
    // An image for the other arrangement that arrived before. It takes no time here.
    trial.ended(turn === 'one' ? 'two' : 'one', 1e9, nowMs);
    nowMs += turn === 'one' ? 200 : 100;
    trial.ended(turn, 50_000, nowMs);
  }
  expect(order).toEqual(['one', 'two', 'one']);
  expect(trial.speeds).toEqual({ one: 250_000, two: 500_000 });
});

test('the first images of a turn, in which graphs are compiled, are not timed', () => {
  const trial = new NetworkTrial();
  let nowMs = 0;
  let sinceTurn = 0;
  for (let turn = trial.turn; turn !== null; turn = trial.turn) {
    nowMs += sinceTurn < 3 ? 5000 : 100;
    trial.ended(turn, 1000, nowMs);
    sinceTurn = trial.turn === turn ? sinceTurn + 1 : 0;
  }
  expect(trial.speeds!.one).toBeCloseTo(10_000);
  expect(trial.speeds!.two).toBeCloseTo(10_000);
});
