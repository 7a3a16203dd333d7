import { expect, test } from 'vitest';
import { parsePlace, parseSeen, placeText } from '../../../src-renderer/state/place.ts';

const project = '0123456789abcdef';

test('a place is written to the address and read again, also with odd image names', () => {
  for (const image of ['HeLa_1', 'well B 3 #2?%', 'zelle-äöü', null]) {
    const place = { project, stage: 'review' as const, image };
    expect(parsePlace(placeText(place))).toEqual(place);
  }
  expect(placeText({ project, stage: 'train', image: 'a b' })).toBe(`#/${project}/train/a%20b`);
});

test('an address of another kind names no place', () => {
  for (const hash of [
    '',
    '#',
    '#/',
    '#AbCdEfGhIjKlMnOpQrStUv',
    `#/${project}`,
    `#/${project}/nowhere/a`,
    `#/../../etc/review/a`,
    `#/${project}/review/a/b`,
  ]) {
    expect(parsePlace(hash), hash).toBeNull();
  }
  // An unreadable image is left out: the stage is still right.
  expect(parsePlace(`#/${project}/review/%E4`)).toEqual({ project, stage: 'review', image: null });
});

test('what was seen is taken only in the form it was kept in', () => {
  const seen = {
    camera: { y: 1.5, x: 2, scale: 3, height: 128, width: 128 },
    cells: [1, 7],
    points: ['0123456789ab.0'],
  };
  expect(parseSeen(structuredClone(seen))).toEqual(seen);
  for (const kept of [null, undefined, 7, {}, { ...seen, cells: ['1'] }]) expect(parseSeen(kept)).toBeNull();
});
