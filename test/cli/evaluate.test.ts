import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labelTiff } from '../../src-main/formats/label-tiff.ts';
import { lacss } from '../fixtures/run-lacss.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

test('label images without scores have no AP: the table begins with what needs none', async () => {
  const folder = temporaryFolder();
  const [found, truth] = [join(folder, 'found'), join(folder, 'truth')];
  const labels = { height: 8, width: 8, data: Int32Array.from({ length: 64 }, (_, i) => (i < 24 ? 1 : 0)) };
  for (const at of [found, truth]) mkdirSync(at);
  writeFileSync(join(found, 'a_labels.tif'), labelTiff(labels, null));
  writeFileSync(join(truth, 'a_label.tif'), labelTiff(labels, null));
  const evaluate = () => lacss('evaluate', '--predictions', found, '--truth', truth);
  const headOf = (out: string): string[] => out.trim().split('\n')[0]!.trim().split(/\s+/);

  const without = await evaluate();
  expect(without.exitCode).toBe(0);
  expect(headOf(without.out)).toEqual([
    'image',
    'cells',
    'found',
    'shown',
    'TP/(TP+FP+FN)',
    'F1',
    'FNR50',
    'AFNR',
    'PQ',
    'AJI',
  ]);
  expect(without.out).toContain('AP is not defined: it ranks cells by score, and a_labels.tif has no table');

  writeFileSync(join(found, 'a_cells.csv'), 'label,score,y,x\n1,0.9,1,4\n');
  const scored = await evaluate();
  expect(headOf(scored.out)).toContain('AP50');
  expect(scored.out).not.toContain('AP is not defined');
});
