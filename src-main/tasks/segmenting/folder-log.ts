import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { countSchema } from '../../contract/numbers.ts';
import { LacssError } from '../../contract/errors.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { predictionRecordSchema } from '../../contract/project-files.ts';
import type { PredictionRecord } from '../../contract/project-files.ts';
import { parseToFirstFault } from '../../contract/parse-to-first-fault.ts';
import { appendLine } from '../../project/append-line.ts';
import { readBytesOrNone } from '../../project/read-bytes.ts';
import { jsonText, parseJson, parseJsonText } from '../../project/read-json.ts';
import { removeFile } from '../../project/remove-file.ts';
import type { WriteOutput } from '../../project/with-output.ts';

/** One of several parts of the same work, from 1: `{ index: 2, of: 8 }`. */
export interface Part {
  index: number;
  of: number;
}

/** The most parts of a run. */
export const mostParts = 100_000;

/**
 * The log of finished work in an output folder; with it, a second run continues where the first stopped.
 * Lines beside it (`.jsonl`) are from an unfinished or killed run.
 */
export const folderLogName = 'lacss-segmentation.json';

/** An image that failed. */
const failureSchema = z.object({
  code: z.custom<ErrorCode>((value) => typeof value === 'string'),
  message: z.string(),
  subject: z.string().exactOptional(),
  remedy: z.string().exactOptional(),
});

const logSchema = z.object({
  images: z.record(z.string(), predictionRecordSchema),
  /** The first file of each image, with the number of the image in a file that holds several. */
  files: z.record(z.string(), z.string()).default({}),
  computedBy: z.unknown().optional(),
  /** The result of a merge that has not yet removed the logs of its parts. */
  merging: z
    .object({ parts: countSchema, images: countSchema, cells: countSchema, failures: z.array(failureSchema) })
    .exactOptional(),
});
export type FolderLog = z.infer<typeof logSchema>;

const partLogSchema = logSchema.extend({
  /** The names of all images of this part, finished or not. */
  wanted: z.array(z.string()),
  failures: z.array(failureSchema),
  isComplete: z.boolean(),
});
export type PartLog = z.infer<typeof partLogSchema>;

const lineSchema = z.object({ name: z.string(), file: z.string(), record: predictionRecordSchema });

const partPattern = /^lacss-segmentation-part-(\d{1,6})-of-(\d{1,6})\.json$/;

/** The name of a part's own log. Parts that run at the same time never write the same file. */
export function partLogName({ index, of }: Part): string {
  return `lacss-segmentation-part-${index}-of-${of}.json`;
}

/** The log of whole runs; empty if there is none. @throws LacssError `file-damaged`, `file-unreadable` */
export async function readFolderLog(output: string): Promise<FolderLog> {
  return (await readLog(output, folderLogName, logSchema)) ?? { images: {}, files: {} };
}

/** The log of a part; `null` if it has not started. @throws LacssError `file-damaged`, `file-unreadable` */
export function readPartLog(output: string, part: Part): Promise<PartLog | null> {
  return readLog(output, partLogName(part), partLogSchema);
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

/**
 * A log while its run goes on. A finished image adds one line. Writing the whole log for each image would
 * take time that grows with the square of their number.
 */
export class OpenLog<Log extends FolderLog> {
  readonly content: Log;
  readonly #output: string;
  readonly #name: string;
  readonly #write: WriteOutput;
  #lineBytes = 0;

  private constructor(output: string, name: string, log: Log, write: WriteOutput) {
    this.content = log;
    this.#output = output;
    this.#name = name;
    this.#write = write;
  }

  /** Begins with the finished images of an earlier run. @throws LacssError `file-unwritable`, `disk-full` */
  static async begin<Log extends FolderLog>(
    output: string,
    name: string,
    log: Log,
    write: WriteOutput,
  ): Promise<OpenLog<Log>> {
    const open = new OpenLog(output, name, log, write);
    await open.end();
    return open;
  }

  /** Adds a finished image. @throws LacssError `file-unwritable`, `disk-full` */
  async add(name: string, file: string, record: PredictionRecord): Promise<void> {
    const line = JSON.stringify({ name, file, record });
    this.#lineBytes = await appendLine(join(this.#output, linesName(this.#name)), this.#lineBytes, line);
    this.content.images[name] = record;
    this.content.files[name] = file;
  }

  /** Writes the whole log, and removes the lines. @throws LacssError `file-unwritable`, `disk-full` */
  async end(changed: Partial<Log> = {}): Promise<void> {
    await this.#write(this.#name, jsonText({ ...this.content, ...changed }));
    await removeFile(join(this.#output, linesName(this.#name)));
  }
}

function linesName(logName: string): string {
  return `${logName}l`;
}

async function readLog<T extends FolderLog>(
  output: string,
  name: string,
  schema: z.ZodType<T>,
): Promise<T | null> {
  const path = join(output, name);
  const bytes = await readBytesOrNone(path);
  if (bytes === null) return null;
  const log = parseJson(
    parseJsonText(new TextDecoder().decode(bytes), path, 'file-damaged'),
    schema,
    path,
    'file-damaged',
  );
  const lines = await readBytesOrNone(join(output, linesName(name)));
  for (const line of new TextDecoder().decode(lines ?? new Uint8Array()).split('\n')) {
    // The last line of a killed run may be incomplete: its image is segmented again.
    const parsed = parseToFirstFault(lineSchema, jsonOrNull(line));
    if (!parsed.success) continue;
    log.images[parsed.data.name] = parsed.data.record;
    log.files[parsed.data.name] = parsed.data.file;
  }
  return log;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
