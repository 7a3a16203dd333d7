import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LacssError } from '../../contract/errors.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { predictionRecordSchema } from '../../contract/project.ts';
import { parseJson, readJson } from '../../project/read-json.ts';

/** One of several parts of the same work, from 1: `{ index: 2, of: 8 }`. */
export interface Part {
  index: number;
  of: number;
}

/** The most parts of a run. */
export const mostParts = 100_000;

/** The log of finished work in an output folder; with it, a second run continues where the first stopped. */
export const folderLogName = 'lacss-segmentation.json';

const logSchema = z.object({
  images: z.record(z.string(), predictionRecordSchema),
  /** The first file of each image, with the number of the image in a file that holds several. */
  files: z.record(z.string(), z.string()).default({}),
  computedBy: z.unknown().optional(),
});
export type FolderLog = z.infer<typeof logSchema>;

/** An image that failed. */
const failureSchema = z.object({
  code: z.custom<ErrorCode>((value) => typeof value === 'string'),
  message: z.string(),
  subject: z.string().exactOptional(),
  remedy: z.string().exactOptional(),
});

const partLogSchema = logSchema.extend({
  /** The names of all images of this part, finished or not. */
  wanted: z.array(z.string()),
  failures: z.array(failureSchema),
  isComplete: z.boolean(),
});
export type PartLog = z.infer<typeof partLogSchema>;

const partPattern = /^lacss-segmentation-part-(\d{1,6})-of-(\d{1,6})\.json$/;

/** The name of a part's own log. Parts that run at the same time never write the same file. */
export function partLogName({ index, of }: Part): string {
  return `lacss-segmentation-part-${index}-of-${of}.json`;
}

/** The log of whole runs; empty if there is none. @throws LacssError `file-damaged`, `file-unreadable` */
export async function readFolderLog(output: string): Promise<FolderLog> {
  return (await readLog(join(output, folderLogName), logSchema)) ?? { images: {}, files: {} };
}

/** The log of a part; `null` if it has not started. @throws LacssError `file-damaged`, `file-unreadable` */
export function readPartLog(output: string, part: Part): Promise<PartLog | null> {
  return readLog(join(output, partLogName(part)), partLogSchema);
}

/** The parts that have a log in an output folder, in order. @throws LacssError `file-not-found` */
export async function listParts(output: string): Promise<Part[]> {
  const names = await readdir(output).catch((cause: unknown) => {
    throw new LacssError('file-not-found', `${output} cannot be read.`, {
      subject: output,
      remedy: 'Give the folder that the parts were written to: lacss merge FOLDER.',
      cause,
    });
  });
  return names
    .flatMap((name) => {
      const match = partPattern.exec(name);
      return match === null ? [] : [{ index: Number(match[1]), of: Number(match[2]) }];
    })
    .sort((a, b) => a.of - b.of || a.index - b.index);
}

async function readLog<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  let value: unknown;
  try {
    value = await readJson(path, 'file-damaged');
  } catch (error) {
    if (error instanceof LacssError && error.code === 'file-not-found') return null;
    throw error;
  }
  return parseJson(value, schema, path, 'file-damaged');
}
