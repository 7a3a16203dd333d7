import { z } from 'zod';
import { countSchema } from '../../contract/numbers.ts';
import { LacssError } from '../../contract/errors.ts';
import { imageEntrySchema } from '../../contract/project-files.ts';
import { parseToFirstFault } from '../../contract/parse-to-first-fault.ts';
import { keepAside } from '../../project/keep-aside.ts';
import { readManifestCopies } from '../../project/manifest-copies.ts';
import type { Project } from '../../project/project.ts';
import { readText } from '../../project/read-bytes.ts';
import { jsonText } from '../../project/read-json.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';

/**
 * `removed.json` of a project: removed images, and their places in the list. Their annotations stay where
 * they are.
 */
const fileName = 'removed.json';
const entrySchema = z.strictObject({ entry: imageEntrySchema, index: countSchema });
const removedSchema = z.array(entrySchema);
export type RemovedImage = z.infer<typeof entrySchema>;

/**
 * The removed images that are not restored, the last one last. A damaged file is kept aside. It is rebuilt
 * from its readable part and the earlier copies of `project.json`.
 */
export async function readRemoved(project: Project): Promise<RemovedImage[]> {
  let text: string;
  try {
    text = await readText(project.path(fileName));
  } catch (error) {
    if (!(error instanceof LacssError)) throw error;
    if (error.code === 'file-not-found') return [];
    project.tell(`${error.message} Removed images were looked for in earlier copies of project.json.`);
    return rebuilt(project, null);
  }
  const value = parsed(text);
  const removed = parseToFirstFault(removedSchema, value);
  if (removed.success) return withoutPresent(project, removed.data);
  const found = await rebuilt(project, value);
  const aside = await keepAside(
    project.folder,
    ['removed-damaged', '.json'],
    new TextEncoder().encode(text),
    project.readOnly,
  );
  if (aside.isNew)
    project.tell(
      `removed.json was damaged. ${found.length} removed images were found again; ` +
        `the damaged file is ${aside.path}.`,
    );
  // If it cannot be written now, it is rebuilt the next time.
  if (aside.isKept && !project.readOnly) await writeRemoved(project, found).catch(() => undefined);
  return found;
}

/** @throws LacssError `disk-full`, `file-unwritable` */
export async function writeRemoved(project: Project, removed: readonly RemovedImage[]): Promise<void> {
  await writeFileAtomically(project.path(fileName), jsonText(removed));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function withoutPresent(project: Project, removed: readonly RemovedImage[]): RemovedImage[] {
  const there = new Set(project.manifest.images.map(({ id }) => id));
  return removed.filter(({ entry }) => !there.has(entry.id));
}

/** The readable part of the file, and the additional images of earlier manifests. */
async function rebuilt(project: Project, value: unknown): Promise<RemovedImage[]> {
  const readable = Array.isArray(value) ? value.map((entry) => entrySchema.safeParse(entry)) : [];
  const found = readable.flatMap(({ data }) => (data === undefined ? [] : [data]));
  const known = new Set(found.map(({ entry }) => entry.id));
  for (const { images } of await readManifestCopies(project.folder)) {
    for (const [index, entry] of images.entries()) {
      if (known.has(entry.id)) continue;
      known.add(entry.id);
      found.push({ entry, index });
    }
  }
  return withoutPresent(project, found);
}
