import type { z } from 'zod';
import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { parseToFirstFault } from '../contract/parse-to-first-fault.ts';
import { readText } from './read-bytes.ts';

/**
 * Reads a JSON file of any shape.
 * @param damaged the error code for invalid JSON
 * @throws LacssError `damaged`, `file-not-found`, `file-unreadable`, `file-unsupported`
 */
export async function readJson(path: string, damaged: ErrorCode): Promise<unknown> {
  return parseJsonText(await readText(path), path, damaged);
}

/** @throws LacssError `damaged` for invalid JSON in `path` */
export function parseJsonText(text: string, path: string, damaged: ErrorCode): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LacssError(damaged, `${path} is not valid JSON.`, {
      subject: path,
      remedy: 'Restore an earlier copy of the file, or correct it in a text editor.',
      cause,
    });
  }
}

/**
 * Checks a value read from `path` against its schema.
 * @throws LacssError `damaged` with the first wrong field
 */
export function parseJson<T>(value: unknown, schema: z.ZodType<T>, path: string, damaged: ErrorCode): T {
  const parsed = parseToFirstFault(schema, value);
  if (parsed.success) return parsed.data;
  const issue = itemAt(parsed.error.issues, 0);
  const where = issue.path.length > 0 ? issue.path.join('.') : 'the file';
  throw new LacssError(damaged, `${path} has an invalid value: ${where}: ${issue.message}.`, {
    subject: path,
    remedy: 'Restore an earlier copy of the file, or correct this field in a text editor.',
    cause: parsed.error,
  });
}

/** The text of a JSON file, indented by two spaces per level, for people. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) + '\n';
}
