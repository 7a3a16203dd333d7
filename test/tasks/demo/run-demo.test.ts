import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runDemo } from '../../../src-main/tasks/demo/run-demo.ts';
import type { DemoParams } from '../../../src-main/tasks/demo/run-demo.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control } from '../small-project.ts';

test('the demo goes the whole way, goes on where it stopped, and does not mix with another', async () => {
  const folder = temporaryFolder();
  const params: DemoParams = {
    folder,
    steps: 2,
    preset: 'tiny',
    fields: { training: 1, heldOut: 1 },
    engine: 'onnx',
  };
  // Stopped while it trains …
  const stop = new AbortController();
  const stopping = {
    signal: stop.signal,
    onProgress: ({ message }: { message: string }) => {
      if (message.includes('Training, epoch 1, step 1')) stop.abort();
    },
  };
  await expect(runDemo(params, stopping)).rejects.toMatchObject({
    code: 'cancelled',
    remedy: 'Run the same command again to continue.',
  });
  const image = join(folder, 'images', 'colony-01.ome.tif');
  const madeAt = statSync(image).mtimeMs;
  // … and run again.
  const result = await runDemo(params, control);
  expect(statSync(image).mtimeMs).toBe(madeAt);
  expect(result.heldOut).toMatchObject({ images: 1 });
  expect(result.heldOut.cells).toBeGreaterThan(20);
  expect(result.figures.watershed.precision.averagePrecision[0]).toBeGreaterThan(0.1);
  const html = readFileSync(result.report, 'utf8');
  expect(html).toContain('Seeded watershed');
  expect(html).toContain('data:image/png;base64,');
  expect(html.replace(/base64,[\w+/=]+/g, '')).not.toMatch(/NaN|undefined|https?:/);
  expect(existsSync(join(folder, 'truth', 'colony-02.tif'))).toBe(true);

  await expect(runDemo({ ...params, seed: 2 }, control)).rejects.toMatchObject({ code: 'project-exists' });
});
