import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packModel } from '../../../src-main/project/model-file.ts';
import { shippedModelPath } from '../../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../../src-main/project/model-store.ts';
import { writeFileAtomically } from '../../../src-main/project/write-file-atomically.ts';
import { segmentFolder } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control, writeFields } from '../small-project.ts';

test('without a project too, the minimum score is the model’s own, one score in table, cut and count', async () => {
  const folder = temporaryFolder();
  await writeFields(folder, 2);
  const { card: shipped, manifest, bytes } = await loadModelFrom(shippedModelPath);
  const run = async (name: string, minScore: number | null, asked?: number) => {
    const curve = [{ score: 0, share: 1 }];
    const counts = { images: 1, found: 1, foundRight: 1, truth: 1, f1: 1, hiddenRight: 0, curve };
    const calibration = { measuredOn: 'generated-images', right: 'outlines', ...counts } as const;
    const card = { ...shipped, calibration: { ...calibration, minScore: minScore ?? 0 } };
    if (minScore === null) Reflect.deleteProperty(card, 'calibration');
    const modelPath = join(folder, `${name}.lacss`);
    await writeFileAtomically(modelPath, packModel({ card, manifest, bytes }));
    const output = join(folder, name);
    const settings = asked === undefined ? {} : { minScore: asked };
    const result = await segmentFolder(
      { modelPath, paths: [join(folder, 'images')], output, engine: 'onnx', settings },
      control,
    );
    const scores = readdirSync(output)
      .filter((file) => file.endsWith('_cells.csv'))
      .flatMap((file) => readFileSync(join(output, file), 'utf8').trimEnd().split('\n').slice(1))
      .map((row) => Number(row.split(',')[1]));
    const sum = (of: 'cells' | 'belowScore') => result.done.reduce((all, one) => all + one[of], 0);
    return { scores, cells: sum('cells'), belowScore: sum('belowScore') };
  };
  const usual = await run('usual', null);
  expect(Math.min(...usual.scores)).toBeGreaterThanOrEqual(0.2);
  // A model with its own minimum: a score in the middle of those found.
  const middle = usual.scores.toSorted((a, b) => a - b)[usual.scores.length >> 1]!;
  const own = await run('own', middle);
  expect(own.scores).toEqual(usual.scores.filter((score) => score >= middle));
  expect(own).toMatchObject({ cells: own.scores.length });
  expect(own.cells + own.belowScore).toBe(usual.cells + usual.belowScore);
  // A requested minimum has priority.
  expect((await run('asked', middle, 0.2)).scores).toEqual(usual.scores);
});
