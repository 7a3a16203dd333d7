import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { LacssError } from '../../contract/errors.ts';
import type { Failure } from '../../contract/failure.ts';
import { jsonText } from '../../project/read-json.ts';
import { removeFile } from '../../project/remove-file.ts';
import { withOutput } from '../../project/with-output.ts';
import { folderLogName, listParts, partLogName, readFolderLog, readPartLog } from './folder-log.ts';
import type { FolderLog, Part, PartLog } from './folder-log.ts';

/** The contents of an output folder after a merge. */
export interface MergeResult {
  folder: string;
  parts: number;
  images: number;
  cells: number;
  /** Images that failed in their part. */
  failures: Failure[];
}

/**
 * Joins the logs of all parts (`lacss segment --part i/n`) into the log of a whole run. The label images and
 * tables of the parts stay as they are. Afterwards the folder is like that of a single run, and a run without
 * parts continues it.
 * @throws LacssError `file-not-found` without parts; `setting-invalid` if a part or a result is missing, or
 *   if the parts have different models or settings; `file-damaged`
 */
export async function mergeParts(output: string): Promise<MergeResult> {
  const folder = resolve(output);
  const parts = await listParts(folder);
  const all = await readFolderLog(folder);
  if (all.merging !== undefined && (await areJoined(folder, parts, all))) return finish(folder, parts, all);
  const of = parts[0]?.of;
  if (of === undefined) {
    throw new LacssError('file-not-found', `${folder} has no parts to merge.`, {
      subject: folder,
      remedy: 'Segment with --part 1/8 … 8/8 into this folder first. A run without --part needs no merge.',
    });
  }
  refuseOtherSplit(folder, parts);
  const logs = new Map<number, PartLog>();
  for (const part of parts) {
    const log = await readPartLog(folder, part);
    if (log?.isComplete === true) logs.set(part.index, log);
  }
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !logs.has(index));
  if (missing.length > 0) {
    throw new LacssError(
      'setting-invalid',
      `${missing.length} of ${of} parts are not finished: ${listed(missing.map((index) => `${index}/${of}`))}.`,
      {
        subject: folder,
        remedy: 'Run these parts again with the same options. Finished images are skipped.',
      },
    );
  }
  const earlier = Object.keys(all.images);
  const ordered = [...logs.values()];
  for (const { images, files } of ordered) {
    Object.assign(all.images, images);
    Object.assign(all.files, files);
  }
  refuseOtherSettings(folder, ordered);
  await refuseMissingResults(folder, ordered);
  const computedBy = ordered.find((log) => log.computedBy !== undefined)?.computedBy;
  const entries = Object.entries(all.images).sort(([a], [b]) => byName(a, b));
  const images = Object.fromEntries(entries);
  const merged = entries.filter(
    ([name]) => !earlier.includes(name) || ordered.some((log) => name in log.images),
  );
  const merging = {
    parts: of,
    images: merged.length,
    cells: merged.reduce((sum, [, { cells }]) => sum + cells, 0),
    failures: ordered.flatMap((log) => log.failures),
  };
  const joined = { ...all, images, computedBy, merging };
  await writeLog(folder, joined);
  return finish(folder, parts, joined);
}

/** Removes the logs of the parts. The joined log has them: a merge that was killed here goes on from it. */
async function finish(folder: string, parts: readonly Part[], joined: FolderLog): Promise<MergeResult> {
  for (const part of parts) await removeFile(join(folder, partLogName(part)));
  const { merging, ...log } = joined;
  await writeLog(folder, log);
  return { folder, ...merging! };
}

function writeLog(folder: string, log: FolderLog): Promise<void> {
  return withOutput(folder, async (write) => void (await write(folderLogName, jsonText(log))));
}

/** Whether the joined log has all that these parts have: none of them ran again since. */
async function areJoined(folder: string, parts: readonly Part[], joined: FolderLog): Promise<boolean> {
  for (const part of parts) {
    const log = await readPartLog(folder, part);
    const images = Object.entries(log?.images ?? {});
    if (images.some(([name, record]) => !isDeepStrictEqual(record, joined.images[name]))) return false;
  }
  return true;
}

function refuseOtherSplit(folder: string, parts: readonly { of: number }[]): void {
  const splits = [...new Set(parts.map(({ of }) => of))];
  if (splits.length === 1) return;
  throw new LacssError(
    'setting-invalid',
    `${folder} has parts of different runs: ${listed(splits.map((of) => `of ${of}`))}.`,
    {
      subject: folder,
      remedy: `Remove the logs of the run you do not want (lacss-segmentation-part-…-of-${splits[0]}.json), then merge again.`,
    },
  );
}

/** One folder has the results of one model with one set of choices, as after a single run. */
function refuseOtherSettings(folder: string, logs: readonly PartLog[]): void {
  const kinds = new Set(
    logs
      .flatMap(({ images }) => Object.values(images))
      .map(({ weightsSha256, parameters }) => JSON.stringify([weightsSha256, parameters])),
  );
  if (kinds.size <= 1) return;
  throw new LacssError('setting-invalid', 'The parts were segmented with different models or settings.', {
    subject: folder,
    remedy: 'Run all parts again with the same model and the same options.',
  });
}

async function refuseMissingResults(folder: string, logs: readonly PartLog[]): Promise<void> {
  const missing: string[] = [];
  for (const { images, wanted, failures } of logs) {
    const failed = new Set(failures.map(({ subject }) => subject));
    missing.push(...wanted.filter((name) => !(name in images) && !failed.has(name)));
    for (const name of Object.keys(images)) {
      for (const ending of ['_labels.tif', '_cells.csv']) {
        const path = join(folder, `${name}${ending}`);
        if ((await stat(path).catch(() => null)) === null) missing.push(`${name}${ending}`);
      }
    }
  }
  if (missing.length === 0) return;
  throw new LacssError('setting-invalid', `Results are missing in ${folder}: ${listed(missing)}.`, {
    subject: folder,
    remedy: 'Run the parts again with --again.',
  });
}

/** At most five of them. */
function listed(names: readonly string[]): string {
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
}

function byName(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
