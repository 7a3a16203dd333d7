import { LacssError } from '../../contract/errors.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ImportRole, StrayEntry } from '../../contract/requests/review-requests.ts';
import type { Project } from '../../project/project.ts';
import { forEachItem } from '../for-each-item.ts';
import { importFile } from './import-file.ts';
import type { FileImport } from './import-file.ts';
import { isPointFile, pairImports } from './plan-import.ts';

/** The result of an import from a folder. */
export interface FolderImport {
  as: ImportRole;
  imported: ({ image: string; name: string; file: string } & FileImport)[];
  /** Files without an image, or without a certain one. */
  unpaired: string[];
  /** Images that COCO files name beside those of the project. */
  strays: StrayEntry[];
  failures: Failure[];
}

/**
 * Imports the files in a folder for the images with the same names, each as one step of undo. Tables of
 * points can only be annotation.
 * @throws LacssError `annotation-missing` if no file belongs to an image, `file-not-found`,
 *   `file-unreadable`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function importFolder(
  project: Project,
  { folder, as }: { folder: string; as: ImportRole },
  control: JobControl,
): Promise<FolderImport> {
  const { pairs, ...others } = await pairImports(project, [folder], null);
  const wanted = pairs.filter(({ path }) => as === 'annotation' || !isPointFile(path));
  if (wanted.length === 0) {
    throw new LacssError(
      'annotation-missing',
      `No file in ${folder} has the name of an image of the project.`,
      {
        subject: folder,
        remedy: 'Give the files the names of the images, or import one file for one image.',
        command: 'lacss review import IMAGE FILE',
      },
    );
  }
  const imported: FolderImport['imported'] = [];
  const failures = await forEachItem(
    wanted,
    control,
    { message: 'Importing cells of', nameOf: ({ image }) => image.name },
    async ({ image, path, doubt }) => {
      if (doubt !== null) throw doubt;
      const result = await importFile(project, image.id, { path, as });
      imported.push({ image: image.id, name: image.name, file: path, ...result });
    },
  );
  return { as, imported, ...others, failures };
}
