import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject } from '../../../src-main/project/create-project.ts';
import { addImages } from '../../../src-main/tasks/images/add-images.ts';
import { trainOnProject } from '../../../src-main/tasks/training/train-on-project.ts';
import { annotateDisks } from '../../fixtures/annotated-disks.ts';
import { writeTwoChannelImages } from '../../fixtures/two-channel-images.ts';
import { median } from '../median.ts';
import type { Part } from './measured.ts';

/** Growth below this counts as none: garbage collection makes measurements vary. */
const maxGrowth = 0.1;
/** Steps until every graph is compiled and every cache is full. */
const warmUp = 200;

/**
 * Trains the `tiny` preset as the program does, with images, augmentation, checkpoints and curves. Memory in
 * the last third must equal that of the first third after the warm-up.
 */
export async function measureLongTraining(steps: number): Promise<Part> {
  const folder = await mkdtemp(join(tmpdir(), 'lacss-load-'));
  try {
    const control = { signal: new AbortController().signal, onProgress: () => undefined };
    await writeTwoChannelImages(join(folder, 'images'), 4);
    const project = await createProject(join(folder, 'project'), 'bench');
    await addImages(project, { paths: [join(folder, 'images')] }, control);
    for (const image of project.manifest.images) await annotateDisks(project, image);
    const residentMb: number[] = [];
    const startedAt = performance.now();
    await trainOnProject(
      project,
      { preset: 'tiny', until: { kind: 'steps', steps }, seed: 1, engine: 'onnx', startFrom: null },
      control,
      {
        onStep: ({ step }) => {
          if (step > warmUp && step % 10 === 0) residentMb.push(process.memoryUsage.rss() / 2 ** 20);
          if (step % 500 === 0)
            process.stderr.write(`step ${step}: ${Math.round(residentMb.at(-1) ?? 0)} MB\n`);
        },
      },
    );
    await project.close();
    const third = Math.floor(residentMb.length / 3);
    const first = median(residentMb.slice(0, third));
    const last = median(residentMb.slice(-third));
    return {
      name: `${steps} training steps of tiny`,
      figures: {
        'memory of the first third, MB': Math.round(first),
        'memory of the last third, MB': Math.round(last),
        'ms per step': Math.round((performance.now() - startedAt) / steps),
      },
      faults: last > first * (1 + maxGrowth) ? ['memory grows'] : [],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
