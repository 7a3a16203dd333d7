import { expect, test } from 'vitest';
import { findLocations } from '../../src-main/annotation/find-locations.ts';
import { hasSharedData } from '../fixtures/shared-data.ts';
import { sharedLabels, sharedNames, sharedPlane } from './shared-planes.ts';
import { locationAgreement } from './location-agreement.ts';
import { usualFinder } from '../fixtures/candidates.ts';

/** All settings at their defaults but σ, which is estimated from each image. */
const settings = { ...usualFinder, sigma: 'auto' } as const;

async function pooledF1(pairs: [image: string, labels: string][]): Promise<number> {
  let right = 0;
  let counted = 0;
  for (const [image, labels] of pairs) {
    const { locations } = findLocations(await sharedPlane(image), settings);
    const agreement = locationAgreement(locations, await sharedLabels(labels));
    right += agreement.right;
    counted += agreement.count + agreement.truth;
  }
  return (2 * right) / counted;
}

test.skipIf(!hasSharedData)('u2os-nuclei: F1 of the locations at least 0.95', async () => {
  const names = sharedNames('u2os-nuclei', '_dna.tif');
  expect(names).toHaveLength(16);
  const f1 = await pooledF1(
    names.map((name) => [`u2os-nuclei/${name}_dna.tif`, `u2os-nuclei/${name}_label.tif`]),
  );
  expect(f1).toBeGreaterThanOrEqual(0.95);
});

test.skipIf(!hasSharedData)(
  'hela-phase: F1 of nuclear locations against whole cells at least 0.94',
  async () => {
    const f1 = await pooledF1(
      [1, 2, 3, 4, 5].map((i) => [`hela-phase/HeLa_${i}_nuclear.tif`, `hela-phase/HeLa_${i}_label.tif`]),
    );
    expect(f1).toBeGreaterThanOrEqual(0.94);
  },
);
