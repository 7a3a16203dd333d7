import { itemAt } from '../../contract/elements.ts';
import type { Failure } from '../../contract/failure.ts';
import type { ImageId } from '../../contract/fields.ts';
import type { JobControl } from '../../contract/job.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { sureOfRoles } from '../../contract/requests/image-requests.ts';
import type { AddedImages, LabelPair, SkippedImage } from '../../contract/requests/image-requests.ts';
import { namedFile, pairFiles } from '../../project/companion-file.ts';
import { distinctNames } from '../../project/distinct-names.ts';
import type { Project } from '../../project/project.ts';
import { readImageGroup } from '../../project/read-image-group.ts';
import { forEachItem } from '../for-each-item.ts';
import { attachLabelFile } from './attach-labels.ts';
import { replaceImages } from './change-images.ts';
import { chosenPlanes } from './chosen-planes.ts';
import type { ChosenPlane } from './chosen-planes.ts';
import { copyDropped } from './copy-dropped.ts';
import { findImageGroups } from './find-image-groups.ts';
import { newEntry, changedEntry, updatedEntry, saysRoles } from './image-entries.ts';
import type { SaidOfImages } from './image-entries.ts';
import { takenIds } from './taken-ids.ts';

export interface AddParams extends SaidOfImages {
  /** Files and folders. */
  paths: readonly string[];
  /** Where file names contain image and channel: `{stem}_{channel}.tif`; `none`: nowhere. @default guessed */
  channelPattern?: string | undefined;
  /** Attach the label images among the files to the images with the same names. @default false */
  attachLabels?: boolean | undefined;
  /** Update images of the project whose files have changed. @default false */
  update?: boolean | undefined;
}

/** How long images wait at most until they are saved and shown, while others are read, ms. */
const saveEveryMs = 1000;

export interface AddResult extends Omit<AddedImages, 'added'> {
  added: ImageEntry[];
}

/**
 * Adds images to a project. Files of one field become one image. They are read and hashed, and the roles of
 * their channels are guessed. The files stay where they are. Files that fail are listed, the others proceed.
 * @param onAdded called with images that are in the project, while others are still read
 * @throws LacssError `no-images`, `file-not-found`, `file-unwritable`, `disk-full`, `cancelled`,
 *   `setting-invalid`
 */
export async function addImages(
  project: Project,
  params: AddParams,
  control: JobControl,
  onAdded: (images: ImageId[]) => Promise<void> = () => Promise.resolve(),
): Promise<AddResult> {
  project.refuseWhenReadOnly();
  const paths = await copyDropped(project, params.paths);
  const { groups, ...found } = await findImageGroups(
    paths,
    params.channelPattern,
    params.axes,
    project.manifest.images.map(namedFile),
  );
  const contents = imagesBy(project.manifest.images, ({ files }) => contentOf(files));
  const ids = await takenIds(project);
  const added: ImageEntry[] = [];
  const byPaths = imagesBy(project.manifest.images, ({ files }) =>
    placeOf(files.map(({ lastSeenAt, image: index }) => ({ path: lastSeenAt, image: index }))),
  );
  const known: SkippedImage[] = [];
  const outdated: SkippedImage[] = [];
  const updated: SkippedImage[] = [];
  const guessedStacks: string[] = [];
  const guessedRoles: string[] = [];
  const guessedChannels: string[] = [];
  const said = new Map<string, ImageEntry>();
  const newer = new Map<string, ImageEntry>();
  let saved = 0;
  let savedAtMs = performance.now();
  const saveAdded = async (): Promise<void> => {
    const more = added.slice(saved);
    if (more.length === 0) return;
    await project.update((manifest) => ({ ...manifest, images: [...manifest.images, ...more] }));
    saved += more.length;
    savedAtMs = performance.now();
    await onAdded(more.map(({ id }) => id));
  };
  const keep = async (): Promise<void> => {
    await saveAdded();
    await replaceImages(project, [...said.values()], 'Change the image');
    await replaceImages(project, [...newer.values()], 'Update the image file');
  };
  let failures: Failure[];
  try {
    failures = await forEachItem(
      groups,
      control,
      { message: 'Reading', nameOf: ({ name }) => name },
      async (group, { signal }) => {
        const content = await readImageGroup(group, params.axes, signal);
        const planes = chosenPlanes(content.sizes, params, group.name);
        const same = contents.get(contentOf(content.files)) ?? [];
        const old = same.length > 0 ? [] : (byPaths.get(placeOf(content.files)) ?? []);
        const skippedAs = ({ id, name }: ImageEntry): SkippedImage => ({
          name: group.name,
          image: id,
          as: name,
        });
        if (old.length > 0) {
          if (params.update !== true) {
            outdated.push(...old.map(skippedAs));
            return;
          }
          for (const image of old) newer.set(image.id, updatedEntry(image, content));
          updated.push(...old.map(skippedAs));
          return;
        }
        const isSplit = planes.length > 1;
        // Without splitting, the file is one image, for any plane.
        const isThere = ({ plane }: ChosenPlane): boolean =>
          isSplit ? same.some((image) => isSamePlane(image.plane, plane)) : same.length > 0;
        known.push(
          ...same
            .filter(({ plane }) => !isSplit || planes.some((chosen) => isSamePlane(chosen.plane, plane)))
            .map(skippedAs),
        );
        if (saysSomething(params)) {
          const plane = same.length === 1 && !isSplit ? itemAt(planes, 0).plane : null;
          for (const image of same) said.set(image.id, changedEntry(image, content, params, plane, same));
        }
        const fresh = planes.filter((plane) => !isThere(plane));
        if (fresh.length === 0) return;
        const path = itemAt(content.files, 0).path;
        const names = distinctNames(
          fresh.map(({ ending }) => ({ name: group.name + ending, path })),
          [...project.manifest.images, ...added.slice(saved)].map(namedFile),
        );
        const entries = fresh.map(({ plane }, i) =>
          newEntry(project, itemAt(names, i), content, params, plane, ids),
        );
        if (content.axesAreGuessed) guessedStacks.push(group.name);
        if (content.rolesConfidence < sureOfRoles && !saysRoles(params)) guessedRoles.push(group.name);
        if (group.channelsAreGuessed === true) guessedChannels.push(group.name);
        contents.set(contentOf(content.files), [...same, ...entries]);
        added.push(...entries);
        if (performance.now() - savedAtMs >= saveEveryMs) await saveAdded();
      },
    );
  } catch (error) {
    await keep();
    throw error;
  }
  await keep();
  const attached: AddResult['attached'] = [];
  if (params.attachLabels === true) {
    const labels = await attachFound(project, found.labels, control);
    attached.push(...labels.attached);
    failures.push(...labels.failures);
  }
  const isAttached = new Set(attached.map(({ file }) => file));
  return {
    added,
    known,
    changed: outdated,
    updated,
    guessedStacks,
    guessedRoles,
    guessedChannels,
    attached,
    ...found,
    labels: found.labels.filter(({ file }) => !isAttached.has(file)),
    failures,
  };
}

/** The result for a window, which knows images by their ids. */
export function asIds({ added, ...result }: AddResult): AddedImages {
  return { ...result, added: added.map(({ id }) => id) };
}

/** The images that an addition added or changed. */
export function imagesOf({ added, known, updated, attached }: AddedImages): ImageId[] {
  const changed = [...known, ...updated].map(({ image }) => image);
  return [...new Set([...added, ...changed, ...attached.map(({ id }) => id)])];
}

function imagesBy(
  images: readonly ImageEntry[],
  keyOf: (image: ImageEntry) => string,
): Map<string, readonly ImageEntry[]> {
  const found = new Map<string, readonly ImageEntry[]>();
  for (const image of images) found.set(keyOf(image), [...(found.get(keyOf(image)) ?? []), image]);
  return found;
}

function isSamePlane(a: ImageEntry['plane'], b: ImageEntry['plane']): boolean {
  return a.t === b.t && a.z === b.z && a.projection === b.projection;
}

/** The identity of an image's files: their paths and the image in them. */
function placeOf(files: readonly { path: string; image?: number | undefined }[]): string {
  return files.map(({ path, image = 0 }) => `${path}#${image}`).join('\n');
}

/** Attaches label images to the images with the same names, new and existing ones. */
async function attachFound(
  project: Project,
  pairs: readonly LabelPair[],
  control: JobControl,
): Promise<Pick<AddResult, 'attached' | 'failures'>> {
  const attached: AddResult['attached'] = [];
  const images = project.manifest.images;
  const failures = await forEachItem(
    pairFiles(
      images.map((entry) => ({ ...namedFile(entry), entry })),
      pairs.map(({ file }) => file),
    ),
    control,
    { message: 'Reading labels of', nameOf: ({ image }) => image.name },
    async ({ image: { entry }, path }) => {
      const { cells, warning } = await attachLabelFile(project, entry, path);
      attached.push({ file: path, image: entry.name, id: entry.id, cells, warning });
    },
  );
  return { attached, failures };
}

function contentOf(files: readonly { sha256: string; image?: number | undefined }[]): string {
  return files.map(({ sha256, image }) => (image === undefined ? sha256 : `${sha256}#${image}`)).join();
}

function saysSomething({ axes, roles, pixelSizeUm, focus, time }: AddParams): boolean {
  return saysRoles({ roles }) || [axes, pixelSizeUm, focus, time].some((said) => said !== undefined);
}
