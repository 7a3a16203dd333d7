import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { segmentFolder } from '../../src-main/tasks/segmenting/segment-folder.ts';
import type { SegmentFolderParams } from '../../src-main/tasks/segmenting/segment-folder.ts';
import type { SegmentResult } from '../../src-main/tasks/segmenting/segment-each.ts';

/** How fast a folder of images is segmented. */
export interface FolderFigures {
  images: number;
  failed: number;
  cells: number;
  /**
   * From the start to the last file. It includes opening engine and model, compiling graphs and starting
   * threads.
   */
  seconds: number;
  imagesPerS: number;
  /** Processor time of all threads. */
  cpuSeconds: number;
  computedBy: SegmentResult['computedBy'];
}

/** Segments a folder as the command line does, with the onnx engine. The results are discarded. */
export async function measureFolder(
  params: Omit<SegmentFolderParams, 'output' | 'engine'>,
): Promise<FolderFigures> {
  const output = mkdtempSync(join(tmpdir(), 'lacss-bench-'));
  try {
    const startedMs = performance.now();
    const cpu = process.cpuUsage();
    const { done, failures, computedBy } = await segmentFolder(
      { ...params, output, engine: 'onnx' },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    const seconds = (performance.now() - startedMs) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return {
      images: done.length,
      failed: failures.length,
      cells: done.reduce((sum, { cells }) => sum + cells, 0),
      seconds: Number(seconds.toFixed(2)),
      imagesPerS: Number((done.length / seconds).toFixed(2)),
      cpuSeconds: Number(((user + system) / 1e6).toFixed(1)),
      computedBy,
    };
  } finally {
    rmSync(output, { recursive: true });
  }
}
