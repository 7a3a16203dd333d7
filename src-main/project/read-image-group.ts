import { basename } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { PixelSizeUm, Raster } from '../contract/pixels.ts';
import type { ChannelRoles } from '../contract/project.ts';
import { guessRoles } from '../imaging/channels/guess-roles.ts';
import { planeAt } from '../imaging/raster/plane-at.ts';
import { readImage } from '../imaging/read-image.ts';
import { hashBytes } from './hash-bytes.ts';
import { readBytes } from './read-bytes.ts';

/** The files that make up one image, and the channel that each one's name tells. */
export interface ImageGroup {
  /** What the image is called. */
  name: string;
  files: readonly { path: string; channel: string | null }[];
}

/** What the files of an image hold. */
export interface ImageGroupContent {
  files: { path: string; sha256: string; bytes: number; channels: number }[];
  height: number;
  width: number;
  sizes: { t: number; z: number };
  channelNames: string[];
  roles: ChannelRoles;
  /** How sure the guess of the roles is, 0 … 1. */
  rolesConfidence: number;
  pixelSizeUm: PixelSizeUm | null;
  /** The files as they were read, for whoever shows them. */
  rasters: Raster[];
}

/**
 * Reads the files of one image, checks that they belong together, and guesses which channel shows what.
 * @param axes how the planes of each file follow one another, where a person has said it (`stackAxesSchema`).
 * @throws LacssError `image-size-mismatch`, `file-damaged`, `file-unsupported`, `image-invalid`, `file-unreadable`, `setting-invalid`
 */
export async function readImageGroup(
  { name, files }: ImageGroup,
  axes: string | null = null,
): Promise<ImageGroupContent> {
  const content: ImageGroupContent['files'] = [];
  const rasters: Raster[] = [];
  const channelNames: string[] = [];
  for (const { path, channel } of files) {
    const bytes = await readBytes(path);
    const raster = await readImage(bytes, basename(path), { axes });
    refuseMismatch(rasters[0], raster, files[0].path, path);
    content.push({ path, sha256: hashBytes(bytes), bytes: bytes.length, channels: raster.sizes.c });
    rasters.push(raster);
    channelNames.push(...namesOf(raster, channel));
  }
  const [first] = rasters;
  const planes = rasters.flatMap((raster) =>
    Array.from({ length: raster.sizes.c }, (_, c) => planeAt(raster, { c }, name)),
  );
  const { roles, confidence } = guessRoles(channelNames, planes);
  return {
    files: content,
    height: first.height,
    width: first.width,
    sizes: { t: first.sizes.t, z: first.sizes.z },
    channelNames,
    roles,
    rolesConfidence: confidence,
    pixelSizeUm: rasters.find((raster) => raster.pixelSizeUm !== null)?.pixelSizeUm ?? null,
    rasters,
  };

  function namesOf(raster: Raster, channel: string | null): readonly string[] {
    if (channel === null) return raster.channelNames;
    return raster.sizes.c === 1 ? [channel] : raster.channelNames.map((own) => `${channel} ${own}`);
  }

  function refuseMismatch(a: Raster | undefined, b: Raster, pathA: string, pathB: string): void {
    if (a === undefined) return;
    if (a.height === b.height && a.width === b.width && a.sizes.t === b.sizes.t && a.sizes.z === b.sizes.z) {
      return;
    }
    throw new LacssError(
      'image-size-mismatch',
      `The channels of ${name} differ in size: ${basename(pathA)} has ${sizeText(a)}, ${basename(pathB)} ${sizeText(b)}.`,
      {
        subject: pathB,
        remedy: 'Put files of the same field together, or say how names tell them apart: --channel-pattern.',
      },
    );
  }
}

function sizeText({ width, height, sizes }: Raster): string {
  const stack = sizes.t * sizes.z > 1 ? ` in ${sizes.t} time points and ${sizes.z} planes` : '';
  return `${width} × ${height} px${stack}`;
}
