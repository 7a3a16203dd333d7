import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { JobControl } from '../../contract/job.ts';
import { predictionRecordSchema } from '../../contract/project.ts';
import type { StoredModel } from '../../project/model-file.ts';
import { loadModelFrom } from '../../project/model-store.ts';
import type { ImageGroup } from '../../project/read-image-group.ts';
import { jsonText, parseJson, readJson } from '../../project/read-json.ts';
import { SerialQueue } from '../../project/serial-queue.ts';
import { withOutput } from '../../project/with-output.ts';
import type { WriteOutput } from '../../project/with-output.ts';
import { withSegmenter } from './segmenter.ts';
import { findImageGroups } from '../images/add.ts';
import type { AddParams } from '../images/add.ts';
import { forEachItem } from '../for-each-item.ts';
import { findingChoicesOf, parametersOf } from './segment.ts';
import type { SegmentChoices, SegmentedImage, SegmentResult } from './segment.ts';

export interface SegmentFolderParams
  extends SegmentChoices, Pick<AddParams, 'paths' | 'channelPattern' | 'roles'> {
  /** The folder of a model, or a file that was exported. */
  modelPath: string;
  /** Where the results go: `<image>_labels.tif` and `<image>_cells.csv`, and a log of what was done. */
  output: string;
  /** Told the names of all images before the first is looked at. */
  onFound?: (images: string[]) => void;
}

/** What was done in the output folder, so that a second run goes on where the first stopped. */
const logName = 'lacss-segmentation.json';
const logSchema = z.object({ images: z.record(z.string(), predictionRecordSchema) });
type Log = z.infer<typeof logSchema>;

/**
 * Segments files and folders without a project, given a model. Each image's results are written as soon as it is done.
 * @throws LacssError `no-images`, `model-invalid`, `engine-unavailable`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function segmentFolder(
  params: SegmentFolderParams,
  control: JobControl,
): Promise<SegmentResult> {
  const stored = await loadModelFrom(params.modelPath);
  const { groups } = await findImageGroups(params.paths, params.channelPattern);
  params.onFound?.(groups.map(({ name }) => name));
  return withOutput(params.output, (write) => segmentGroups(params, { stored, groups, write }, control));
}

async function segmentGroups(
  params: SegmentFolderParams,
  { stored, groups, write }: { stored: StoredModel; groups: ImageGroup[]; write: WriteOutput },
  control: JobControl,
): Promise<SegmentResult> {
  const output = resolve(params.output);
  const log = await readLog(output);
  const result: SegmentResult = {
    model: stored.card.name,
    done: [],
    skipped: [],
    failures: [],
    computedBy: null,
  };
  const wanted = { weightsSha256: stored.card.weights.sha256, parameters: parametersOf(params) };
  const done = new Map<string, SegmentedImage>();
  const skipped = new Set<string>();
  const choices = findingChoicesOf(params);
  const roles = params.roles ?? {};
  // One after the other, so that no older log is put over a newer one.
  const writing = new SerialQueue();
  const { engine, networks } = params;
  await withSegmenter(stored, { engine, networks, images: groups.length }, async (segmenter) => {
    result.failures = await forEachItem(
      groups,
      control,
      {
        message: 'Segmenting',
        nameOf: ({ name }) => name,
        atOnce: segmenter.atOnce,
        onStart: ({ name }) => params.onImage?.({ status: 'started', image: name }),
        onFailure: ({ name }, failure) => params.onImage?.({ status: 'failed', image: name, failure }),
      },
      async (group, part) => {
        const { name } = group;
        const known = params.again === true ? undefined : log.images[name];
        const found = await segmenter.run('group', { group, roles, known, wanted, choices }, part);
        const { cells } = found;
        if (found.status === 'skipped') {
          skipped.add(name);
          params.onImage?.({ status: 'skipped', image: name, cells });
          return;
        }
        const { files, imageSha256, diameterPx, elapsedMs } = found;
        await writing.run(async () => {
          await write(`${name}_labels.tif`, files.labels);
          await write(`${name}_cells.csv`, files.cells);
          const at = new Date().toISOString();
          const { computedBy } = segmenter;
          log.images[name] = {
            imageName: name,
            imageSha256,
            ...wanted,
            cells,
            diameterPx,
            computedBy,
            elapsedMs,
            at,
          };
          await write(logName, jsonText({ ...log, computedBy: segmenter.report() }));
        });
        const segmented = { image: name, name, cells, elapsedMs, diameterPx };
        done.set(name, segmented);
        params.onImage?.({ status: 'done', ...segmented });
      },
    );
    result.computedBy = segmenter.report();
  });
  // Images may end in another order than they were found in.
  result.done = groups.flatMap(({ name }) => done.get(name) ?? []);
  result.skipped = groups.map(({ name }) => name).filter((name) => skipped.has(name));
  return result;
}

async function readLog(output: string): Promise<Log> {
  const path = join(output, logName);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return { images: {} };
  return parseJson(await readJson(path, 'file-damaged'), logSchema, path, 'file-damaged');
}
