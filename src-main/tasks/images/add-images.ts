import { dirname, posix } from 'node:path';
import { itemAt } from '../../contract/elements.ts';
import { sureOfRoles } from '../../contract/requests/image-requests.ts';
import type { AddedImages, LabelPair, SkippedImage } from '../../contract/requests/image-requests.ts';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import { windowsNameFault } from '../../contract/name-fault.ts';
import type { PixelSizeUm } from '../../contract/pixels.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { LacssError } from '../../contract/errors.ts';
import { groupChannelFiles, noPattern } from '../../imaging/channels/group-channel-files.ts';
import type { ChannelGroup } from '../../imaging/channels/group-channel-files.ts';
import { labelledStem, namedFile, pairFiles } from '../../project/companion-file.ts';
import { distinctNames } from '../../project/distinct-names.ts';
import type { NamedFile } from '../../project/distinct-names.ts';
import { listImageFiles } from '../../project/list-image-files.ts';
import type { FoundFile } from '../../project/list-image-files.ts';
import { pathFromProject } from '../../project/locate-image-file.ts';
import type { Project } from '../../project/project.ts';
import { haveEqualSizes, imagesOfGroup, readImageGroup } from '../../project/read-image-group.ts';
import type { ImageGroup, ImageGroupContent } from '../../project/read-image-group.ts';
import { forEachItem } from '../for-each-item.ts';
import { attachLabelFile } from './attach-labels.ts';
import { replaceImages } from './change-images.ts';
import { chooseRoles } from './choose-roles.ts';
import type { WantedRoles } from './choose-roles.ts';
import { copyDropped } from './copy-dropped.ts';
import { chosenPlanes } from './chosen-planes.ts';
import type { ChosenPlane, PlaneChoice } from './chosen-planes.ts';
import { takenIds } from './taken-ids.ts';

export interface AddParams extends PlaneChoice {
  /** Files and folders. */
  paths: readonly string[];
  /** How file names tell image and channel: `{stem}_{channel}.tif`; `none`: not at all. @default guessed */
  channelPattern?: string | undefined;
  /**
   * How the planes of a stack follow one another (`stackAxesSchema`).
   * @default what the file says, or a guess
   */
  axes?: string | undefined;
  /** Which channel shows what. @default guessed from names and content */
  roles?: WantedRoles | undefined;
  /** Height and width of a pixel, where the files hold none or a wrong one. */
  pixelSizeUm?: PixelSizeUm | undefined;
  /** Keep the images out of training, to judge the model by. @default false */
  validation?: boolean;
  /** Attach the label images found among the files to the images they are called like. @default false */
  attachLabels?: boolean | undefined;
  /** Take over changed files of images that the project has. @default false */
  update?: boolean | undefined;
}

export interface AddResult extends Omit<AddedImages, 'added'> {
  added: ImageEntry[];
}

/** What some files and folders hold, by their names. */
export interface FoundImages {
  groups: ImageGroup[];
  /** Label images, and the image that each belongs to; its name where it is one of the groups. */
  labels: LabelPair[];
  /** Files that look like label images by their names, and belong to no image. */
  labelFiles: string[];
  /** Small copies that an instrument made for its own display. */
  thumbnailFiles: string[];
}

/** MetaXpress: `A01_s1_w1_thumb4F0C….tif` beside `A01_s1_w1….tif`. */
const thumbnailName = /_thumb(?:[0-9a-f]{8}[0-9a-f-]*)?\.[a-z0-9]+$/i;

/** The smaller copies of NDTiff: `Downsampled_x2/` beside `Full resolution/`. */
const smallerCopies = /^(.*[/\\])Downsampled_x\d+[/\\][^/\\]+$/;

/** The files that an instrument made for its own display. */
function thumbnailsAmong(files: readonly FoundFile[]): FoundFile[] {
  const folders = new Set(files.map(({ path }) => dirname(path)));
  return files.filter(({ name, path }) => {
    const beside = smallerCopies.exec(path)?.[1];
    return (beside !== undefined && folders.has(`${beside}Full resolution`)) || thumbnailName.test(name);
  });
}

/**
 * The images that some files and folders hold, before any pixel is read: files of one field together, label
 * images apart, each position of a file as an image of its own. No two have the same name, nor that of an
 * image of the project.
 * @param existing images of the project, to which label images may belong too
 * @throws LacssError `no-images` where there are neither images nor label images that belong to one
 */
export async function findImageGroups(
  paths: readonly string[],
  channelPattern?: string | undefined,
  axes?: string | null | undefined,
  existing: readonly NamedFile[] = [],
): Promise<FoundImages> {
  const files = await listImageFiles(paths);
  const thumbnails = thumbnailsAmong(files);
  const isThumbnail = new Set(thumbnails);
  const labelFiles = files.filter((file) => labelledStem(file.name) !== null && !isThumbnail.has(file));
  const isLabel = new Set(labelFiles);
  const images = files.filter((file) => !isLabel.has(file) && !isThumbnail.has(file));
  const pathsOf = (found: readonly FoundFile[]): string[] => found.map(({ path }) => path);
  if (images.length === 0 && pairFiles(existing, pathsOf(labelFiles)).length === 0) {
    if (thumbnails.length > 0 && labelFiles.length === 0) throw onlyThumbnails(thumbnails);
    throw new LacssError(
      'no-images',
      `Found no image, only label images, judging by the names. Number: ${labelFiles.length}.`,
      {
        subject: paths[0] ?? '',
        remedy:
          'Rename them if they are images; label images belong to lacss evaluate --truth or locate --labels.',
      },
    );
  }
  const groups: ImageGroup[] = [];
  const byFolder = new Map<string, FoundFile[]>();
  for (const file of images) {
    const parent = dirname(file.path);
    const together = byFolder.get(parent);
    if (together === undefined) byFolder.set(parent, [file]);
    else together.push(file);
  }
  for (const together of byFolder.values()) {
    const folder = posix.dirname(itemAt(together, 0).name);
    const names = together.map(({ name }) => posix.basename(name));
    const paths = new Map(names.map((name, i) => [name, itemAt(together, i).path]));
    const pathOf = (name: string): string => paths.get(name)!;
    for (const { stem, files: members } of await groupsOf(names, channelPattern, axes, pathOf)) {
      const group = {
        name: folder === '.' ? stem : `${folder}/${stem}`,
        files: members.map(({ name, channel }) => ({ path: pathOf(name), channel })),
        channelsAreGuessed: members.some(({ isGuessed }) => isGuessed),
      };
      groups.push(...(await imagesOfGroup(group, axes)));
    }
  }
  const there = new Set(existing.map(({ path }) => path));
  const fresh = groups.filter(({ files }) => !there.has(itemAt(files, 0).path));
  const names = distinctNames(fresh.map(namedGroup), existing);
  const nameOf = new Map(fresh.map((group, i) => [group, names[i]]));
  const named = fresh.map((group, i) => ({ name: itemAt(names, i), path: itemAt(group.files, 0).path }));
  const pairs = pairFiles([...existing, ...named], pathsOf(labelFiles));
  const paired = new Set(pairs.map(({ path }) => path));
  return {
    groups: groups.map((group) => ({ ...group, name: nameOf.get(group) ?? group.name })),
    labels: pairs.map(({ image, path }) => ({ file: path, image: image.name })),
    labelFiles: pathsOf(labelFiles).filter((path) => !paired.has(path)),
    thumbnailFiles: pathsOf(thumbnails),
  };
}

/**
 * Groups of files of one folder. A guess that files are channels of one image holds only where their sizes
 * are equal.
 */
async function groupsOf(
  names: readonly string[],
  channelPattern: string | undefined,
  axes: string | null | undefined,
  pathOf: (name: string) => string,
): Promise<ChannelGroup[]> {
  const groups: ChannelGroup[] = [];
  for (const group of groupChannelFiles(names, channelPattern === '' ? undefined : channelPattern)) {
    const guessed = group.files.filter(({ isGuessed }) => isGuessed).map(({ name }) => name);
    const paths = group.files.map(({ name }) => pathOf(name));
    if (guessed.length === 0 || (await haveEqualSizes(paths, axes))) {
      groups.push(group);
      continue;
    }
    const sure = group.files.map(({ name }) => name).filter((name) => !guessed.includes(name));
    groups.push(...groupChannelFiles(sure), ...groupChannelFiles(guessed, noPattern));
  }
  return groups;
}

/** An image with its (first) file. */
function namedGroup({ name, files }: ImageGroup): NamedFile {
  return { name, path: itemAt(files, 0).path };
}

function onlyThumbnails(files: readonly FoundFile[]): LacssError {
  return new LacssError(
    'no-images',
    `Found no image, only thumbnails, judging by the names. Number: ${files.length}.`,
    {
      subject: files[0]?.path ?? '',
      remedy: 'Add the images that they were made of. If these are your images, rename them without _thumb.',
    },
  );
}

/**
 * Adds images to a project: files of one field are put together, read, hashed, and their channels' roles
 * guessed. The files stay where they are. What fails is listed, the rest proceeds.
 * @throws LacssError `no-images`, `file-not-found`, `file-unwritable`, `disk-full`, `cancelled`,
 * `setting-invalid`
 */
export async function addImages(
  project: Project,
  params: AddParams,
  control: JobControl,
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
  const keep = async (): Promise<void> => {
    if (added.length > 0) {
      await project.update((manifest) => ({ ...manifest, images: [...manifest.images, ...added] }));
    }
    await replaceImages(project, [...said.values()], 'Change the image');
    await replaceImages(project, [...newer.values()], 'Update the image file');
  };
  let failures: Failure[];
  try {
    failures = await forEachItem(
      groups,
      control,
      { message: 'Reading', nameOf: ({ name }) => name },
      async (group) => {
        const content = await readImageGroup(group, params.axes);
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
          for (const image of old) newer.set(image.id, updateEntry(image, content));
          updated.push(...old.map(skippedAs));
          return;
        }
        const isSplit = planes.length > 1;
        // Without splitting, the file is one image, whichever plane that shows.
        const isThere = ({ plane }: ChosenPlane): boolean =>
          isSplit ? same.some((image) => isSamePlane(image.plane, plane)) : same.length > 0;
        known.push(
          ...same
            .filter(({ plane }) => !isSplit || planes.some((chosen) => isSamePlane(chosen.plane, plane)))
            .map(skippedAs),
        );
        if (saysSomething(params)) {
          const plane = same.length === 1 && !isSplit ? itemAt(planes, 0).plane : null;
          for (const image of same) said.set(image.id, changeEntry(image, content, params, plane, same));
        }
        const fresh = planes.filter((plane) => !isThere(plane));
        if (fresh.length === 0) return;
        const path = itemAt(content.files, 0).path;
        const names = distinctNames(
          fresh.map(({ ending }) => ({ name: group.name + ending, path })),
          [...project.manifest.images, ...added].map(namedFile),
        );
        const entries = fresh.map(({ plane }, i) =>
          entryOf(project, itemAt(names, i), content, params, plane, ids),
        );
        if (content.axesAreGuessed) guessedStacks.push(group.name);
        if (content.rolesConfidence < sureOfRoles && !saysRoles(params)) guessedRoles.push(group.name);
        if (group.channelsAreGuessed === true) guessedChannels.push(group.name);
        contents.set(contentOf(content.files), [...same, ...entries]);
        added.push(...entries);
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

/** Where the files of an image are. */
function placeOf(files: readonly { path: string; image?: number | undefined }[]): string {
  return files.map(({ path, image = 0 }) => `${path}#${image}`).join('\n');
}

/** An image whose files have changed, as they are now; roles stay where the channels do. */
function updateEntry(image: ImageEntry, content: ImageGroupContent): ImageEntry {
  const { height, width, channelNames, roles, sizes, pixelSizeUm } = content;
  if (height !== image.height || width !== image.width) {
    throw new LacssError(
      'image-size-mismatch',
      `${image.name} now has ${width} × ${height} px, but ${image.width} × ${image.height} px when it was added.`,
      {
        subject: image.name,
        remedy:
          'Remove the image from the project and add it again: its points and labels do not fit any more.',
      },
    );
  }
  const sameChannels = channelNames.join('\n') === image.channelNames.join('\n');
  const isTyped = image.pixelSizeOrigin === 'typed';
  return {
    ...image,
    files: image.files.map((file, i) => {
      const { sha256, bytes, channels } = itemAt(content.files, i);
      return { ...file, sha256, bytes, channels };
    }),
    channelNames,
    roles: sameChannels ? image.roles : roles,
    sizes,
    plane: {
      ...image.plane,
      t: Math.min(image.plane.t, sizes.t - 1),
      z: Math.min(image.plane.z, sizes.z - 1),
    },
    ...(isTyped ? {} : { pixelSizeUm, pixelSizeOrigin: pixelSizeUm === null ? 'unknown' : 'file' }),
  };
}

/**
 * Attaches label images to the images they are called like: those that were added now, and those that were
 * there.
 */
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

function saysRoles({ roles = {} }: Pick<AddParams, 'roles'>): boolean {
  return roles.cells !== undefined || roles.nuclei !== undefined;
}

function saysSomething({ axes, roles, pixelSizeUm, focus, time }: AddParams): boolean {
  return saysRoles({ roles }) || [axes, pixelSizeUm, focus, time].some((said) => said !== undefined);
}

/** Images whose settings were changed, by name. */
export interface SetImagesResult {
  changed: string[];
  failures: Failure[];
}

/**
 * Sets roles and pixel size of images that are in the project, with a step of undo for each. What fails is
 * listed.
 * @throws LacssError `file-unwritable`, `disk-full`, `cancelled`
 */
export async function setImages(
  project: Project,
  {
    roles = {},
    pixelSizeUm,
    validation,
    ...choice
  }: Pick<AddParams, 'roles' | 'pixelSizeUm' | 'validation' | 'focus' | 'time'>,
  control: JobControl,
): Promise<SetImagesResult> {
  project.refuseWhenReadOnly();
  const entries: ImageEntry[] = [];
  const failures = await forEachItem(
    project.manifest.images,
    control,
    { message: 'Changing', nameOf: ({ name }) => name },
    async (image) => {
      const next: ImageEntry = { ...image, roles: chooseRoles(image, roles, image.name) };
      if (saysRoles({ roles })) delete next.rolesConfidence;
      if (validation === true) next.validation = true;
      if (choice.focus !== undefined || choice.time !== undefined) next.plane = onePlane(image, choice);
      entries.push(
        pixelSizeUm === undefined ? next : { ...next, pixelSizeUm, pixelSizeOrigin: 'typed' as const },
      );
    },
  );
  await replaceImages(project, entries, 'Change the image');
  return { changed: entries.map(({ name }) => name), failures };
}

/** The plane that an image of the project is to show; what is not said stays. */
function onePlane(
  { name, sizes, plane }: ImageEntry,
  { focus, time = plane.t }: PlaneChoice,
): ImageEntry['plane'] {
  const planes = chosenPlanes(sizes, { focus: focus ?? plane.projection ?? plane.z, time }, name);
  if (planes.length === 1) return itemAt(planes, 0).plane;
  throw new LacssError('setting-invalid', `${name} is one image and shows one plane.`, {
    subject: name,
    remedy: 'Remove it from the project, and add its file again to get one image per plane.',
  });
}

/**
 * Takes over what was said of an image that is in the project already.
 * @param plane the one to use; `null` keeps the image's
 * @param same the images of the same files
 * @throws LacssError `setting-invalid` for another order of planes, where each plane is an image
 */
function changeEntry(
  image: ImageEntry,
  content: ImageGroupContent,
  { axes, roles = {}, pixelSizeUm, focus, time }: AddParams,
  plane: ImageEntry['plane'] | null,
  same: readonly ImageEntry[],
): ImageEntry {
  if (axes !== undefined && same.length > 1) {
    throw new LacssError('setting-invalid', `The planes of this file are ${same.length} images.`, {
      subject: image.name,
      remedy: 'Remove them from the project, and add the file again with the right order of planes.',
    });
  }
  const files = image.files.map((file, i) => ({ ...file, channels: itemAt(content.files, i).channels }));
  const before = axes === undefined ? image : { ...image, files, ...stackOf(content, axes) };
  const changed: ImageEntry = {
    ...before,
    roles: chooseRoles({ ...content, ...before }, roles, image.name),
    ...(plane === null || (focus === undefined && time === undefined) ? {} : { plane }),
  };
  if (saysRoles({ roles })) delete changed.rolesConfidence;
  if (pixelSizeUm === undefined) return changed;
  return { ...changed, pixelSizeUm, pixelSizeOrigin: 'typed' };
}

/** What of an image follows from the order of its planes. */
function stackOf(
  { channelNames, roles, sizes }: ImageGroupContent,
  axes: string | null,
): Pick<ImageEntry, 'axes' | 'channelNames' | 'roles' | 'sizes' | 'plane'> {
  return { axes, channelNames, roles, sizes, plane: { t: 0, z: 0 } };
}

function entryOf(
  project: Project,
  name: string,
  content: ImageGroupContent,
  { axes, roles = {}, pixelSizeUm, validation = false }: AddParams,
  plane: ImageEntry['plane'],
  ids: Set<string>,
): ImageEntry {
  const typed = pixelSizeUm ?? null;
  return {
    id: newId(name, ids),
    name,
    files: content.files.map(({ path, ...file }) => ({
      path: pathFromProject(project.folder, path),
      lastSeenAt: path,
      ...file,
    })),
    height: content.height,
    width: content.width,
    ...stackOf(content, axes ?? null),
    plane,
    roles: chooseRoles(content, roles, name),
    ...(saysRoles({ roles }) || content.rolesConfidence >= sureOfRoles
      ? {}
      : { rolesConfidence: content.rolesConfidence }),
    pixelSizeUm: typed ?? content.pixelSizeUm,
    pixelSizeOrigin: typed !== null ? 'typed' : content.pixelSizeUm !== null ? 'file' : 'unknown',
    ownLocationSettings: null,
    included: true,
    validation,
  };
}

/** A name fit for a folder on every system, and not yet taken. */
function newId(name: string, taken: Set<string>): string {
  const stem =
    name
      .toLowerCase()
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 80)
      .replace(/[^a-z0-9]+$/, '') || 'image';
  const base = windowsNameFault(stem) === null ? stem : `image-${stem}`;
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}
