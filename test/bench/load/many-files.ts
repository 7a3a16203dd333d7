import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openEngine } from '../../../src-main/engine/open-engine.ts';
import { createModel } from '../../../src-main/model/create-model.ts';
import { segmentFolder } from '../../../src-main/tasks/segmenting/segment-folder.ts';
import { noiseTiff, writeUntrainedFolder } from '../untrained-folder.ts';
import type { Part } from './measured.ts';

/**
 * Segments a folder with some truncated files. Each whole file must have its result, and each truncated one
 * its error.
 */
export async function measureManyFiles(files: number, broken: number): Promise<Part> {
  await openEngine('onnx');
  const model = createModel('tiny', 1, 1);
  const { folder, modelPath, images, diameterPx } = writeUntrainedFolder(model, noiseTiff(), files);
  const output = mkdtempSync(join(tmpdir(), 'lacss-load-'));
  try {
    const cut = images.filter((_, n) => n % Math.floor(files / broken) === 0).slice(0, broken);
    for (const path of cut) truncateSync(path, 100);
    const startedAt = performance.now();
    const { done, failures } = await segmentFolder(
      { paths: [folder], modelPath, output, engine: 'onnx', diameterPx },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    const seconds = (performance.now() - startedAt) / 1000;
    const results = (await readdir(output)).filter((name) => name.endsWith('_labels.tif'));
    const named = cut.filter((path) => failures.some(({ message }) => message.includes(basename(path))));
    const faults: string[] = [];
    if (done.length !== files - broken || results.length !== files - broken)
      faults.push(`${done.length} images done and ${results.length} results; expected ${files - broken}`);
    if (failures.length !== broken || named.length !== broken)
      faults.push(`${failures.length} errors, ${named.length} of them name their file; expected ${broken}`);
    return {
      name: `${files} files with ${broken} broken`,
      figures: { results: results.length, 'named errors': named.length, 's in all': Math.round(seconds) },
      faults,
    };
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(output, { recursive: true });
  }
}
