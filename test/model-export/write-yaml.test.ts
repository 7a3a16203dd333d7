import { expect, test } from 'vitest';
import { writeYaml } from '../../src-main/model-export/write-yaml.ts';

test('blocks, lists of blocks, short lists in one line, what is undefined left out', () => {
  const text = writeYaml({
    type: 'model',
    missing: undefined,
    inputs: [
      { id: 'image', size: { min: 32, step: 16 }, axes: ['row', 'column'] },
      { id: 'points', none: [] },
    ],
    deep: { empty: {}, number: 0.5, truth: true, nothing: null },
  });
  expect(text).toBe(
    [
      'type: model',
      'inputs:',
      '  - id: image',
      '    size:',
      '      min: 32',
      '      step: 16',
      '    axes: [row, column]',
      '  - id: points',
      '    none: []',
      'deep:',
      '  empty: {}',
      '  number: 0.5',
      '  truth: true',
      '  nothing: null',
      '',
    ].join('\n'),
  );
});

test('strings that a reader could take for something else are quoted', () => {
  for (const text of [
    'y',
    'no',
    'True',
    'null',
    '1.0',
    '2d',
    'a: b',
    '# c',
    '',
    ' d',
    '- e',
    'say "f"',
    '2026-01-01',
  ]) {
    expect(writeYaml({ text })).toBe(`text: ${JSON.stringify(text)}\n`);
  }
  for (const text of ['x', 'model', 'one line of text', 'cell-segmentation', 'small_1 (trained)']) {
    expect(writeYaml({ text })).toBe(`text: ${text}\n`);
  }
});
