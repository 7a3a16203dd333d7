import type { JobControl } from '../../contract/job.ts';
import { LacssError } from '../../contract/errors.ts';
import { toFailure } from '../../contract/failure.ts';
import type { CheckedParams } from '../../contract/requests.ts';
import type { ImageProposal, InspectedImages } from '../../contract/requests/images.ts';
import { readImageGroup } from '../../project/read-image-group.ts';
import type { ImageGroup, ImageGroupContent } from '../../project/read-image-group.ts';
import { findImageGroups } from './add.ts';
import { displayPlane } from './display-plane.ts';
import { greyThumbnail } from './thumbnail.ts';

/** Longer side of a thumbnail that proves a guess, px. */
const proofPx = 192;

/** Looks at files and folders without adding them: the guess of axes, channels and roles, with a picture of each channel. */
export async function inspectImages(
  { paths, options, limit = 12 }: CheckedParams<'images.inspect'>,
  { signal, onProgress }: JobControl,
): Promise<InspectedImages> {
  const { groups, labelFiles } = await findImageGroups(
    paths,
    options.channelPattern === '' ? undefined : options.channelPattern,
  );
  const inspected: InspectedImages = {
    proposals: [],
    total: groups.length,
    labelFiles: labelFiles.map(({ path }) => path),
    failures: [],
  };
  for (const [index, group] of groups.entries()) {
    if (signal.aborted) throw new LacssError('cancelled', 'Stopped.');
    if (inspected.proposals.length >= limit) break;
    onProgress({ done: index, total: Math.min(groups.length, limit), message: `Looking at ${group.name}` });
    try {
      inspected.proposals.push(proposalOf(group, await readImageGroup(group, options.axes)));
    } catch (error) {
      inspected.failures.push({ ...toFailure(error), subject: group.name });
    }
  }
  return inspected;
}

function proposalOf({ name }: ImageGroup, content: ImageGroupContent): ImageProposal {
  const { height, width, sizes, channelNames, rasters } = content;
  let first = 0;
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
    dtype: rasters[0]!.dtype,
    stackLength: rasters[0]!.planes.length / (rasters[0]!.samplesPerPage ?? 1),
    thumbnails: rasters.flatMap(({ planes, dtype, sizes: { c } }) =>
      planes
        .slice(0, c)
        .map((plane) =>
          greyThumbnail({ height, width, samples: displayPlane(plane, dtype).samples }, proofPx),
        ),
    ),
  };
}
