import { LacssError } from '../contract/errors.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { PixelSizeUm } from '../contract/pixels.ts';
import type { ChannelRoles } from '../contract/project.ts';
import { imageScale } from '../model/image-scale.ts';

/** What an image tells of its channels. */
interface Channels {
  name: string;
  channelNames: readonly string[];
  roles: ChannelRoles;
}

/**
 * The channels of an image that a model takes, in its order: by what they show, else by their names.
 * @returns indices into the image's `channelNames`
 * @throws LacssError `setting-invalid` where one is missing
 */
export function inputChannelsOf(card: ModelCard, { name, channelNames, roles }: Channels): number[] {
  return card.inputChannels.map((wanted) => {
    const index =
      wanted.role === 'other'
        ? channelNames.findIndex((channel) => channel.toLowerCase() === wanted.name.toLowerCase())
        : (roles[wanted.role] ?? -1);
    if (index in channelNames) return index;
    const shows = wanted.role === 'other' ? `called ${wanted.name}` : `that shows the ${wanted.role}`;
    throw new LacssError(
      'setting-invalid',
      `${name} has no channel ${shows}, which the model ${card.name} needs.`,
      {
        subject: name,
        remedy: `Its channels are ${channelNames.join(', ')}; say which shows what.`,
      },
    );
  });
}

/**
 * How much an image is rescaled so that its cells have the size the model knows: the size of the training's cells,
 * brought to this image's pixels where both pixel sizes are known.
 * @param diameterPx mean diameter of a cell in px of this image, where a person says so
 */
export function scaleFor(
  { preprocessing: { cellSize, targetDiameterPx } }: ModelCard,
  pixelSizeUm: PixelSizeUm | null,
  diameterPx?: number,
): number {
  if (diameterPx !== undefined) return targetDiameterPx / diameterPx;
  const meanUm = pixelSizeUm === null ? null : Math.sqrt(pixelSizeUm.y * pixelSizeUm.x);
  return imageScale(cellSize, targetDiameterPx, meanUm);
}
