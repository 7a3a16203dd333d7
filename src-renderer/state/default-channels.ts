import { itemAt } from '../../src-main/contract/elements.ts';
import type { ImageSummary } from '../../src-main/contract/requests/image-requests.ts';
import type { ChannelDisplay } from '../../src-main/contract/requests/project-requests.ts';

const ground = '#ffffff';
const nuclei = '#f35fe0';
/** Distinguishable for everyone, colour-blind or not, on grey and on black. */
const others = ['#3dd8ef', '#f2d544', '#63e07a', '#ff8a4c', '#8aa4ff'] as const;

/** The colours a channel can have. */
export const channelColours = [ground, nuclei, ...others] as const;

/**
 * The default colours of the channels. Cells are grey, which shows form best. Nuclei are magenta. Other
 * channels have other colours.
 */
export function defaultChannels({
  channelNames,
  roles,
}: Pick<ImageSummary, 'channelNames' | 'roles'>): ChannelDisplay[] {
  let next = 0;
  const colourOf = (index: number) => {
    if (channelNames.length === 1 || index === roles.cells) return ground;
    if (index === roles.nuclei) return nuclei;
    return itemAt(others, next++ % others.length);
  };
  return channelNames.map((_, index) => ({
    visible: true,
    colour: colourOf(index),
    low: null,
    high: null,
    gamma: 1,
  }));
}
