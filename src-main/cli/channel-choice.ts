import type { ChannelChoice } from '../tasks/images/choose-roles.ts';

/** A channel as it is typed: `2` is the second one, `none` no channel, everything else a name. */
export function channelChoiceOf(text: string): ChannelChoice {
  if (text.toLowerCase() === 'none') return null;
  return /^\d+$/.test(text) ? Number(text) - 1 : text;
}
