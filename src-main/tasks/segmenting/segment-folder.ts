import { basename, resolve } from 'node:path';
import { itemAt } from '../../contract/elements.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { StoredModel } from '../../project/model-file.ts';
import { loadModelFrom } from '../../project/model-store.ts';
import type { NamedFile } from '../../project/distinct-names.ts';
import { distinctNames } from '../../project/distinct-names.ts';
import type { ImageGroup } from '../../project/read-image-group.ts';
import { withOutput } from '../../project/with-output.ts';
import type { WriteOutput } from '../../project/with-output.ts';
import { findImageGroups } from '../images/find-image-groups.ts';
import type { AddParams } from '../images/add-images.ts';
import { folderLogName, OpenLog, partLogName, readFolderLog, readPartLog } from './folder-log.ts';
import type { FolderLog, Part, PartLog } from './folder-log.ts';
import { ownMinScore } from './segmenting-jobs.ts';
import type { OnePlane } from './segmenting-jobs.ts';
import { findingChoicesOf, parametersOf, segmentEach } from './segment-each.ts';
import type { ImageNews, Segmentable, SegmentChoices, SegmentResult } from './segment-each.ts';
import { pathExists } from '../../project/path-exists.ts';

export interface SegmentFolderParams
  extends SegmentChoices, Pick<AddParams, 'paths' | 'channelPattern' | 'roles'> {
  /** The plane of each stack to segment. @default the first */
  planes?: OnePlane;
  /** The folder of a model, or an exported model file. */
  modelPath: string;
  /** The folder of the results: `<image>_labels.tif`, `<image>_cells.csv`, and a log of finished images. */
  output: string;
  /** Segments only every `of`-th image, beginning with number `index`. @default all images */
  part?: Part;
  /** Called with the names of all images before the first one starts. */
  onFound?: (images: string[]) => void;
}

/** The reports of a running segmentation: in a folder first the list of images, then each finished image. */
export type SegmentReport = ImageNews | { status: 'found'; images: string[] };

/** Listeners of the segmentation of a folder that report it to windows. */
export function reportFolder(
  report: (report: SegmentReport) => void,
): Required<Pick<SegmentFolderParams, 'onImage' | 'onFound'>> {
  return { onImage: report, onFound: (images) => report({ status: 'found', images }) };
}

/**
 * Segments files and folders with a model, without a project. The results of each image are written as soon
 * as it is done.
 * @throws LacssError `no-images`, `model-invalid`, `engine-unavailable`, `file-unwritable`, `disk-full`,
 *   `cancelled`
 */
export async function segmentFolder(
  params: SegmentFolderParams,
  control: JobControl,
): Promise<SegmentResult> {
  const stored = await loadModelFrom(params.modelPath);
  const found = await findImageGroups(params.paths, params.channelPattern);
  const output = resolve(params.output);
  const whole = await readFolderLog(output);
  // A part must name its images as the whole run does. So it uses all images, and finished whole runs only.
  const names = await namesBeside(whole, found.groups);
  const { part } = params;
  const groups = found.groups
    .map((group, i) => ({ ...group, name: itemAt(names, i) }))
    .filter((_, i) => part === undefined || i % part.of === part.index - 1);
  const own = groups.map(({ name }) => name);
  params.onFound?.(own);
  return withOutput(output, async (write) => {
    if (part === undefined) {
      const log = await OpenLog.begin(output, folderLogName, whole, write);
      const result = await segmentGroups(params, { stored, groups, log, write }, control);
      await log.end();
      return result;
    }
    const earlier = await readPartLog(output, part);
    const known = Object.entries({ ...whole.images, ...earlier?.images });
    const log: PartLog = {
      images: Object.fromEntries(known.filter(([name]) => own.includes(name))),
      files: earlier?.files ?? {},
      wanted: own,
      failures: [],
      isComplete: false,
    };
    const open = await OpenLog.begin(output, partLogName(part), log, write);
    const result = await segmentGroups(params, { stored, groups, log: open, write }, control);
    await open.end({ failures: result.failures.map(withoutDetails), isComplete: true });
    return result;
  });
}

/**
 * Names the images so that no result of another image is overwritten. An image that was segmented before
 * keeps its name. If another existing image has the same name, the new one gets another.
 */
async function namesBeside({ files }: FolderLog, groups: readonly ImageGroup[]): Promise<string[]> {
  const before = new Map(Object.entries(files).map(([name, file]) => [file, name]));
  const names = groups.map((group) => before.get(fileOf(group)) ?? null);
  const own = new Set(groups.map(fileOf));
  const others: NamedFile[] = [];
  for (const [name, file] of Object.entries(files)) {
    const path = file.replace(/#\d+$/, '');
    if (own.has(file) || (await pathExists(path))) others.push({ name, path });
  }
  const fresh = groups.filter((_, i) => names[i] === null);
  const given = distinctNames(
    fresh.map(({ name, files }) => ({ name, path: itemAt(files, 0).path })),
    others,
  );
  return names.map((name) => name ?? given.shift()!);
}

function fileOf({ files, image }: ImageGroup): string {
  return image === undefined ? itemAt(files, 0).path : `${itemAt(files, 0).path}#${image}`;
}

async function segmentGroups<Log extends FolderLog>(
  params: SegmentFolderParams,
  {
    stored,
    groups,
    log,
    write,
  }: { stored: StoredModel; groups: ImageGroup[]; log: OpenLog<Log>; write: WriteOutput },
  control: JobControl,
): Promise<SegmentResult> {
  const isCut = params.settings?.minScore === undefined || params.settings.minScore === null;
  const wanted = {
    weightsSha256: stored.card.weights.sha256,
    parameters: {
      ...parametersOf(params),
      ...planeParameters(params.planes),
      ...(isCut ? { modelMinScore: ownMinScore(stored.card) } : {}),
    },
  };
  const choices = findingChoicesOf(params);
  const { roles = {}, planes = {} } = params;
  const items = groups.map((group): Segmentable => {
    const { name } = group;
    return {
      id: name,
      name,
      run: async (segmenter, part) => {
        const known = params.again === true ? undefined : log.content.images[name];
        const found = await segmenter.run('group', { group, roles, planes, known, wanted, choices }, part);
        const { cells, imageSha256, elapsedMs } = found;
        if (found.status === 'skipped') return { status: 'skipped', cells };
        const { files, belowScore, diameterPx, note } = found;
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
          await log.add(name, fileOf(group), record);
          log.content.computedBy = segmenter.report();
        };
        return {
          status: 'done',
          cells,
          belowScore,
          elapsedMs,
          diameterPx,
          ...notesOf(group, note),
          keep,
        };
      },
    };
  });
  try {
    return { model: stored.card.name, ...(await segmentEach(stored, items, params, control)) };
  } catch (error) {
    // If the log cannot be written now, the lines have the finished images.
    await log.end().catch(() => undefined);
    throw error;
  }
}

/** The planes as the log keeps them: the first one, which is used otherwise, is not in older logs. */
function planeParameters({ focus = 0, time = 0 }: OnePlane = {}): Record<string, number | string> {
  return { ...(focus === 0 ? {} : { focus }), ...(time === 0 ? {} : { time }) };
}

/** Notes about an image: guessed channels, and why it has no cells. */
function notesOf({ files, channelsAreGuessed = false }: ImageGroup, note?: string): { note?: string } {
  const names = files.map(({ path }) => basename(path)).join(', ');
  const guess = `${names} were read as channels of one image (--channel-pattern none keeps them separate)`;
  const notes = [...(channelsAreGuessed ? [guess] : []), ...(note === undefined ? [] : [note])];
  return notes.length === 0 ? {} : { note: notes.join('. ') };
}

/** A failure for this log, without stack and causes. They are in the error log. */
function withoutDetails({ code, message, subject, remedy }: Failure): PartLog['failures'][number] {
  return {
    code,
    message,
    ...(subject === undefined ? {} : { subject }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}
