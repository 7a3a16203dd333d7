import { expect, test } from 'vitest';
import { ownProposals } from '../../src-main/inference/own-proposals.ts';

const tile = { top: 32, left: 0, coreTop: 48, coreBottom: 90, coreLeft: 0, coreRight: 60 };
const image = { height: 90, width: 60 };

function proposals(...list: [y: number, x: number, score: number][]): {
  locations: Float32Array;
  scores: Float32Array;
} {
  return {
    locations: Float32Array.from(list.flatMap(([y, x]) => [y, x])),
    scores: Float32Array.from(list, ([, , score]) => score),
  };
}

test('those of the core stay, and those a little outside it', () => {
  const seen = proposals([30, 30, 0.5], [10, 10, 0.75], [8, 30, 0.625], [7, 50, 0.875]); // core from 16
  const own = ownProposals(seen, tile, image, 8, 100);
  expect([...own.locations]).toEqual([10, 10, 8, 30, 30, 30]);
  expect([...own.scores]).toEqual([0.75, 0.625, 0.5]);
});

test('a proposal in the mirror image beyond the edge is none, and suppresses none', () => {
  const seen = proposals([57, 30, 0.5], [59, 30, 0.9], [30, 61, 0.9], [-33, 5, 0.9]);
  expect([...ownProposals(seen, tile, image, 8, 100).locations]).toEqual([57, 30]);
});

test('a proposal outside the core still suppresses one inside', () => {
  const seen = proposals([10, 30, 0.9], [17, 30, 0.5]);
  expect([...ownProposals(seen, tile, image, 8, 100).locations]).toEqual([10, 30]);
});

test('of too many the surest stay', () => {
  const seen = proposals([20, 10, 0.5], [40, 10, 0.75], [20, 40, 0.625]);
  expect([...ownProposals(seen, tile, image, 8, 2).scores]).toEqual([0.75, 0.625]);
});
