import { LacssError } from '../../contract/errors.ts';
import type { ChannelRoles } from '../../contract/project-files.ts';

/** A channel by its name, or by its number from 0; `null` for no channel. */
export type ChannelChoice = string | number | null;

/** The roles of channels as a person sets them. */
export interface WantedRoles {
  cells?: ChannelChoice;
  nuclei?: ChannelChoice;
}

/**
 * The roles of an image's channels: set by a person, otherwise guessed. One channel may have both roles.
 * @throws LacssError `setting-invalid` if there is no such channel
 */
export function chooseRoles(
  { channelNames, roles: guessed }: { channelNames: readonly string[]; roles: ChannelRoles },
  wanted: WantedRoles,
  image: string,
): ChannelRoles {
  const choose = (role: keyof ChannelRoles): number | null => {
    const choice = wanted[role];
    if (choice === undefined) return guessed[role];
    return choice === null ? null : channelIndex(choice, channelNames, image);
  };
  const roles = { cells: choose('cells'), nuclei: choose('nuclei') };
  const isOneSaid = (wanted.cells === undefined) !== (wanted.nuclei === undefined);
  if (!isOneSaid || roles.cells !== roles.nuclei || roles.cells === null || channelNames.length !== 2)
    return roles;
  // With two channels, the other one gets the other role.
  const other = 1 - roles.cells;
  return wanted.cells === undefined ? { ...roles, cells: other } : { ...roles, nuclei: other };
}

function channelIndex(choice: string | number, channelNames: readonly string[], image: string): number {
  if (typeof choice === 'number' && choice in channelNames) return choice;
  // A channel may have the name `405`.
  const wanted = typeof choice === 'number' ? String(choice + 1) : choice.toLowerCase();
  const index = channelNames.findIndex((name) => name.toLowerCase() === wanted);
  if (index >= 0) return index;
  throw new LacssError('setting-invalid', `${image} has no channel ${wantedText(choice)}.`, {
    subject: image,
    remedy: `Its channels are ${channelNames.join(', ')}.`,
  });
}

function wantedText(choice: string | number): string {
  return typeof choice === 'number' ? String(choice + 1) : choice;
}
