import { basename } from 'node:path';
import { itemAt } from '../../contract/elements.ts';
import type { JobControl } from '../../contract/job.ts';
import { LacssError } from '../../contract/errors.ts';
import { toFailure } from '../../contract/failure.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import type { ImageProposal, InspectedImages, LabelPair } from '../../contract/requests/images.ts';
import { openImage } from '../../imaging/open-image.ts';
import type { PixelSource } from '../../imaging/pixel-source.ts';
import { fileBytes } from '../../project/file-bytes.ts';
import { namedFile } from '../../project/companion-file.ts';
import type { Project } from '../../project/project.ts';
import { readImageGroup } from '../../project/read-image-group.ts';
import type { ImageGroup, ImageGroupContent } from '../../project/read-image-group.ts';
import { findImageGroups } from './add.ts';
import { readLevel } from './read-level.ts';
import { greyThumbnail } from './thumbnail.ts';

/** Longer side of a thumbnail that proves a guess, px. */
const proofPx = 192;
/**
 * Images of up to so many pixels are averaged for their thumbnail; of larger ones some rows and columns are
 * taken.
 */
const proofPixels = 2 ** 24;

/**
 * Looks at files and folders without adding them: the guess of axes, channels and roles, with a picture of
 * each channel.
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
    total: groups.length,
    ...found,
    labels: [],
    failures: [],
  };
  for (const [index, group] of groups.entries()) {
    if (signal.aborted) throw new LacssError('cancelled', 'Stopped.');
    if (inspected.proposals.length >= limit) break;
    onProgress({ done: index, total: Math.min(groups.length, limit), message: `Checking ${group.name}` });
    try {
      inspected.proposals.push(await proposalOf(group, await readImageGroup(group, options.axes)));
    } catch (error) {
      inspected.failures.push({ ...toFailure(error), subject: group.name });
    }
  }
  const sizes = new Map<string, Size>(project.manifest.images.map((image) => [image.name, image]));
  for (const proposal of inspected.proposals) sizes.set(proposal.name, proposal);
  for (const pair of found.labels) {
    inspected.labels.push({ ...pair, unfit: await unfitOf(pair, sizes.get(pair.image)) });
  }
  return inspected;
}

type Size = Pick<ImageProposal, 'height' | 'width'>;

/**
 * Why a label image cannot be that of an image: another size. `null` where it can, or where that is not
 * known.
 */
async function unfitOf({ file, image }: LabelPair, size: Size | undefined): Promise<string | null> {
  if (size === undefined) return null;
  const [labels] = await openImage(await fileBytes(file), basename(file), {}).catch(() => []);
  if (labels === undefined) return null;
  const { y, x } = labels.shape;
  if (y === size.height && x === size.width) return null;
  return `It has ${x} × ${y} px, ${image} has ${size.width} × ${size.height} px.`;
}

async function proposalOf(
  { name, channelsAreGuessed = false }: ImageGroup,
  content: ImageGroupContent,
): Promise<ImageProposal> {
  const { height, width, sizes, channelNames, sources } = content;
  let first = 0;
  const thumbnails: Uint8Array[] = [];
  for (const source of sources) {
    for (let channel = 0; channel < source.shape.c; channel++)
      thumbnails.push(await proofOf(source, channel));
  }
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
    thumbnails,
  };
}

/** How many pages a stack has whose order a person may want to say. */
function planeCount({ shape: { t, z, c }, samplesPerPage }: PixelSource): number {
  return (t * z * c) / samplesPerPage;
}

/** The first plane of a channel as a small picture, by every so many-th pixel where the image is large. */
async function proofOf(source: PixelSource, channel: number): Promise<Uint8Array> {
  const { height, width, samples } = await readLevel(source, { channel }, proofPixels);
  return greyThumbnail({ height, width, samples }, proofPx);
}
