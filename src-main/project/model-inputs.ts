import { LacssError } from '../contract/errors.ts';
import type { ModelCard } from '../contract/model-card.ts';
import type { PixelSizeUm } from '../contract/pixels.ts';
import type { ChannelRoles } from '../contract/project-files.ts';
import { imageScale } from '../model/image-scale.ts';

/** The channels of an image. */
interface Channels {
  name: string;
  channelNames: readonly string[];
  roles: ChannelRoles;
}

/**
 * The input channels of a model in an image, in the model's order: by role, otherwise by name.
 * @returns indices into the image's `channelNames`
 * @throws LacssError `setting-invalid` if one is missing
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
      `The model ${card.name} needs a channel ${shows}. ${name} has none.`,
      {
        subject: name,
        remedy: `Its channels are ${channelNames.join(', ')}. Set their roles under Images.`,
        command: 'lacss add',
      },
    );
  });
}

/**
 * The scale that gives an image's cells the size of the training cells. If both pixel sizes are known, it
 * takes them into account.
 * @param diameterPx mean cell diameter in px of this image, if set
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
