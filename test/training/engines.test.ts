import type { EngineName } from '../../src-main/contract/choices.ts';
import { expect, it } from 'vitest';
import { openEngine } from '../../src-main/engine/open-engine.ts';
import { createModel } from '../../src-main/model/create-model.ts';
import { saveWeights } from '../../src-main/model/weights.ts';
import { trainModel } from '../../src-main/training/train-model.ts';
import { engineUnderTest } from '../engine/both-engines.ts';
import { fullExample, quickSettings, weakExample } from './examples.ts';

/**
 * Losses of each step, and the final weights, of a short training on an engine: in one run, or resumed after
 * two steps.
 */
async function train(engineName: EngineName, resumed: boolean) {
  const engine = await openEngine(engineName);
  const losses: number[] = [];
  let checkpoint: Uint8Array | undefined;
  const go = async (seed: number, resume?: Uint8Array): Promise<Uint8Array> => {
    const model = createModel('tiny', 1, seed);
    await trainModel({
      model,
      examples: [weakExample(1), fullExample(2)],
      validation: [],
      settings: quickSettings({ steps: 4, stepsPerEpoch: 2 }),
      ...(resume === undefined ? {} : { resume }),
      control: { signal: new AbortController().signal, onProgress: () => undefined },
      onStep: ({ terms }) => losses.push(terms.total),
      saveCheckpoint: async (bytes) => {
        checkpoint ??= Uint8Array.from(bytes);
      },
    });
    const { bytes } = saveWeights(model);
    model.dispose();
    return bytes;
  };
  let weights = await go(1);
  if (resumed) weights = await go(2, checkpoint);
  engine.close();
  return { losses, weights };
}

it('on the reference engine, too, a resumed training is the same to the last bit', async () => {
  const inOneGo = await train('cpu', false);
  expect((await train('cpu', true)).weights).toEqual(inOneGo.weights);
});

it('both engines train alike', async () => {
  const reference = await train('cpu', false);
  const { losses } = await train(engineUnderTest, false);
  expect(losses.length).toBe(4);
  losses.forEach((loss, i) => expect(Math.abs(loss / reference.losses[i]! - 1)).toBeLessThan(2e-3));
});
