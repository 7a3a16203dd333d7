import { stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { parseLocationsCsv } from '../../annotation/parse-locations-csv.ts';
import { isImportable } from '../../contract/cell-files.ts';
import { LacssError } from '../../contract/errors.ts';
import { toFailure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import type { ImportPair, ImportPlan, StrayEntry } from '../../contract/requests/review-requests.ts';
import { labelCells } from '../../imaging/cells/label-cells.ts';
import { traceContours } from '../../imaging/contours/trace-contours.ts';
import { runsOf } from '../../imaging/label/runs-of.ts';
import { filesBelow, isImageName, labelledStem, namedFile, pairFiles } from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { readText } from '../../project/read-bytes.ts';
import { CocoEntries } from '../../project/coco-entries.ts';
import { cocoNames, readCellsFile } from '../../project/read-cells-file.ts';
import { throwIfCancelled } from '../for-each-item.ts';

/** Files that are read and shown before an import. The others are only paired. */
const mostShown = 12;

/** Whether a file is a table of points. */
export function isPointFile(path: string): boolean {
  return extname(path).toLowerCase() === '.csv';
}

interface FileForImage {
  image: ImageEntry;
  path: string;
  /** Why the file may be the wrong one for this image; null if it is certain. */
  doubt: LacssError | null;
}

/**
 * Pairs files of other programs, and those in folders, with their images, and reads the first ones. A COCO
 * file belongs to every image that it names. The others have the names of their images.
 * @param image the image for a single file whose name fits none; null: by name only
 * @throws LacssError `file-not-found`, `file-unreadable`, `cancelled`
 */
export async function planImport(
  project: Project,
  { paths, image: imageId }: { paths: readonly string[]; image: string | null },
  { signal, onProgress }: JobControl,
): Promise<ImportPlan> {
  const { pairs, ...others } = await pairImports(project, paths, imageId);
  const planned: ImportPair[] = [];
  for (const [index, { image, path, doubt }] of pairs.entries()) {
    throwIfCancelled(signal);
    const pair = { file: path, image: image.id, name: image.name };
    if (doubt !== null) {
      planned.push({ ...pair, content: null, failure: toFailure(doubt) });
      continue;
    }
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
      planned.push({ ...pair, content: await contentOf(project, path, image), failure: null });
    } catch (error) {
      planned.push({ ...pair, content: null, failure: toFailure(error) });
    }
  }
  return { pairs: planned, ...others };
}

/** The pairs of {@link planImport}, without reading cells. */
export async function pairImports(
  project: Project,
  paths: readonly string[],
  imageId: string | null,
): Promise<{ pairs: FileForImage[]; unpaired: string[]; strays: StrayEntry[] }> {
  const images = project.manifest.images;
  const { files, unsure } = await expand(project, paths);
  const pairs: FileForImage[] = [];
  const byName: string[] = [];
  const strays: StrayEntry[] = [];
  for (const path of files) {
    // A damaged file is reported where it is read.
    const names = await cocoNames(path).catch(() => null);
    if (names === null) {
      byName.push(path);
      continue;
    }
    const entries = new CocoEntries(images, names);
    const own = cocoPairs(images, path, entries);
    pairs.push(...own);
    // A file without a pair is listed as a whole.
    if (own.length > 0) strays.push(...entries.unclaimed.map((entry) => ({ file: path, entry })));
  }
  // A folder may have both cells and points of one image, so each kind is paired on its own.
  for (const isOfKind of [(path: string) => !isPointFile(path), isPointFile]) {
    const named = images.map((image) => ({ ...namedFile(image), image }));
    const found = pairFiles(named, byName.filter(isOfKind));
    pairs.push(...found.map(({ image: { image }, path }) => ({ image, path, doubt: null })));
  }
  const [only] = files;
  if (pairs.length === 0 && imageId !== null && files.length === 1 && only !== undefined)
    pairs.push({ image: project.image(imageId), path: only, doubt: null });
  const paired = new Set(pairs.map(({ path }) => path));
  return {
    pairs: pairs.map((pair) => ({ ...pair, doubt: pair.doubt ?? doubtOf(pair, pairs) })),
    unpaired: [...files.filter((path) => !paired.has(path)), ...unsure],
    strays,
  };
}

/** The images that a COCO file names. */
function cocoPairs(images: readonly ImageEntry[], path: string, entries: CocoEntries): FileForImage[] {
  return images.flatMap((image): FileForImage[] => {
    const claim = entries.of(image);
    if (claim === null) return [];
    if (claim.kind !== 'shared') return [{ image, path, doubt: null }];
    const doubt = new LacssError(
      'annotation-missing',
      `${path} has one image ${claim.entry}, which fits ${image.name} and ${claim.rival}.`,
      { subject: path, remedy: 'Write the names or the folders of the images into file_name.' },
    );
    return [{ image, path, doubt }];
  });
}

/** One import would replace the other, so a person has to choose. */
function doubtOf({ image, path }: FileForImage, pairs: readonly FileForImage[]): LacssError | null {
  const isOfPoints = isPointFile(path);
  const rival = pairs.find(
    (other) => other.image === image && other.path !== path && isPointFile(other.path) === isOfPoints,
  );
  if (rival === undefined) return null;
  return new LacssError('annotation-missing', `${path} and ${rival.path} are both for ${image.name}.`, {
    subject: path,
    remedy: 'Import one of them alone.',
  });
}

/**
 * The given files, and the files in the given folders that can be imported.
 * @returns `unsure` has the images in folders whose other files are certainly cells, because programs write
 *   cells beside the image
 */
async function expand(
  project: Project,
  paths: readonly string[],
): Promise<{ files: string[]; unsure: string[] }> {
  const files: string[] = [];
  const unsure: string[] = [];
  const own = new Set(
    project.manifest.images.flatMap((image) =>
      image.files.flatMap((file) => [resolve(project.folder, file.path), file.lastSeenAt]),
    ),
  );
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) {
      files.push(path);
      continue;
    }
    const names = (await filesBelow(path)).filter(
      (name) => isImportable(name) && !own.has(resolve(path, name)),
    );
    const isSure = (name: string): boolean => !isImageName(name) || labelledStem(name) !== null;
    const isAnySure = names.some((name) => isSure(name) && !isPointFile(name));
    for (const name of names) (isSure(name) || !isAnySure ? files : unsure).push(join(path, name));
  }
  return { files, unsure };
}

async function contentOf(project: Project, path: string, image: ImageEntry): Promise<ImportPair['content']> {
  if (isPointFile(path)) {
    const points = parseLocationsCsv(await readText(path), basename(path), image);
    return { kind: 'points', count: points.length / 2, points };
  }
  const labels = runsOf((await readCellsFile(path, image, project.manifest.images)).labels);
  return { kind: 'cells', count: labelCells(labels).size, contours: traceContours(labels) };
}
