import { dirname, posix } from 'node:path';
import { itemAt } from '../../contract/elements.ts';
import { LacssError } from '../../contract/errors.ts';
import type { LabelPair } from '../../contract/requests/image-requests.ts';
import { groupChannelFiles, noPattern } from '../../imaging/channels/group-channel-files.ts';
import type { ChannelGroup } from '../../imaging/channels/group-channel-files.ts';
import { labelledStem, pairFiles } from '../../project/companion-file.ts';
import { distinctNames } from '../../project/distinct-names.ts';
import type { NamedFile } from '../../project/distinct-names.ts';
import { listImageFiles } from '../../project/list-image-files.ts';
import type { FoundFile } from '../../project/list-image-files.ts';
import { haveEqualSizes, imagesOfGroup } from '../../project/read-image-group.ts';
import type { ImageGroup } from '../../project/read-image-group.ts';

/** The content of files and folders, by their names. */
export interface FoundImages {
  groups: ImageGroup[];
  /** Label images, and the image of each: its name, if it is one of the groups. */
  labels: LabelPair[];
  /** Files whose names look like label images, but that belong to no image. */
  labelFiles: string[];
  /** Small copies that the microscope's software made for its own display. */
  thumbnailFiles: string[];
}

/** MetaXpress: `A01_s1_w1_thumb4F0C….tif` beside `A01_s1_w1….tif`. */
const thumbnailName = /_thumb(?:[0-9a-f]{8}[0-9a-f-]*)?\.[a-z0-9]+$/i;

/** The smaller copies of NDTiff: `Downsampled_x2/` beside `Full resolution/`. */
const smallerCopies = /^(.*[/\\])Downsampled_x\d+[/\\][^/\\]+$/;

/** The files that the microscope's software made for its own display. */
function thumbnailsAmong(files: readonly FoundFile[]): FoundFile[] {
  const folders = new Set(files.map(({ path }) => dirname(path)));
  return files.filter(({ name, path }) => {
    const beside = smallerCopies.exec(path)?.[1];
    return (beside !== undefined && folders.has(`${beside}Full resolution`)) || thumbnailName.test(name);
  });
}

/**
 * Finds the images in files and folders without reading pixels. Files of one field belong together. Label
 * images are separate. Each position in a file is an image. No two images have the same name, and none has
 * that of an image of the project.
 * @param existing images of the project, to which label images may belong too
 * @throws LacssError `no-images` if there are neither images nor label images that belong to one
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
        remedy: 'Rename them if they are images. Attach label images to their images.',
        command: 'lacss add --labels, lacss evaluate --truth, lacss locate --labels',
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
 * Groups of files of one folder. Files are guessed to be channels of one image only if their sizes are equal.
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
