import { expect, test } from 'vitest';
import { channelColours, defaultChannels } from '../../../src-renderer/state/default-channels.ts';

const coloursOf = (channelNames: string[], cells: number | null, nuclei: number | null) =>
  defaultChannels({ channelNames, roles: { cells, nuclei } }).map(({ colour }) => colour);

test('cells are grey and nuclei magenta, in whatever order the channels come', () => {
  expect(coloursOf(['nuclear', 'phase'], 1, 0)).toEqual(['#f35fe0', '#ffffff']);
  expect(coloursOf(['phase', 'nuclear'], 0, 1)).toEqual(['#ffffff', '#f35fe0']);
});

test('channels without a role have colours of their own', () => {
  const colours = coloursOf(['actin', 'membrane', 'DAPI', 'tubulin'], 1, 2);
  expect(new Set(colours).size).toBe(4);
  expect(colours.every((colour) => (channelColours as readonly string[]).includes(colour))).toBe(true);
});

test('a single channel is grey, whatever it shows', () => {
  expect(coloursOf(['DAPI'], null, 0)).toEqual(['#ffffff']);
});
