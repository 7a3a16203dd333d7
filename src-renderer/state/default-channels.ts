import type { ImageSummary } from '../../src-main/contract/requests/images.ts';
import type { ChannelDisplay } from '../../src-main/contract/requests/project.ts';

const ground = '#ffffff';
const nuclei = '#f35fe0';
/** Told apart by everyone, colour-blind or not, on grey and on black. */
const others = ['#3dd8ef', '#f2d544', '#63e07a', '#ff8a4c', '#8aa4ff'] as const;

/** The colours a channel can have. */
export const channelColours = [ground, nuclei, ...others] as const;

/**
 * How the channels of an image are shown where nobody has chosen: the cells in grey, because the eye reads form in grey and because
 * phase contrast in a colour is a colour and nothing else; the nuclei in magenta over it; what else there is in other colours.
 */
export function defaultChannels({
  channelNames,
  roles,
}: Pick<ImageSummary, 'channelNames' | 'roles'>): ChannelDisplay[] {
  let next = 0;
  const colourOf = (index: number) => {
    if (channelNames.length === 1 || index === roles.cells) return ground;
    if (index === roles.nuclei) return nuclei;
    return others[next++ % others.length]!;
  };
  return channelNames.map((_, index) => ({
    visible: true,
    colour: colourOf(index),
    low: null,
    high: null,
    gamma: 1,
  }));
}
