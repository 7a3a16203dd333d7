import type { z } from 'zod';
import { LacssError } from '../contract/errors.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { readText } from './read-bytes.ts';

/**
 * Reads a JSON file of any shape.
 * @param damaged the code of the error when its text is no JSON
 * @throws LacssError `damaged`, `file-not-found`, `file-unreadable`, `file-unsupported`
 */
export async function readJson(path: string, damaged: ErrorCode): Promise<unknown> {
  return parseJsonText(await readText(path), path, damaged);
}

/** @throws LacssError `damaged`, when the text of `path` is no JSON */
export function parseJsonText(text: string, path: string, damaged: ErrorCode): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LacssError(damaged, `${path} is not valid JSON.`, {
      subject: path,
      remedy: 'Put back an earlier copy of the file, or correct it in a text editor.',
      cause,
    });
  }
}

/**
 * Checks a value read from `path` against its schema.
 * @throws LacssError `damaged`, naming the first field that is wrong
 */
export function parseJson<T>(value: unknown, schema: z.ZodType<T>, path: string, damaged: ErrorCode): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue.path.length > 0 ? issue.path.join('.') : 'the file';
  throw new LacssError(damaged, `${path} holds something unexpected: ${where}: ${issue.message}.`, {
    subject: path,
    remedy: 'Put back an earlier copy of the file, or correct that field in a text editor.',
    cause: parsed.error,
  });
}

/** The text of a JSON file of ours: two blanks a level, so that a person can read it and see what changed. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) + '\n';
}
