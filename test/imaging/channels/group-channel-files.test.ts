import { describe, expect, test } from 'vitest';
import { groupChannelFiles } from '../../../src-main/imaging/channels/group-channel-files.ts';

/** `stem: channel channel` per group; `?` follows a channel that the names only suggest. */
function told(names: readonly string[], pattern?: string): string[] {
  return groupChannelFiles(names, pattern).map(
    ({ stem, files }) =>
      `${stem}: ${files.map(({ channel, isGuessed }) => `${channel ?? '-'}${isGuessed ? '?' : ''}`).join(' ')}`,
  );
}

describe('channels by the names themselves', () => {
  test.each<[string, string[], string[]]>([
    [
      'what they show',
      [
        'HeLa_1_label.tif',
        'HeLa_1_nuclear.tif',
        'HeLa_1_phase.tif',
        'HeLa_10_nuclear.tif',
        'HeLa_10_phase.tif',
      ],
      ['HeLa_1: nuclear phase', 'HeLa_1_label: -', 'HeLa_10: nuclear phase'],
    ],
    [
      'a number in front',
      ['Channel1-06-A-06.tif', 'Channel1-07-A-07.tif', 'Channel2-06-A-06.tif', 'Channel2-07-A-07.tif'],
      ['06-A-06: Channel1 Channel2', '07-A-07: Channel1 Channel2'],
    ],
    [
      'wavelengths',
      ['p_A01_s1_w1.tif', 'p_A01_s1_w2.tif', 'p_A01_s2_w1.tif', 'p_A01_s2_w2.tif'],
      ['p_A01_s1: w1 w2', 'p_A01_s2: w1 w2'],
    ],
    ['wavelengths with dyes', ['exp_w1DAPI_s1.TIF', 'exp_w2FITC_s1.TIF'], ['exp_s1: DAPI FITC']],
    [
      'wavelengths with identifiers',
      [
        'IXM_A02_s1_w1051DAA7C-7042-435F-99F0-1E847D9B42CB.tif',
        'IXM_A02_s1_w2A1B2C3D4-0042-435F-99F0-1E847D9B42CB.tif',
      ],
      ['IXM_A02_s1: w1 w2'],
    ],
    [
      'CV8000: the action differs with the channel',
      [
        'AssayPlate_A02_T0001F001L01A01Z01C01.tif',
        'AssayPlate_A02_T0001F001L01A02Z01C02.tif',
        'AssayPlate_A02_T0001F002L01A01Z01C01.tif',
        'AssayPlate_A02_T0001F002L01A02Z01C02.tif',
      ],
      ['AssayPlate_A02_T0001F001L01Z01: C01 C02', 'AssayPlate_A02_T0001F002L01Z01: C01 C02'],
    ],
    ['small c', ['a_c1.tif', 'a_c2.tif', 'b_c1.tif', 'b_c2.tif'], ['a: c1 c2', 'b: c1 c2']],
    ['Leica', ['Series014_z000_ch00.tif', 'Series014_z000_ch01.tif'], ['Series014_z000: ch00 ch01']],
    ["ImageJ's Split Channels", ['C1-cells.tif', 'C2-cells.tif'], ['cells: C1 C2']],
    ['dyes', ['x-DAPI.ome.tif', 'x-FITC.ome.tif', 'y-DAPI.ome.tif'], ['x: DAPI FITC', 'y: DAPI']],
    [
      'Micro-Manager',
      ['img_000000000_Cy3_000.tif', 'img_000000000_DAPI_000.tif', 'img_000000001_Cy3_000.tif'],
      ['img_000000000_000: Cy3 DAPI', 'img_000000001_000: Cy3'],
    ],
    [
      'Opera',
      ['r01c01f01p01-ch1sk1fk1fl1.tiff', 'r01c01f01p01-ch2sk1fk1fl1.tiff'],
      ['r01c01f01p01: ch1 ch2'],
    ],
    [
      'an unknown marker beside a known stain',
      ['X_CD3.tif', 'X_DAPI.tif', 'Y_DAPI.tif', 'Y_Ki67.tif', 'Y_CD8.tif'],
      ['X: CD3? DAPI', 'Y: CD8? DAPI Ki67?'],
    ],
    [
      'an unknown marker in the middle of a name',
      ['img_001_DAPI_z1.tif', 'img_001_PD-L1_z1.tif', 'img_001_CD3_z1.tif', 'img_002_CD3_z1.tif'],
      ['img_001_PD-L1_z1: -', 'img_001_z1: CD3? DAPI', 'img_002_CD3_z1: -'],
    ],
    [
      'stains of several words',
      ['s1_Hoechst_33342.tif', 's1_Alexa 488.tif', 's1_TO-PRO-3.tif', 's1_E-cadherin.tif'],
      ['s1: Alexa 488 E cadherin Hoechst 33342 TO PRO 3'],
    ],
    [
      'stains of nuclei',
      [
        'a_DRAQ5.tif',
        'a_WGA.tif',
        'b_NucBlue.tif',
        'b_CellMask.tif',
        'c_SYTO16.tif',
        'c_Phase.tif',
        'd_H2B.tif',
      ],
      ['a: DRAQ5 WGA', 'b: CellMask NucBlue', 'c: Phase SYTO16', 'd: H2B'],
    ],
    [
      'dozens of markers beside a nuclear stain',
      ['t_DAPI.tif', ...Array.from({ length: 20 }, (_, i) => `t_CD${i + 1}.tif`)],
      [`t: ${Array.from({ length: 20 }, (_, i) => `CD${i + 1}?`).join(' ')} DAPI`],
    ],
    ['unknown words alone', ['f_venus.tif', 'f_lck2.tif'], ['f: lck2? venus?']],
    [
      'any words, where each image has all',
      ['p1_venus.tif', 'p1_lck.tif', 'p2_venus.tif', 'p2_lck.tif'],
      ['p1: lck venus?', 'p2: lck venus?'],
    ],
  ])('%s', (_, names, groups) => {
    expect(told(names)).toEqual(groups);
  });
});

describe('files that are no channels of one image', () => {
  test.each<[string, string[], string[]]>([
    [
      'wells of a plate',
      ['plate_C07_s5.tif', 'plate_C08_s5.tif', 'plate_D07_s5.tif'],
      ['plate_C07_s5: -', 'plate_C08_s5: -', 'plate_D07_s5: -'],
    ],
    ['numbers', ['cells_1.tif', 'cells_2.tif', 'cells_10.tif'], ['cells_1: -', 'cells_2: -', 'cells_10: -']],
    ['a number that tells nothing apart', ['day_c3.tif', 'night_c4.tif'], ['day_c3: -', 'night_c4: -']],
    [
      'treatments with a file missing',
      ['p1_drug.tif', 'p1_wash.tif', 'p2_drug.tif'],
      ['p1_drug: -', 'p1_wash: -', 'p2_drug: -'],
    ],
    ['conditions', ['p_control.tif', 'p_treated.tif'], ['p_control: -', 'p_treated: -']],
    ['numbers beside a stain', ['X_DAPI.tif', 'X_1.tif', 'X_2.tif'], ['X: DAPI', 'X_1: -', 'X_2: -']],
    ['one file', ['DAPI.tif'], ['DAPI: -']],
    [
      'the same image twice',
      ['a_DAPI.tif', 'a_DAPI.png', 'a_FITC.tif'],
      ['a_DAPI: -', 'a_DAPI: -', 'a_FITC: -'],
    ],
  ])('%s', (_, names, groups) => {
    expect(told(names)).toEqual(groups);
  });

  test('every file is in exactly one group', () => {
    const names = ['a_w1.tif', 'a_w2.tif', 'a_masks.png', 'b.tif', 'c_DAPI.tif'];
    const grouped = groupChannelFiles(names).flatMap(({ files }) => files.map(({ name }) => name));
    expect(grouped.sort()).toEqual([...names].sort());
  });
});

describe('a pattern overrides the guess', () => {
  test('none keeps every file separate', () => {
    expect(told(['a_DAPI.tif', 'a_FITC.tif'], 'none')).toEqual(['a_DAPI: -', 'a_FITC: -']);
  });

  test('the channel in the middle, anything at the end', () => {
    const names = ['A1-red-001.tif', 'A1-far-002.tif', 'other.tif'];
    expect(told(names, '{stem}-{channel}-*.tif')).toEqual(['A1: far red', 'other: -']);
  });

  test('without an ending', () => {
    expect(told(['a_1.tif', 'a_2.tif'], '{stem}_{channel}')).toEqual(['a: 1 2']);
  });

  test('signs that mean something to regular expressions', () => {
    expect(told(['a(1)+x.tif', 'a(2)+x.tif'], '{stem}({channel})+x.tif')).toEqual(['a: 1 2']);
  });

  test('a pattern without a channel is refused', () => {
    expect(() => told(['a.tif'], '{stem}.tif')).toThrow('lacks {stem} or {channel}');
  });

  test('two files for one channel are both named', () => {
    expect(() => told(['a_x_1.tif', 'a_y_1.tif'], '{stem}_*_{channel}.tif')).toThrow(
      'both a_x_1.tif and a_y_1.tif are channel 1 of a',
    );
  });
});
