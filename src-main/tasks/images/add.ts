import { dirname, posix } from 'node:path';
import type { Failure } from '../../contract/failure.ts';
import type { JobControl } from '../../contract/job.ts';
import { windowsNameFault } from '../../contract/name-fault.ts';
import type { PixelSizeUm } from '../../contract/pixels.ts';
import type { ChannelRoles, ImageEntry } from '../../contract/project.ts';
import { LacssError } from '../../contract/errors.ts';
import { groupChannelFiles } from '../../imaging/channels/group-channel-files.ts';
import { labelledStem } from '../../project/companion-file.ts';
import { listImageFiles } from '../../project/list-image-files.ts';
import type { FoundFile } from '../../project/list-image-files.ts';
import { pathFromProject } from '../../project/locate-image-file.ts';
import type { Project } from '../../project/project.ts';
import { imagesOfGroup, readImageGroup } from '../../project/read-image-group.ts';
import type { ImageGroup, ImageGroupContent } from '../../project/read-image-group.ts';
import { forEachItem } from '../for-each-item.ts';
import { copyDropped } from './copy-dropped.ts';
import { takenIds } from './taken-ids.ts';

/** A channel by its name, or by its number from 0; `null` says that there is none. */
export type ChannelChoice = string | number | null;

export interface AddParams {
  /** Files and folders. */
  paths: readonly string[];
  /** How file names tell image and channel: `{stem}_{channel}.tif`. @default guessed */
  channelPattern?: string | undefined;
  /** How the planes of a stack follow one another (`stackAxesSchema`). @default what the file says, or a guess */
  axes?: string | undefined;
  /** Which channel shows what. @default guessed from names and content */
  roles?: { cells?: ChannelChoice; nuclei?: ChannelChoice } | undefined;
  /** Height and width of a pixel, where the files hold none or a wrong one. */
  pixelSizeUm?: PixelSizeUm | undefined;
  /** Keep the images out of training, to judge the model by. @default false */
  validation?: boolean;
}

export interface AddResult {
  added: ImageEntry[];
  /** Images whose content the project has already; what was said of their channels and pixels is taken over. */
  known: string[];
  /** Files that look like label images by their names: truth, not images. */
  labelFiles: string[];
  failures: Failure[];
}

/**
 * The images that some files and folders hold, before any pixel is read: files of one field together, label images apart,
 * each position of a file as an image of its own.
 */
export async function findImageGroups(
  paths: readonly string[],
  channelPattern?: string | undefined,
  axes?: string | null | undefined,
): Promise<{ groups: ImageGroup[]; labelFiles: FoundFile[] }> {
  const files = await listImageFiles(paths);
  const labelFiles = files.filter(({ name }) => labelledStem(name) !== null);
  const images = files.filter((file) => !labelFiles.includes(file));
  if (images.length === 0) {
    throw new LacssError('no-images', `All ${labelFiles.length} files are label images by their names.`, {
      subject: paths[0] ?? '',
      remedy:
        'Rename them if they are images; label images belong to lacss evaluate --truth or locate --labels.',
    });
  }
  const groups: ImageGroup[] = [];
  for (const parent of new Set(images.map(({ path }) => dirname(path)))) {
    const together = images.filter(({ path }) => dirname(path) === parent);
    const folder = posix.dirname(together[0].name);
    const names = together.map(({ name }) => posix.basename(name));
    for (const { stem, files: members } of groupChannelFiles(
      names,
      channelPattern === '' ? undefined : channelPattern,
    )) {
      const group = {
        name: folder === '.' ? stem : `${folder}/${stem}`,
        files: members.map(({ name, channel }) => ({ path: together[names.indexOf(name)].path, channel })),
      };
      groups.push(...(await imagesOfGroup(group, axes)));
    }
  }
  return { groups, labelFiles };
}

/**
 * Adds images to a project: files of one field are put together, read, hashed, and their channels' roles guessed. The
 * files stay where they are. What fails is listed, the rest proceeds.
 * @throws LacssError `no-images`, `file-not-found`, `file-unwritable`, `disk-full`, `cancelled`, `setting-invalid`
 */
export async function add(project: Project, params: AddParams, control: JobControl): Promise<AddResult> {
  project.refuseWhenReadOnly();
  const paths = await copyDropped(project, params.paths);
  const { groups, labelFiles } = await findImageGroups(paths, params.channelPattern, params.axes);
  const contents = new Map(project.manifest.images.map((image) => [contentOf(image.files), image]));
  const ids = await takenIds(project);
  const added: ImageEntry[] = [];
  const known: string[] = [];
  const changed = new Map<string, ImageEntry>();
  const keep = async (): Promise<void> => {
    if (added.length === 0 && changed.size === 0) return;
    await project.update((manifest) => {
      const before = manifest.images.map((image) => changed.get(image.id) ?? image);
      return { ...manifest, images: [...before, ...added] };
    });
  };
  let failures: Failure[];
  try {
    failures = await forEachItem(
      groups,
      control,
      { message: 'Reading', nameOf: ({ name }) => name },
      async (group) => {
        const content = await readImageGroup(group, params.axes);
        const same = contents.get(contentOf(content.files));
        if (same !== undefined) {
          known.push(group.name);
          if (saysSomething(params)) changed.set(same.id, changeEntry(same, content, params));
          return;
        }
        const entry = entryOf(project, group, content, params, ids);
        contents.set(contentOf(content.files), entry);
        added.push(entry);
      },
    );
  } catch (error) {
    await keep();
    throw error;
  }
  await keep();
  return { added, known, labelFiles: labelFiles.map(({ path }) => path), failures };
}

function contentOf(files: readonly { sha256: string; image?: number | undefined }[]): string {
  return files.map(({ sha256, image }) => (image === undefined ? sha256 : `${sha256}#${image}`)).join();
}

function saysSomething({ axes, roles = {}, pixelSizeUm }: AddParams): boolean {
  return (
    axes !== undefined || roles.cells !== undefined || roles.nuclei !== undefined || pixelSizeUm !== undefined
  );
}

/** Takes over what was said of an image that is in the project already. */
function changeEntry(
  image: ImageEntry,
  content: ImageGroupContent,
  { axes, roles = {}, pixelSizeUm }: AddParams,
): ImageEntry {
  const files = image.files.map((file, i) => ({ ...file, channels: content.files[i].channels }));
  const before = axes === undefined ? image : { ...image, files, ...stackOf(content, axes) };
  const changed = { ...before, roles: chooseRoles({ ...content, ...before }, roles, image.name) };
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
  { name }: ImageGroup,
  content: ImageGroupContent,
  { axes, roles = {}, pixelSizeUm, validation = false }: AddParams,
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
    roles: chooseRoles(content, roles, name),
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

/**
 * The roles of an image's channels: what a person says, else what was guessed.
 * @throws LacssError `setting-invalid` where it has no such channel
 */
export function chooseRoles(
  { channelNames, roles: guessed }: ImageGroupContent,
  wanted: NonNullable<AddParams['roles']>,
  image: string,
): ChannelRoles {
  const choose = (role: keyof ChannelRoles): number | null => {
    const choice = wanted[role];
    if (choice === undefined) return guessed[role];
    return choice === null ? null : channelIndex(choice, channelNames, image);
  };
  const roles = { cells: choose('cells'), nuclei: choose('nuclei') };
  if (roles.cells !== roles.nuclei) return roles;
  // A channel that was said to show one thing is not the guess for the other; of two, that is the other one.
  const other = channelNames.length === 2 && roles.cells !== null ? 1 - roles.cells : null;
  if (wanted.cells === undefined && wanted.nuclei !== undefined) return { ...roles, cells: other };
  if (wanted.nuclei === undefined && wanted.cells !== undefined) return { ...roles, nuclei: other };
  return roles;
}

function channelIndex(choice: string | number, channelNames: readonly string[], image: string): number {
  const index =
    typeof choice === 'number'
      ? choice
      : channelNames.findIndex((name) => name.toLowerCase() === choice.toLowerCase());
  if (index in channelNames) return index;
  throw new LacssError('setting-invalid', `${image} has no channel ${choice}.`, {
    subject: image,
    remedy: `Its channels are ${channelNames.join(', ')}.`,
  });
}
