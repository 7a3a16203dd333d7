import { basename } from 'node:path';
import { itemAt } from '../../contract/elements.ts';
import type { JobControl } from '../../contract/job.ts';
import { toFailure } from '../../contract/failure.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import type {
  FocusViews,
  ImageProposal,
  InspectedImages,
  LabelPair,
} from '../../contract/requests/image-requests.ts';
import type { ImageEntry } from '../../contract/project-files.ts';
import { ByteCache } from '../../imaging/source/byte-cache.ts';
import { openImage } from '../../imaging/open-image.ts';
import type { PixelSource } from '../../imaging/source/pixel-source.ts';
import { projectFocalPlanes } from '../../imaging/projection/project-focal-planes.ts';
import { fileBytes } from '../../project/file-bytes.ts';
import { namedFile } from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { readImageGroup } from '../../project/read-image-group.ts';
import type { ImageGroup, ImageGroupContent } from '../../project/read-image-group.ts';
import { throwIfCancelled } from '../for-each-item.ts';
import { findImageGroups } from './find-image-groups.ts';
import { readLevel } from './read-level.ts';
import { chosenPlanes } from './chosen-planes.ts';
import { greyThumbnail } from './thumbnail.ts';

/** Longer side of the thumbnail that shows a guess, px. */
const proofPx = 192;
/** Images of up to so many pixels are averaged for their thumbnail. Of larger ones, some rows and columns. */
const proofSize = { sidePx: proofPx, mostPixels: 2 ** 24 };

/**
 * Inspects files and folders without adding them. Guesses axes, channels and roles, with a picture of each
 * channel.
 */
export async function inspectImages(
  project: Project,
  { paths, options, limit = 12 }: CheckedParams<'images.inspect'>,
  { signal, onProgress }: JobControl,
): Promise<InspectedImages> {
  const { groups, ...found } = await findImageGroups(
    paths,
    options.channelPattern,
    options.axes,
    project.manifest.images.map(namedFile),
  );
  const inspected: InspectedImages = {
    proposals: [],
    focusViews: null,
    total: groups.length,
    ...found,
    labels: [],
    failures: [],
  };
  for (const [index, group] of groups.entries()) {
    throwIfCancelled(signal);
    if (inspected.proposals.length >= limit) break;
    onProgress({ done: index, total: Math.min(groups.length, limit), message: `Checking ${group.name}` });
    try {
      const content = await readImageGroup(group, options.axes, signal);
      const proposal = await proposalOf(group, content, options, signal);
      if (inspected.focusViews === null && content.sizes.z > 1)
        inspected.focusViews = await focusViewsOf(proposal, content, options.axes, signal);
      inspected.proposals.push(proposal);
    } catch (error) {
      throwIfCancelled(signal);
      inspected.failures.push({ ...toFailure(error), subject: group.name });
    }
  }
  const sizes = new Map<string, Known>(project.manifest.images.map((image) => [image.name, image]));
  for (const proposal of inspected.proposals) sizes.set(proposal.name, proposal);
  for (const pair of found.labels) {
    inspected.labels.push({ ...pair, unfit: await unfitOf(pair, sizes.get(pair.image)) });
  }
  return inspected;
}

/** The known properties of a label image's image. */
type Known = Pick<ImageProposal, 'height' | 'width'> & { images?: number };

/**
 * Why a label image cannot belong to an image: it has another size, or the image is several images. `null` if
 * it can, or if that is unknown.
 */
async function unfitOf({ file, image }: LabelPair, size: Known | undefined): Promise<string | null> {
  if (size === undefined) return null;
  if (size.images !== undefined && size.images > 1)
    return `The planes of ${image} become ${size.images} images.`;
  const [labels] = await openImage(await fileBytes(file), basename(file), {}).catch(() => []);
  if (labels === undefined) return null;
  const { y, x } = labels.shape;
  if (y === size.height && x === size.width) return null;
  return `It has ${x} × ${y} px, ${image} has ${size.width} × ${size.height} px.`;
}

async function proposalOf(
  { name, channelsAreGuessed = false }: ImageGroup,
  content: ImageGroupContent,
  options: CheckedParams<'images.inspect'>['options'],
  signal: AbortSignal,
): Promise<ImageProposal> {
  const { height, width, sizes, channelNames, sources } = content;
  const planes = chosenPlanes(sizes, options, name);
  const { plane } = itemAt(planes, 0);
  let first = 0;
  const thumbnails: Uint8Array[] = [];
  for (const c of channelNames.keys())
    thumbnails.push(await proofOf(content, c, plane, options.axes, signal));
  return {
    name,
    files: content.files.map(({ path, channels }) => {
      const names = channelNames.slice(first, first + channels);
      first += channels;
      return { path, channels: names };
    }),
    height,
    width,
    sizes: { ...sizes, c: channelNames.length },
    channelNames,
    roles: content.roles,
    rolesConfidence: content.rolesConfidence,
    pixelSizeUm: content.pixelSizeUm,
    dtype: itemAt(sources, 0).dtype,
    stackLength: planeCount(itemAt(sources, 0)),
    axesAreGuessed: content.axesAreGuessed,
    channelsAreGuessed,
    plane,
    images: planes.length,
    thumbnails,
  };
}

/** Number of planes of a stack whose order a person may need to set. */
function planeCount({ shape: { t, z, c }, samplesPerPage }: PixelSource): number {
  return (t * z * c) / samplesPerPage;
}

/** Pictures of planes. A change of an option needs most of them again. */
const proofs = new ByteCache<Uint8Array>(2 ** 23);

/** A plane of a channel as a small picture. Of a large image, it uses every second, third … pixel. */
async function proofOf(
  { files, sources }: ImageGroupContent,
  c: number,
  { t, z, projection }: ImageEntry['plane'],
  axes: string | undefined,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let channel = c;
  let file = 0;
  while (channel >= itemAt(sources, file).shape.c) channel -= itemAt(sources, file++).shape.c;
  const { sha256, image = 0 } = itemAt(files, file);
  const key = [sha256, image, axes ?? '', channel, t, z, projection ?? ''].join('|');
  const known = proofs.get(key);
  if (known !== undefined) return known;
  const stack = itemAt(sources, file);
  const source = projection === undefined ? stack : projectFocalPlanes(stack, projection);
  const { height, width, samples } = await readLevel(source, { channel, t, z, signal }, proofSize);
  const proof = greyThumbnail({ height, width, samples }, proofPx);
  proofs.set(key, proof, proof.byteLength);
  return proof;
}

/** The choices for the focal planes of a stack, each with a picture. */
async function focusViewsOf(
  { name, plane: { t, z } }: ImageProposal,
  content: ImageGroupContent,
  axes: string | undefined,
  signal: AbortSignal,
): Promise<FocusViews> {
  const { cells, nuclei } = content.roles;
  const c = cells ?? nuclei ?? 0;
  return {
    name,
    count: content.sizes.z,
    plane: await proofOf(content, c, { t, z }, axes, signal),
    maximum: await proofOf(content, c, { t, z: 0, projection: 'maximum' }, axes, signal),
    'best-focus': await proofOf(content, c, { t, z: 0, projection: 'best-focus' }, axes, signal),
  };
}
