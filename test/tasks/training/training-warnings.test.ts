import { expect, test } from 'vitest';
import { packMask } from '../../../src-main/contract/packed-mask.ts';
import { train } from '../../../src-main/tasks/training/train.ts';
import { trainingWarnings } from '../../../src-main/tasks/training/training-warnings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { quickTraining } from '../quick-training.ts';
import { control, smallProject } from '../small-project.ts';

test('doubtful annotation is told by image, and refused with strict', async () => {
  const project = await smallProject(temporaryFolder(), 2);
  const [first, second] = project.manifest.images;
  const data = new Uint8Array(128 * 128).fill(1);
  const mask = { height: 128, width: 128, data };
  const by = { method: 'candidate', by: 'machine', parameters: { confidence: 0.45 } } as const;
  const sure = { method: 'candidate', by: 'person', parameters: { confidence: 0.45 } } as const;
  const found = { method: 'difference-of-gaussians', by: 'machine', parameters: {} } as const;
  await project.annotation(first).edit('doubtful', {
    foreground: { value: packMask(mask), source: by },
    locations: { value: Float32Array.of(20, 20), source: found },
  });
  // Left half foreground: one point in it, one outside; a square of its own without a point.
  const half = Uint8Array.from(data, (_, i) => {
    const [y, x] = [Math.floor(i / 128), i % 128];
    return x < 64 || (x >= 80 && x < 120 && y < 60) ? 1 : 0;
  });
  await project.annotation(second).edit('seen', {
    foreground: { value: packMask({ ...mask, data: half }), source: sure },
    locations: { value: Float32Array.of(20, 20, 110, 100), source: found },
  });
  const warnings = await trainingWarnings(project, [first, second]);
  expect(warnings.map(({ name, message }) => `${name}: ${message}`)).toEqual([
    'field-1: The foreground is a suggestion with 45 % confidence that nobody has looked at.',
    'field-1: The foreground covers 100 % of the image.',
    'field-2: 1 region without a point.',
    'field-2: 1 point outside the foreground.',
  ]);
  await expect(train(project, { ...quickTraining, strict: true }, control)).rejects.toMatchObject({
    code: 'annotation-invalid',
    subject: 'field-1',
    message: expect.stringContaining('There are 3 more warnings.') as string,
  });
  await project.close();
});
