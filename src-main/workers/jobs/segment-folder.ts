import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { JobControl } from '../../contract/job.ts';
import type { FloatPlane, Segmentation } from '../../contract/pixels.ts';
import { predictionRecordSchema } from '../../contract/project.ts';
import type { PredictionRecord } from '../../contract/project.ts';
import { labelTiff } from '../../export/label-tiff.ts';
import { planeAt } from '../../imaging/raster/plane-at.ts';
import { fileError } from '../../project/file-error.ts';
import { inputChannelsOf } from '../../project/model-inputs.ts';
import { loadModelFrom } from '../../project/model-store.ts';
import { cellsText } from '../../project/prediction-store.ts';
import { readImageGroup } from '../../project/read-image-group.ts';
import type { ImageGroup, ImageGroupContent } from '../../project/read-image-group.ts';
import { jsonText, parseJson, readJson } from '../../project/read-json.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';
import { chooseRoles, findImageGroups } from './add.ts';
import type { AddParams } from './add.ts';
import { forEachItem } from './for-each-item.ts';
import { isSameWork, parametersOf, segmentPlanes } from './segment.ts';
import type { SegmentChoices, SegmentResult } from './segment.ts';
import { withModel } from './with-model.ts';

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
  const output = resolve(params.output);
  await mkdir(output, { recursive: true }).catch((error: unknown) => {
    throw fileError(error, output, 'write');
  });
  const log = await readLog(output);
  const result: SegmentResult = { model: stored.card.name, done: [], skipped: [], failures: [] };
  const wanted = { weightsSha256: stored.card.weights.sha256, parameters: parametersOf(params) };
  await withModel(stored, params.engine, async (loaded) => {
    result.failures = await forEachItem(
      groups,
      control,
      {
        message: 'Segmenting',
        nameOf: ({ name }) => name,
        onFailure: ({ name }, failure) => params.onImage?.({ status: 'failed', image: name, failure }),
      },
      async (group, part) => {
        const content = await readImageGroup(group);
        const known = params.again === true ? undefined : log.images[group.name];
        if (known !== undefined && isSameWork(known, { ...wanted, image: content })) {
          result.skipped.push(group.name);
          params.onImage?.({ status: 'skipped', image: group.name, cells: known.cells });
          return;
        }
        const startMs = performance.now();
        const roles = chooseRoles(content, params.roles ?? {}, group.name);
        const channels = inputChannelsOf(stored.card, { ...content, name: group.name, roles });
        const planes = channels.map((channel) => planeOf(content, channel, group));
        const { diameterPx, ...found } = await segmentPlanes(
          planes,
          content.pixelSizeUm,
          loaded,
          params,
          part,
        );
        const elapsedMs = performance.now() - startMs;
        await writeResults(output, group.name, content, found);
        log.images[group.name] = {
          imageName: group.name,
          imageSha256: content.files.map(({ sha256 }) => sha256),
          ...wanted,
          cells: found.scores.length,
          diameterPx,
          elapsedMs,
          at: new Date().toISOString(),
        } satisfies PredictionRecord;
        await writeFileAtomically(join(output, logName), jsonText(log));
        const cells = found.scores.length;
        const done = { image: group.name, name: group.name, cells, elapsedMs, diameterPx };
        result.done.push(done);
        params.onImage?.({ status: 'done', ...done });
      },
    );
  });
  return result;
}

function planeOf({ rasters }: ImageGroupContent, channel: number, { name }: ImageGroup): FloatPlane {
  let first = 0;
  for (const raster of rasters) {
    if (channel < first + raster.sizes.c) return planeAt(raster, { c: channel - first }, name);
    first += raster.sizes.c;
  }
  throw new RangeError(`channel ${channel} of ${name}; expected less than ${first}`);
}

async function writeResults(
  output: string,
  name: string,
  { pixelSizeUm }: ImageGroupContent,
  { labels, scores, locations }: Segmentation,
): Promise<void> {
  const path = join(output, ...name.split('/'));
  await writeFileAtomically(`${path}_labels.tif`, labelTiff(labels, pixelSizeUm));
  await writeFileAtomically(`${path}_cells.csv`, cellsText(scores, locations));
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
