import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { imageEntrySchema } from '../../contract/project.ts';
import type { Project } from '../../project/project.ts';
import { jsonText } from '../../project/read-json.ts';
import { writeFileAtomically } from '../../project/write-file-atomically.ts';

/** `removed.json` of a project: images that were taken out, and where they stood. Their annotations stay where they are. */
const fileName = 'removed.json';
const removedSchema = z.array(z.strictObject({ entry: imageEntrySchema, index: z.int().min(0) }));
export type RemovedImage = z.infer<typeof removedSchema>[number];

/** The images that were taken out and are not back, the last one last; none where the file is damaged. */
export async function readRemoved(project: Project): Promise<RemovedImage[]> {
  const there = new Set(project.manifest.images.map(({ id }) => id));
  try {
    const text = await readFile(project.path(fileName), 'utf8');
    return removedSchema.parse(JSON.parse(text)).filter(({ entry }) => !there.has(entry.id));
  } catch {
    return [];
  }
}

/** @throws LacssError `disk-full`, `file-unwritable` */
export async function writeRemoved(project: Project, removed: readonly RemovedImage[]): Promise<void> {
  await writeFileAtomically(project.path(fileName), jsonText(removed));
}
