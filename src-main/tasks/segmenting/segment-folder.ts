import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import type { JobControl } from '../../contract/job.ts';
import { predictionRecordSchema } from '../../contract/project.ts';
import type { StoredModel } from '../../project/model-file.ts';
import { loadModelFrom } from '../../project/model-store.ts';
import type { NamedFile } from '../../project/distinct-names.ts';
import { distinctNames } from '../../project/distinct-names.ts';
import type { ImageGroup } from '../../project/read-image-group.ts';
import { jsonText, parseJson, readJson } from '../../project/read-json.ts';
import { withOutput } from '../../project/with-output.ts';
import type { WriteOutput } from '../../project/with-output.ts';
import { findImageGroups } from '../images/add.ts';
import type { AddParams } from '../images/add.ts';
import { findingChoicesOf, parametersOf, segmentEach } from './segment-each.ts';
import type { Segmentable, SegmentChoices, SegmentResult } from './segment-each.ts';

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
const logSchema = z.object({
  images: z.record(z.string(), predictionRecordSchema),
  /** The (first) file of each image, and which image of it where it holds several. */
  files: z.record(z.string(), z.string()).default({}),
});
type Log = z.infer<typeof logSchema>;

/**
 * Segments files and folders without a project, given a model. Each image's results are written as soon as it
 * is done.
 * @throws LacssError `no-images`, `model-invalid`, `engine-unavailable`, `file-unwritable`, `disk-full`,
 * `cancelled`
 */
export async function segmentFolder(
  params: SegmentFolderParams,
  control: JobControl,
): Promise<SegmentResult> {
  const stored = await loadModelFrom(params.modelPath);
  const found = await findImageGroups(params.paths, params.channelPattern);
  const log = await readLog(resolve(params.output));
  const names = await namesBeside(log, found.groups);
  const groups = found.groups.map((group, i) => ({ ...group, name: names[i] }));
  params.onFound?.(names);
  return withOutput(params.output, (write) => segmentGroups(params, { stored, groups, log, write }, control));
}

/**
 * What the images are called, so that no result of another image is written over: an image that was segmented
 * before keeps its name; one that is called like another that is still there gets another name.
 */
async function namesBeside({ files }: Log, groups: readonly ImageGroup[]): Promise<string[]> {
  const before = new Map(Object.entries(files).map(([name, file]) => [file, name]));
  const names = groups.map((group) => before.get(fileOf(group)) ?? null);
  const own = new Set(groups.map(fileOf));
  const others: NamedFile[] = [];
  for (const [name, file] of Object.entries(files)) {
    const path = file.replace(/#\d+$/, '');
    if (own.has(file) || (await isThere(path))) others.push({ name, path });
  }
  const fresh = groups.filter((_, i) => names[i] === null);
  const given = distinctNames(
    fresh.map(({ name, files: [first] }) => ({ name, path: first.path })),
    others,
  );
  return names.map((name) => name ?? given.shift()!);
}

function fileOf({ files, image }: ImageGroup): string {
  return image === undefined ? files[0].path : `${files[0].path}#${image}`;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function segmentGroups(
  params: SegmentFolderParams,
  { stored, groups, log, write }: { stored: StoredModel; groups: ImageGroup[]; log: Log; write: WriteOutput },
  control: JobControl,
): Promise<SegmentResult> {
  const wanted = { weightsSha256: stored.card.weights.sha256, parameters: parametersOf(params) };
  const choices = findingChoicesOf(params);
  const roles = params.roles ?? {};
  const items = groups.map((group): Segmentable => {
    const { name } = group;
    return {
      id: name,
      name,
      run: async (segmenter, part) => {
        const known = params.again === true ? undefined : log.images[name];
        const found = await segmenter.run('group', { group, roles, known, wanted, choices }, part);
        const { cells, imageSha256, elapsedMs } = found;
        if (found.status === 'skipped') return { status: 'skipped', cells };
        const { files, diameterPx, note } = found;
        const keep = async (): Promise<void> => {
          await write(`${name}_labels.tif`, files.labels);
          await write(`${name}_cells.csv`, files.cells);
          const { computedBy } = segmenter;
          const at = new Date().toISOString();
          const record = {
            imageName: name,
            imageSha256,
            ...wanted,
            cells,
            diameterPx,
            computedBy,
            elapsedMs,
            at,
          };
          log.images[name] = record;
          log.files[name] = fileOf(group);
          await write(logName, jsonText({ ...log, computedBy: segmenter.report() }));
        };
        return {
          status: 'done',
          cells,
          elapsedMs,
          diameterPx,
          ...notesOf(group, note),
          keep,
        };
      },
    };
  });
  return { model: stored.card.name, ...(await segmentEach(stored, items, params, control)) };
}

/** What a person should know of an image: guessed channels, and why it has no cells. */
function notesOf({ files, channelsAreGuessed = false }: ImageGroup, note?: string): { note?: string } {
  const names = files.map(({ path }) => basename(path)).join(', ');
  const guess = `${names} were read as channels of one image (--channel-pattern none keeps them separate)`;
  const notes = [...(channelsAreGuessed ? [guess] : []), ...(note === undefined ? [] : [note])];
  return notes.length === 0 ? {} : { note: notes.join('. ') };
}

async function readLog(output: string): Promise<Log> {
  const path = join(output, logName);
  if (!(await isThere(path))) return { images: {}, files: {} };
  return parseJson(await readJson(path, 'file-damaged'), logSchema, path, 'file-damaged');
}
