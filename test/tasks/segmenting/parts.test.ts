import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { labelTiff } from '../../../src-main/formats/label-tiff.ts';
import { mergeParts } from '../../../src-main/tasks/segmenting/merge-parts.ts';
import { segmentFolder } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { control } from '../small-project.ts';

const modelPath = fileURLToPath(new URL('../../../resources/models/generated-cells.lacss', import.meta.url));
const folder = temporaryFolder();
const images = join(folder, 'images');

/** Five images with a few blobs each; two have the same name; one file is broken. */
beforeAll(() => {
  for (const [seed, name] of ['a/A01', 'b/A01', 'b/B02', 'c/C03', 'c/D04'].entries()) {
    mkdirSync(join(images, name[0]!), { recursive: true });
    const data = Int32Array.from({ length: 96 * 96 }, (_, i) => {
      const [y, x] = [Math.floor(i / 96), i % 96];
      const d = Math.hypot((y % 48) - 20 - seed, (x % 48) - 24);
      return Math.round(200 * Math.exp(-((d / 12) ** 4))) + ((i * (seed + 3)) % 7);
    });
    writeFileSync(join(images, `${name}.tif`), labelTiff({ height: 96, width: 96, data }));
  }
  writeFileSync(join(images, 'c', 'E05.tif'), 'no image');
});

const run = (output: string, part?: { index: number; of: number }) =>
  segmentFolder(
    { modelPath, paths: [images], output, engine: 'onnx', networks: 1, ...(part ? { part } : {}) },
    control,
  );

/** The same in its own process, as on another computer. */
function runCommand(output: string, part: string): Promise<unknown> {
  const words = ['segment', images, '--model', modelPath, '--output', output, '--part', part, '--quiet'];
  return promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'src-main/cli.ts', ...words, '--engine', 'onnx'],
    {
      cwd: fileURLToPath(new URL('../../../', import.meta.url)),
      env: { ...process.env, LACSS_DATA: join(folder, 'data') },
    },
  );
}

/** The results in a folder: name and bytes, without the log, which has times. */
function results(output: string): Record<string, string> {
  const names = readdirSync(output, { recursive: true }).map(String);
  const files = names.filter((name) => /\.(tif|csv)$/.test(name)).sort();
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(output, name), 'base64')]));
}

interface Log {
  images: Record<string, { cells: number }>;
  files: Record<string, string>;
}
const logOf = (output: string): Log =>
  JSON.parse(readFileSync(join(output, 'lacss-segmentation.json'), 'utf8')) as Log;

describe('parts of a segmentation', () => {
  const single = join(folder, 'single');
  const shared = join(folder, 'shared');
  let failures = 0;
  beforeAll(async () => {
    failures = (await run(single)).failures.length;
  });

  test('merge into the same names, bytes and counts as one run', async () => {
    expect(failures).toBe(1);
    // In any order, two of them at the same time. There are more parts than one of them has images.
    await run(shared, { index: 4, of: 4 });
    await Promise.all([runCommand(shared, '1/4'), runCommand(shared, '3/4')]);
    await expect(mergeParts(shared)).rejects.toThrow('1 of 4 parts are not finished: 2/4.');
    const part = await run(shared, { index: 2, of: 4 });
    expect(part.done.length + part.failures.length).toBeGreaterThan(0);
    const merged = await mergeParts(shared);
    expect(merged).toMatchObject({ parts: 4, images: 5 });
    expect(merged.failures.map(({ subject }) => subject)).toEqual(['c/E05']);
    expect(results(shared)).toEqual(results(single));
    const [a, b] = [logOf(shared), logOf(single)];
    expect(a.files).toEqual(b.files);
    const counts = ({ images: found }: Log): [string, number][] =>
      Object.entries(found)
        .map(([name, { cells }]): [string, number] => [name, cells])
        .sort();
    expect(counts(a)).toEqual(counts(b));
    expect(merged.cells).toBe(counts(b).reduce((sum, [, cells]) => sum + cells, 0));
    expect(readdirSync(shared).filter((name) => name.includes('-part-'))).toEqual([]);
  });

  test('a merge that was killed while it removed the logs of its parts is finished', async () => {
    const output = join(folder, 'killed');
    const logs = new Map<string, string>();
    for (const index of [1, 2]) {
      await run(output, { index, of: 2 });
      const name = `lacss-segmentation-part-${index}-of-2.json`;
      logs.set(name, readFileSync(join(output, name), 'utf8'));
    }
    const merging: Partial<Awaited<ReturnType<typeof mergeParts>>> = await mergeParts(output);
    delete merging.folder;
    const joined = join(output, 'lacss-segmentation.json');
    const whole = readFileSync(joined, 'utf8');
    // The state after the first of the two was removed, and after both were.
    for (const left of [[...logs].slice(1), []]) {
      writeFileSync(joined, JSON.stringify({ ...(JSON.parse(whole) as object), merging }));
      for (const [name, text] of left) writeFileSync(join(output, name), text);
      expect(await mergeParts(output)).toEqual({ folder: output, ...merging });
      expect(JSON.parse(readFileSync(joined, 'utf8'))).toEqual(JSON.parse(whole));
      expect(readdirSync(output).filter((name) => name.includes('-part-'))).toEqual([]);
    }
  });

  test('are skipped where they are done, also by a run without parts', async () => {
    const again = await run(shared);
    expect(again.done).toEqual([]);
    expect(again.skipped.length).toBe(5);
    const part = await run(shared, { index: 1, of: 2 });
    expect(part.done).toEqual([]);
    rmSync(join(shared, 'lacss-segmentation-part-1-of-2.json'));
  });

  test('of an interrupted run continue where they stopped', async () => {
    const output = join(folder, 'interrupted');
    const stop = new AbortController();
    const part = { index: 1, of: 1 };
    const interrupted = segmentFolder(
      {
        modelPath,
        paths: [images],
        output,
        engine: 'onnx',
        networks: 1,
        part,
        onImage: ({ status }) => status === 'done' && stop.abort(),
      },
      { ...control, signal: stop.signal },
    );
    await expect(interrupted).rejects.toMatchObject({ code: 'cancelled' });
    await expect(mergeParts(output)).rejects.toThrow('1 of 1 parts are not finished: 1/1.');
    const rest = await run(output, part);
    expect(rest.skipped.length).toBeGreaterThan(0);
    expect(await mergeParts(output)).toMatchObject({ parts: 1, images: 5 });
    expect(results(output)).toEqual(results(single));
  });

  test('a folder without parts, with a lost result or of two different runs is refused', async () => {
    await expect(mergeParts(single)).rejects.toThrow(/has no parts to merge/);
    await expect(mergeParts(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'file-not-found' });
    const output = join(folder, 'lost');
    await run(output, { index: 1, of: 2 });
    await run(output, { index: 2, of: 2 });
    const lost = join(output, 'b', 'B02_labels.tif');
    expect(existsSync(lost)).toBe(true);
    const bytes = readFileSync(lost);
    rmSync(lost);
    await expect(mergeParts(output)).rejects.toThrow(/Results are missing.*B02_labels\.tif/);
    writeFileSync(lost, bytes);
    await run(output, { index: 1, of: 3 });
    await expect(mergeParts(output)).rejects.toThrow(/parts of different runs: of 2, of 3/);
  });
});
