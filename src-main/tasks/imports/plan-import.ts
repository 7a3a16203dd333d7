import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { parseLocationsCsv } from '../../annotation/parse-locations-csv.ts';
import { isImportable } from '../../contract/cell-files.ts';
import { toFailure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ImageEntry } from '../../contract/project.ts';
import type { ImportPair, ImportPlan } from '../../contract/requests/review.ts';
import { labelCells } from '../../imaging/cells/label-cells.ts';
import { traceContours } from '../../imaging/contours/trace-contours.ts';
import { runsOf } from '../../imaging/label/runs-of.ts';
import { filesBelow, namedFile, pairFiles } from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { readText } from '../../project/read-bytes.ts';
import { cocoNames, isNamed, readCellsFile } from '../../project/read-cells-file.ts';
import { throwIfCancelled } from '../for-each-item.ts';

/** Files that are read and shown before an import. The others are only paired. */
const mostShown = 12;

/** Whether a file is a table of points. */
export function isPointFile(path: string): boolean {
  return extname(path).toLowerCase() === '.csv';
}

interface Pair {
  image: ImageEntry;
  path: string;
}

/**
 * Pairs files of other programs, and those in folders, with the images they belong to, and reads the first of
 * them. A COCO file belongs to every image that it names. The others are called like their images.
 * @param image the image that a single file is for if its name fits none; null: by name only
 * @throws LacssError `file-not-found`, `file-unreadable`, `cancelled`
 */
export async function planImport(
  project: Project,
  { paths, image: imageId }: { paths: readonly string[]; image: string | null },
  { signal, onProgress }: JobControl,
): Promise<ImportPlan> {
  const { pairs, unpaired } = await pairImports(project, paths, imageId);
  const planned: ImportPair[] = [];
  for (const [index, { image, path }] of pairs.entries()) {
    throwIfCancelled(signal);
    const pair = { file: path, image: image.id, name: image.name };
    if (index >= mostShown) {
      planned.push({ ...pair, content: null, failure: null });
      continue;
    }
    onProgress({
      done: index,
      total: Math.min(mostShown, pairs.length),
      message: `Reading ${basename(path)}`,
    });
    try {
      planned.push({ ...pair, content: await contentOf(path, image), failure: null });
    } catch (error) {
      planned.push({ ...pair, content: null, failure: toFailure(error) });
    }
  }
  return { pairs: planned, unpaired };
}

/** The pairs of {@link planImport}, without reading cells. */
export async function pairImports(
  project: Project,
  paths: readonly string[],
  imageId: string | null,
): Promise<{ pairs: Pair[]; unpaired: string[] }> {
  const images = project.manifest.images;
  const files = await expand(paths);
  const pairs: Pair[] = [];
  const byName: string[] = [];
  for (const path of files) {
    // A damaged file is reported where it is read.
    const names = await cocoNames(path).catch(() => null);
    if (names === null) byName.push(path);
    else
      pairs.push(
        ...images
          .filter((image) => names.some((name) => isNamed(name, image)))
          .map((image) => ({ image, path })),
      );
  }
  // A folder may have the cells and the points of one image: each kind is paired for itself.
  for (const isOfKind of [(path: string) => !isPointFile(path), isPointFile]) {
    const named = images.map((image) => ({ ...namedFile(image), image }));
    const found = pairFiles(named, byName.filter(isOfKind));
    pairs.push(...found.map(({ image: { image }, path }) => ({ image, path })));
  }
  const [only] = files;
  if (pairs.length === 0 && imageId !== null && files.length === 1 && only !== undefined)
    pairs.push({ image: project.image(imageId), path: only });
  const paired = new Set(pairs.map(({ path }) => path));
  return { pairs, unpaired: files.filter((path) => !paired.has(path)) };
}

/** The files, and the files in the folders that can be imported. */
async function expand(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) files.push(path);
    else files.push(...(await filesBelow(path)).filter(isImportable).map((name) => join(path, name)));
  }
  return files;
}

async function contentOf(path: string, image: ImageEntry): Promise<ImportPair['content']> {
  if (isPointFile(path)) {
    const points = parseLocationsCsv(await readText(path), basename(path), image);
    return { kind: 'points', count: points.length / 2, points };
  }
  const labels = runsOf(await readCellsFile(path, image));
  return { kind: 'cells', count: labelCells(labels).size, contours: traceContours(labels) };
}
