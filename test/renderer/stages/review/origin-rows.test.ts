import { expect, test } from 'vitest';
import { originRows } from '../../../../src-renderer/stages/review/origin-rows.ts';

const at = new Date(2026, 0, 2).toISOString();

test('how cells were found is told with what computed them and why', () => {
  const computedBy = { engine: 'onnx', networks: 2, threads: 1, reason: 'Measured.' } as const;
  expect(originRows('Small 1', { at, elapsedMs: 2100, views: 4, diameterPx: 58.7, computedBy })).toEqual([
    ['Model', 'Small 1'],
    ['Segmented', '2 Jan 2026, in 2 s'],
    ['Mirror averaging', 'On, four views'],
    ['Cell diameter', '59 px'],
    ['Computed by', ['onnx, two networks of 1 thread each', 'Measured.']],
  ]);
});

test('what an older record does not know is left out, and an engine without threads of its own has none', () => {
  const older = { at, elapsedMs: 2100, views: 1, diameterPx: null, computedBy: null } as const;
  expect(originRows('Small 1', older).map(([name]) => name)).toEqual(['Model', 'Segmented']);
  const computedBy = { engine: 'webgpu', networks: 1, threads: 2, reason: 'There is one image.' } as const;
  expect(originRows('Small 1', { ...older, computedBy }).at(-1)).toEqual([
    'Computed by',
    ['webgpu, one network', 'There is one image.'],
  ]);
});

test('a doubt about the image comes first', () => {
  const note = 'This image looks unlike those the model learned: less contrast. Check its cells.';
  const origin = { at, elapsedMs: 2100, views: 1, diameterPx: null, computedBy: null, note } as const;
  expect(originRows('Small 1', origin)[0]).toEqual(['Note', note]);
});
