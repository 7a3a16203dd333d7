import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { calibrateShipped } from '../../build/calibrate-shipped.ts';
import { shippedModelPath } from '../../src-main/project/included-model-path.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { defaultSampleSettings } from '../../src-main/sample/sample-settings.ts';
import { control } from '../tasks/small-project.ts';

const settings = { ...defaultSampleSettings, heightPx: 160, widthPx: 160 };

test('the included model has a minimum score of its own, measured on generated fields', async () => {
  const { card } = await loadModelFrom(shippedModelPath);
  expect(card.calibration).toMatchObject({ measuredOn: 'generated-images', right: 'outlines' });
  const { found, foundRight, truth, minScore, hiddenRight } = card.calibration!;
  expect(truth).toBeGreaterThan(600);
  expect(foundRight / truth).toBeGreaterThan(0.95);
  expect(found).toBeGreaterThanOrEqual(foundRight);
  expect(minScore).toBeGreaterThan(0);
  expect(hiddenRight / foundRight).toBeLessThan(0.02);
});

test('docs/models.md describes every model that ships', () => {
  const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');
  const files = readdirSync(new URL('../../resources/models/', import.meta.url));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(page).toContain(`resources/models/${file}`);
});

test('shipping a model measures its scores anew, whatever its card says', async () => {
  const { card, manifest, bytes } = await loadModelFrom(shippedModelPath);
  const calibration = await calibrateShipped({ card, manifest, bytes }, control, { fields: 3, settings });
  expect(calibration).toMatchObject({ measuredOn: 'generated-images', right: 'outlines', images: 3 });
  expect(calibration.truth).toBeGreaterThan(20);
  expect(calibration.foundRight / calibration.truth).toBeGreaterThan(0.9);
  await expect(
    calibrateShipped({ card, manifest, bytes }, control, {
      fields: 1,
      settings: { ...settings, heightPx: 32 },
    }),
  ).rejects.toThrow('1 fields hold too few cells');
});
