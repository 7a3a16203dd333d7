import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { segmentFolder } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import { hasSharedCases, sharedCases } from '../../fixtures/shared-data.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control } from '../small-project.ts';

const modelPath = fileURLToPath(new URL('../../../resources/models/generated-cells.lacss', import.meta.url));

test.skipIf(!hasSharedCases)('no cell of a lower score than was asked for is written', async () => {
  const scoresOf = async (minScore?: number): Promise<number[]> => {
    const output = join(temporaryFolder(), 'found');
    const settings = minScore === undefined ? {} : { minScore };
    await segmentFolder(
      { modelPath, paths: [sharedCases('min-score')], output, engine: 'onnx', settings },
      control,
    );
    const table = readdirSync(output).find((name) => name.endsWith('_cells.csv'))!;
    const rows = readFileSync(join(output, table), 'utf8').trimEnd().split('\n').slice(1);
    return rows.map((row) => Number(row.split(',')[1]));
  };
  const every = await scoresOf();
  expect(Math.min(...every)).toBeLessThan(0.4);
  expect(await scoresOf(0.4)).toEqual(every.filter((score) => score >= 0.4));
});
