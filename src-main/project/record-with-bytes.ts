import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { countSchema } from '../contract/numbers.ts';
import { LacssError } from '../contract/errors.ts';
import { hashBytes } from './hash-bytes.ts';
import { readBytes } from './read-bytes.ts';
import { jsonText, parseJson, readJson } from './read-json.ts';
import { removeFile } from './remove-file.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

const envelopeSchema = z.object({
  content: z.unknown(),
  bytes: z.object({ file: z.string().regex(/^[\w-]+\.bin$/), sha256: z.string(), length: countSchema }),
});

/**
 * Writes a JSON record and its bytes so that they always match. First it writes the bytes, into a file named
 * by their hash. Then it writes the record with this name, and removes the earlier bytes.
 * @param name `card` writes `card.json` and `card-<hash>.bin`
 * @returns the hash of the bytes
 * @throws LacssError `disk-full`, `file-unwritable`; then the earlier record and bytes are unchanged
 */
export async function writeRecordWithBytes(
  folder: string,
  name: string,
  content: unknown,
  bytes: Uint8Array,
): Promise<string> {
  const sha256 = hashBytes(bytes);
  const file = `${name}-${sha256.slice(0, 16)}.bin`;
  await writeFileAtomically(join(folder, file), bytes);
  const record = { content, bytes: { file, sha256, length: bytes.length } };
  await writeFileAtomically(join(folder, `${name}.json`), jsonText(record));
  // Earlier bytes that cannot be removed only use disk space.
  await removeEarlierBytes(folder, name, file).catch(() => undefined);
  return sha256;
}

async function removeEarlierBytes(folder: string, name: string, file: string): Promise<void> {
  for (const other of await readdir(folder)) {
    if (other !== file && other.startsWith(`${name}-`) && other.endsWith('.bin')) {
      await removeFile(join(folder, other));
    }
  }
}

/**
 * Reads such a record and its bytes.
 * @throws LacssError `file-not-found`; `model-invalid` if one of them was changed
 */
export async function readRecordWithBytes<T>(
  folder: string,
  name: string,
  schema: z.ZodType<T>,
): Promise<{ content: T; bytes: Uint8Array; sha256: string }> {
  const path = join(folder, `${name}.json`);
  const { content, sha256, file } = await readRecord(folder, name, schema);
  const bytes = await readBytes(join(folder, file));
  if (hashBytes(bytes) === sha256) return { content, bytes, sha256 };
  throw new LacssError('model-invalid', `The weights beside ${path} do not match it.`, {
    subject: path,
    remedy: 'Copy the whole folder of the model again from its source, or train the model again.',
  });
}

/** Reads the record alone. */
export async function readRecord<T>(
  folder: string,
  name: string,
  schema: z.ZodType<T>,
): Promise<{ content: T; file: string; sha256: string; length: number }> {
  const path = join(folder, `${name}.json`);
  const envelope = parseJson(await readJson(path, 'model-invalid'), envelopeSchema, path, 'model-invalid');
  const content = parseJson(envelope.content, schema, path, 'model-invalid');
  return { content, ...envelope.bytes };
}
