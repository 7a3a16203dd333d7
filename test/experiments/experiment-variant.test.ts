import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { requireReadableExperiment } from './experiment.ts';
import { variantOf } from './experiment-variant.ts';

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.json') && !file.startsWith('teach-'))
  .map((file) => file.replace('.json', ''));

it('every experiment is readable, has a title, and reads no image that is held out', () => {
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    const line = name === 'livecell-line' ? { line: 'SkBr3', as: 'one-line' } : {};
    const { experiment } = variantOf(name, line);
    expect(experiment.title, name).not.toBe('');
    expect(() => requireReadableExperiment(experiment), name).not.toThrow();
  }
});

it('no image both trains and judges', () => {
  for (const name of names.filter((each) => each !== 'livecell-line')) {
    const { train, test } = variantOf(name, {}).experiment;
    expect(
      train.filter((image) => test.includes(image)),
      name,
    ).toEqual([]);
  }
});

it('leaves one image out', () => {
  const { command, experiment } = variantOf('hela-lab', { as: 'fold-1', 'leave-out': 'HeLa_1' });
  expect(experiment.test).toEqual(['HeLa_1']);
  expect(experiment.train).toEqual(['HeLa_2', 'HeLa_3', 'HeLa_4', 'HeLa_5']);
  expect(command).toBe('npm run experiment -- hela-lab --as fold-1 --leave-out HeLa_1');
});

it('names the images that can be left out', () => {
  expect(() => variantOf('hela-lab', { as: 'fold-9', 'leave-out': 'HeLa_9' })).toThrow(/one of: HeLa_1, /);
});
