import { expect, test } from 'vitest';
import { uniqueChannelNames } from '../../../src-main/imaging/channels/unique-channel-names.ts';

test.each([
  [
    ['DAPI', 'CD3', 'DAPI'],
    ['DAPI', 'CD3', 'DAPI (3)'],
  ],
  [
    ['DAPI', 'DAPI', 'DAPI'],
    ['DAPI', 'DAPI (2)', 'DAPI (3)'],
  ],
  [
    ['DAPI', 'DAPI (3)', 'DAPI'],
    ['DAPI', 'DAPI (3)', 'DAPI (3) (3)'],
  ],
  [
    ['', ''],
    ['', ' (2)'],
  ],
])('%j become %j', (names, unique) => {
  expect(uniqueChannelNames(names)).toEqual(unique);
});
