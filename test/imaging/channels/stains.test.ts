import { describe, expect, test } from 'vitest';
import { isStain, shownByName } from '../../../src-main/imaging/channels/stains.ts';

describe('what a channel shows, by its name', () => {
  test.each([
    'DAPI',
    'w1DAPI',
    'Hoechst 33342',
    'HOECHST33258',
    'H2B-GFP',
    'mCherry_H2B',
    'Histone H3',
    'HH3',
    'DRAQ5',
    'NucBlue Live',
    'NucSpot-650',
    'SYTO16',
    'SYTO 9',
    'SYTO-13',
    'SYTOX Green',
    'TO-PRO-3',
    'TOPRO3',
    'YO-PRO-1'.replace('PRO', 'YO'),
    'PicoGreen',
    'SiR-DNA',
    'SPY650-DNA',
    'dsDNA',
    'DNA1',
    'Vybrant DyeCycle Violet',
    'propidium iodide',
    'Nuclei',
    '405',
    'NLS-mCherry',
  ])('%s shows nuclei', (name) => {
    expect(shownByName(name)).toBe('nuclei');
  });

  test.each([
    'WGA-488',
    'CellMask Deep Red',
    'CellBrite',
    'E-cadherin',
    'EpCAM',
    'ZO-1',
    'Na/K-ATPase'.replace('/', ''),
    'membrane',
    'CellTracker Red',
    'Calcein AM',
    'Phalloidin',
    'F-actin',
    'alpha-tubulin',
    'Pan-Cytokeratin',
    'SYTO RNASelect',
    'SYTO 14',
    'MitoTracker',
    'cytoplasm',
    'GFP',
  ])('%s shows cells', (name) => {
    expect(shownByName(name)).toBe('cells');
  });

  test.each(['phase', 'Phase contrast', 'DIC', 'Brightfield', 'BF', 'TL', 'PH2'])(
    '%s is transmitted light',
    (name) => {
      expect(shownByName(name)).toBe('transmitted cells');
    },
  );

  test.each(['CD3', 'Channel 1', 'Ki67', 'C2', 'TRITC', 'dimple', 'stl'])('%s says nothing', (name) => {
    expect(shownByName(name)).toBeNull();
  });
});

test('words that are ambiguous inside a name are stains only at its end', () => {
  expect([isStain('red', true), isStain('red', false), isStain('DAPI', false)]).toEqual([true, false, true]);
  expect([isStain('control', true), isStain('1', true), isStain('cells', false)]).toEqual([
    false,
    false,
    false,
  ]);
});
