import { expect, test } from 'vitest';
import { coarseBlockPx, workingBlockPx } from '../../../src-main/annotation/working-block.ts';
import { candidatesOf } from '../../../src-main/tasks/foreground/candidate-desk.ts';
import { computeCandidates } from '../../../src-main/tasks/foreground/compute-candidates.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { smallProject } from '../small-project.ts';

test('a first look is computed on at most 2²⁰ blocks of pixels', () => {
  const square = (side: number) => ({ height: side, width: side });
  expect([1024, 1025, 6000, 8000, 16384].map((side) => coarseBlockPx(square(side)))).toEqual([
    1, 2, 6, 8, 16,
  ]);
  expect([6000, 8000].map((side) => workingBlockPx(square(side)))).toEqual([2, 2]);
});

test('candidates on blocks of pixels cover what those of the pixels cover, with masks of their own', async () => {
  const project = await smallProject(temporaryFolder(), 1);
  const image = project.manifest.images[0]!;
  const { foreground } = project.manifest.settings;
  const pace = (): Promise<void> => Promise.resolve();
  const sharp = await computeCandidates(project, image, foreground, pace);
  const coarse = await computeCandidates(project, image, foreground, pace, 2);
  expect(sharp.candidates.map(({ blockPx }) => blockPx)).toEqual([1, 1, 1, 1, 1]);
  for (const [k, { blockPx, fraction, maskSha256, mask }] of coarse.candidates.entries()) {
    expect(blockPx).toBe(2);
    expect(mask.width).toBe(Math.ceil(image.width / 2));
    // A pick names the mask that the person saw, so a coarse one is never saved.
    expect(maskSha256).not.toBe(sharp.candidates[k]!.maskSha256);
    expect(Math.abs(fraction - sharp.candidates[k]!.fraction)).toBeLessThan(0.1);
  }
  // No coarse candidates are computed if the final ones are available.
  const { signal } = new AbortController();
  const first = await candidatesOf(project, image, signal, 'demand', true);
  const ready = await candidatesOf(project, image, signal);
  expect(first).not.toBe(ready);
  expect(await candidatesOf(project, image, signal, 'demand', true)).toBe(ready);
  await project.close();
});
