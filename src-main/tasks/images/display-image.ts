import type { ImageDisplay } from '../../contract/requests/image-requests.ts';
import type { Project } from '../../project/project.ts';
import { channelDtype, levelCount, overviewOf } from './image-planes.ts';
import { sampleStatistics } from './sample-statistics.ts';

/**
 * The display of an image at its current plane: ranges, automatic contrast and histograms of its channels.
 */
export async function displayImage(
  project: Project,
  imageId: string,
  signal?: AbortSignal,
): Promise<ImageDisplay> {
  const image = project.image(imageId);
  const channels: ImageDisplay['channels'] = [];
  for (const [c, name] of image.channelNames.entries()) {
    const { counts, scale } = await overviewOf(project, image, { ...image.plane, c }, signal);
    channels.push({ name, ...scale, ...sampleStatistics(counts, scale) });
  }
  const { id, height, width } = image;
  return {
    image: id,
    height,
    width,
    levels: levelCount(height, width),
    dtype: await channelDtype(project, image, 0),
    channels,
  };
}
