import { basename } from 'node:path';
import { itemAt } from '../contract/elements.ts';
import { LacssError } from '../contract/errors.ts';
import type { FloatPlane, PixelSizeUm } from '../contract/pixels.ts';
import type { ChannelRoles } from '../contract/project-files.ts';
import { guessRoles } from '../imaging/channels/guess-roles.ts';
import { uniqueChannelNames } from '../imaging/channels/unique-channel-names.ts';
import { openImage } from '../imaging/open-image.ts';
import type { PixelSource } from '../imaging/source/pixel-source.ts';
import { levelWithin } from '../imaging/source/level-within.ts';
import { readPlane } from '../imaging/read-plane.ts';
import { fileBytes } from './file-bytes.ts';
import { hashFile } from './hash-file.ts';

/** The files of one image, and the channel in each file name. */
export interface ImageGroup {
  /** The name of the image. */
  name: string;
  files: readonly { path: string; channel: string | null }[];
  /** Whether the files count as channels of one image only because their names are similar. @default false */
  channelsAreGuessed?: boolean;
  /** Index of the image in files with several positions or series, from 0. @default 0 */
  image?: number;
}

/** The content of an image's files. */
export interface ImageGroupContent {
  files: { path: string; sha256: string; bytes: number; channels: number; image?: number | undefined }[];
  height: number;
  width: number;
  sizes: { t: number; z: number };
  channelNames: string[];
  roles: ChannelRoles;
  /** Confidence of the suggested roles, 0 … 1. */
  rolesConfidence: number;
  pixelSizeUm: PixelSizeUm | null;
  /** Whether no file and no person gives the order of the planes. */
  axesAreGuessed: boolean;
  /** The opened files, to read their pixels. */
  sources: PixelSource[];
}

/** Pixels of all channels that suggest the roles. Of larger images, a smaller copy or every n-th row. */
const pixelsForRoles = 2 ** 25;

/**
 * The images in a group of files: one, except for OME-TIFF with several positions or series. A file that
 * cannot be opened counts as one image; reading it gives the error.
 */
export async function imagesOfGroup(group: ImageGroup, axes: string | null = null): Promise<ImageGroup[]> {
  const { path } = itemAt(group.files, 0);
  const sources = await openImage(await fileBytes(path), basename(path), { axes }).catch(() => []);
  if (sources.length < 2) return [group];
  const names = sources.map(
    ({ name }, i) => (name ?? '').replace(/[\\/:*?"<>|\p{C}]/gu, '-').trim() || `${i + 1}`,
  );
  return sources.map((_, image) => {
    const isUnique = names.filter((name) => name === names[image]).length === 1;
    const own = isUnique ? names[image] : `${names[image]} ${image + 1}`;
    return { ...group, name: `${group.name} ${own}`, image };
  });
}

/**
 * Whether files have the same size, time points and focal planes. A file that cannot be opened fits to none.
 */
export async function haveEqualSizes(paths: readonly string[], axes: string | null = null): Promise<boolean> {
  const sizes = new Set<string>();
  for (const path of paths) {
    const [source] = await openImage(await fileBytes(path), basename(path), { axes }).catch(() => []);
    sizes.add(source === undefined ? path : sizeText(source));
  }
  return sizes.size === 1;
}

/**
 * Reads the files of one image, checks that they belong together, and suggests the roles of the channels.
 * @param axes order of the planes in each file, if given (`stackAxesSchema`).
 * @throws LacssError `image-size-mismatch`, `file-damaged`, `file-unsupported`, `image-invalid`,
 * `file-unreadable`, `setting-invalid`, `cancelled`
 */
export async function readImageGroup(
  { name, files, image = 0 }: ImageGroup,
  axes: string | null = null,
  signal?: AbortSignal,
): Promise<ImageGroupContent> {
  const content: ImageGroupContent['files'] = [];
  const sources: PixelSource[] = [];
  const channelNames: string[] = [];
  for (const { path, channel } of files) {
    const opened = await openImage(await fileBytes(path), basename(path), { axes, signal });
    if (opened.length <= image) throw tooFewImages(name, path, opened.length, image);
    const source = itemAt(opened, image);
    refuseMismatch(sources[0], source, itemAt(files, 0).path, path);
    const { sha256, bytes } = await hashFile(path, signal);
    content.push({ path, sha256, bytes, channels: source.shape.c, ...(image === 0 ? {} : { image }) });
    sources.push(source);
    channelNames.push(...namesOf(source, channel));
  }
  const { shape } = itemAt(sources, 0);
  const planes: FloatPlane[] = [];
  for (const source of sources) {
    for (let channel = 0; channel < source.shape.c; channel++) {
      const { level, every } = levelWithin(source.levels, pixelsForRoles / channelNames.length);
      planes.push(await readPlane(source, { channel, level }, name, { every, signal }));
    }
  }
  const { roles, confidence } = guessRoles(channelNames, planes);
  return {
    files: content,
    height: shape.y,
    width: shape.x,
    sizes: { t: shape.t, z: shape.z },
    channelNames: uniqueChannelNames(channelNames),
    roles,
    rolesConfidence: confidence,
    pixelSizeUm: sources.find((source) => source.pixelSizeUm !== null)?.pixelSizeUm ?? null,
    axesAreGuessed: sources.some((source) => source.axesAreGuessed),
    sources,
  };

  function namesOf(source: PixelSource, channel: string | null): readonly string[] {
    if (channel === null) return source.channelNames;
    return source.shape.c === 1 ? [channel] : source.channelNames.map((own) => `${channel} ${own}`);
  }

  function refuseMismatch(a: PixelSource | undefined, b: PixelSource, pathA: string, pathB: string): void {
    if (a === undefined) return;
    const isAlike =
      a.shape.y === b.shape.y &&
      a.shape.x === b.shape.x &&
      a.shape.t === b.shape.t &&
      a.shape.z === b.shape.z;
    if (isAlike) return;
    throw new LacssError(
      'image-size-mismatch',
      `The channels of ${name} differ in size: ${basename(pathA)} has ${sizeText(a)}, ${basename(pathB)} ${sizeText(b)}.`,
      {
        subject: pathB,
        remedy:
          'Add only files of the same field together, or set the channel name pattern: --channel-pattern.',
      },
    );
  }
}

function tooFewImages(name: string, path: string, count: number, image: number): LacssError {
  return new LacssError(
    'image-size-mismatch',
    `The files of ${name} have different numbers of images: ${basename(path)} has ${count}, but image ${image + 1} is needed.`,
    { subject: path, remedy: 'Add only files of the same positions together.' },
  );
}

function sizeText({ shape: { x, y, t, z } }: PixelSource): string {
  const stack = t * z > 1 ? ` in ${t} time points and ${z} planes` : '';
  return `${x} × ${y} px${stack}`;
}
