import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { hashBytes } from './hash-bytes.ts';
import type { Project } from './project.ts';
import { jsonText, readJson } from './read-json.ts';
import { isWithin } from './resolve-inside.ts';
import { writeFileAtomically } from './write-file-atomically.ts';

const folders = z.array(z.string());

/**
 * The files outside a project that it reads images from, by their real paths. The project may come from a
 * stranger, who wrote these paths.
 */
export async function outsideSources({ folder, manifest }: Project): Promise<string[]> {
  const root = await realpath(folder);
  const places = new Set<string>();
  for (const file of manifest.images.flatMap(({ files }) => files)) {
    for (const source of [file.path, file.lastSeenAt]) places.add(resolve(folder, source));
  }
  const real = await Promise.all([...places].map((path) => realpath(path).catch(() => null)));
  return real.filter((path): path is string => path !== null && !isWithin(path, root));
}

/** The folders and files from which a person allowed this project to read images, on this computer. */
export async function allowedSources(dataFolder: string, project: Project): Promise<string[]> {
  const found = folders.safeParse(
    await readJson(fileOf(dataFolder, project), 'file-damaged').catch(() => null),
  );
  return found.success ? found.data : [];
}

/**
 * Remembers such folders. If the data folder cannot be written, the program asks again next time.
 * @param added files or folders
 * @returns all that are allowed now
 */
export async function allowSources(
  dataFolder: string,
  project: Project,
  added: readonly string[],
): Promise<string[]> {
  const real = await Promise.all(added.map((path) => realpath(path).catch(() => path)));
  const all = [...new Set([...(await allowedSources(dataFolder, project)), ...real])];
  await writeFileAtomically(fileOf(dataFolder, project), jsonText(all)).catch(() => undefined);
  return all;
}

/** Lets a project read images outside its folder only where a person allowed it, or allows it now. */
export async function limitSources(
  dataFolder: string,
  project: Project,
  added: readonly string[],
): Promise<void> {
  const known = [...(project.sources ?? []), ...(await allowedSources(dataFolder, project))];
  const all = added.length > 0 ? await allowSources(dataFolder, project, added) : [];
  project.sources = [...new Set([...known, ...all])];
}

/** One file per project, by its identity: it stays the same when the project is moved. */
function fileOf(dataFolder: string, { manifest: { createdAt } }: Project): string {
  const name = hashBytes(createdAt).slice(0, 16);
  return join(dataFolder, 'image-sources', `${name}.json`);
}
