import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FloatPlane } from '../../../src-main/contract/pixels.ts';
import { guessRoles } from '../../../src-main/imaging/channels/guess-roles.ts';
import { fillMissing } from '../../../src-main/imaging/padding/fill-missing.ts';
import { planeAt } from '../../fixtures/plane-at.ts';
import { readImage } from '../../fixtures/read-image.ts';
import { hasSharedData, sharedData } from '../../fixtures/shared-data.ts';

/** 64 × 64 pixels with discs of radius `radius` every 16 pixels, bright on dark. */
function discs(radius: number): FloatPlane {
  const data = Float32Array.from({ length: 64 * 64 }, (_, i) => {
    const y = (Math.floor(i / 64) % 16) - 8;
    const x = ((i % 64) % 16) - 8;
    return Math.hypot(y, x) < radius ? 200 : 20 + (i % 5);
  });
  return { height: 64, width: 64, data };
}
const nuclei = discs(3);
const cytoplasm = discs(7);

describe('by names', () => {
  test.each<[string[], { cells: number | null; nuclei: number | null }]>([
    [['nuclear', 'phase'], { cells: 1, nuclei: 0 }],
    [['E-cadherin', 'DAPI'], { cells: 0, nuclei: 1 }],
    [['Hoechst 33342', 'Cy5'], { cells: 1, nuclei: 0 }],
    [['w1', 'DAPI'], { cells: 0, nuclei: 1 }],
    [['DAPI', 'CellMask', 'Cy3'], { cells: 1, nuclei: 0 }],
    [['BF', 'Channel 2'], { cells: 0, nuclei: 1 }],
    [['CD3', 'SYTO 16'], { cells: 0, nuclei: 1 }],
    [['SYTO RNASelect', 'NucBlue'], { cells: 0, nuclei: 1 }],
    [['DRAQ5', 'CD45', 'Na-K-ATPase'], { cells: 2, nuclei: 0 }],
  ])('%o', (names, roles) => {
    const guess = guessRoles(
      names,
      names.map(() => nuclei),
    );
    expect(guess.roles).toEqual(roles);
    expect(guess.confidence).toBeGreaterThanOrEqual(0.8);
  });
});

describe('by pixels', () => {
  test('the channel with less bright area shows the nuclei', () => {
    const { roles, confidence } = guessRoles(['Channel 1', 'Channel 2'], [nuclei, cytoplasm]);
    expect(roles).toEqual({ cells: 1, nuclei: 0 });
    expect(confidence).toBeLessThan(0.95);
  });

  test('a word that all channels bear, as from the name of their file, tells none from another', () => {
    const names = ['phase DAPI Channel 1', 'phase DAPI Channel 2'];
    expect(guessRoles(names, [cytoplasm, nuclei]).roles).toEqual({ cells: 0, nuclei: 1 });
    expect(guessRoles(names, [nuclei, cytoplasm]).roles).toEqual({ cells: 1, nuclei: 0 });
  });

  test.each([0, NaN])('a frame of %d changes neither roles nor confidence', (value) => {
    const framed = ({ data }: FloatPlane): FloatPlane => {
      const around = new Float32Array(120 * 120).fill(value);
      for (let y = 0; y < 64; y++) around.set(data.subarray(y * 64, (y + 1) * 64), (y + 40) * 120 + 50);
      return fillMissing({ height: 120, width: 120, data: around });
    };
    const names = ['Channel 1', 'Channel 2'];
    const own = guessRoles(names, [nuclei, cytoplasm]);
    const inFrame = guessRoles(names, [framed(nuclei), framed(cytoplasm)]);
    expect(inFrame.roles).toEqual(own.roles);
    expect(inFrame.confidence).toBeCloseTo(own.confidence, 12);
  });

  test('one stained channel serves as both, an even one only shows cells', () => {
    const even = { ...nuclei, data: nuclei.data.map((_, i) => (i * 7919) % 100) };
    expect(guessRoles(['Channel 1'], [nuclei]).roles).toEqual({ cells: 0, nuclei: 0 });
    expect(guessRoles(['Channel 1'], [even]).roles).toEqual({ cells: 0, nuclei: null });
  });

  test('one channel of dim nuclei serves as both, with doubt', () => {
    const noisy = { ...nuclei, data: nuclei.data.map((value, i) => value + ((i * 7919) % 150)) };
    const { roles, confidence } = guessRoles(['Channel 1'], [noisy]);
    expect(roles).toEqual({ cells: 0, nuclei: 0 });
    expect(confidence).toBeLessThan(0.6);
  });

  test('an alpha channel shows nothing; a constant one never looks like nuclei', () => {
    const constant = { ...nuclei, data: new Float32Array(64 * 64).fill(255) };
    expect(guessRoles(['Channel 1', 'Alpha'], [nuclei, constant]).roles).toEqual({ cells: 0, nuclei: 0 });
    expect(guessRoles(['a', 'b'], [constant, nuclei]).roles).toEqual({ cells: 0, nuclei: 1 });
  });
});

test('not as many names as planes is an error', () => {
  expect(() => guessRoles(['a'], [])).toThrow('1 names for 0 planes');
});

describe('real images, their names unknown', () => {
  test
    .skipIf(!hasSharedData)
    .each([
      [['hela-phase/HeLa_1_phase.tif', 'hela-phase/HeLa_1_nuclear.tif']],
      [['hela-phase/HeLa_4_phase.tif', 'hela-phase/HeLa_4_nuclear.tif']],
      [['two-channel-stacks/3T3_1.tif']],
      [['two-channel-stacks/BMDM_1.tif']],
      [['two-channel-stacks/MCF10A_1.tif']],
      [['u2os-gfp/Channel1-01-A-01.tif', 'u2os-gfp/Channel2-01-A-01.tif']],
      [['u2os-gfp/Channel1-06-A-06.tif', 'u2os-gfp/Channel2-06-A-06.tif']],
    ])('%o', async (files) => {
    const planes: FloatPlane[] = [];
    for (const file of files) {
      const raster = await readImage(new Uint8Array(readFileSync(sharedData(file))), file);
      for (let c = 0; c < raster.sizes.c; c++) planes.push(planeAt(raster, { c }));
    }
    expect(guessRoles(['Channel 1', 'Channel 2'], planes).roles).toEqual({ cells: 0, nuclei: 1 });
  });
});
