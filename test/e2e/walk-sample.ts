import { expect } from 'vitest';
import type { StudioPage } from './studio-page.ts';

/** Steps of training before the walk continues. */
const trainedSteps = 20;

/**
 * Goes from the welcome screen through every stage with the sample images: pick, points, 20 training steps,
 * review, export.
 * @returns the folder of the exported files
 */
export async function walkSample(studio: StudioPage): Promise<string> {
  const { page } = studio;
  await studio.button(/^Try it on sample images/).click();
  await studio.stage('Foreground').click();
  await page.getByLabel('Suggestion', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await studio.told(/^1 of \d+/).waitFor();
  await studio.button('Accept suggestions for remaining images').click();
  await studio.button('Continue to Points').click();
  await studio.button('Find points in all images').click();
  await studio.button('Continue to Train').click();
  await studio.choose(/^Model/, /^Tiny/);
  await studio.inspector.getByRole('button', { name: 'Start training' }).click();
  const step = studio.inspector
    .getByRole('term')
    .filter({ hasText: /^Step$/ })
    .locator('+ dd');
  // "1 250 of 6 000": thousands are separated.
  const steps = async (): Promise<number> =>
    Number((await step.textContent())!.split('of')[0]!.replace(/\D/g, ''));
  await expect.poll(steps, { timeout: 600_000 }).toBeGreaterThanOrEqual(trainedSteps);
  await studio.inspector.getByRole('button', { name: 'Stop' }).click();
  await studio.button('Review cells').click();
  await page.getByRole('slider', { name: 'Minimum score' }).press('Home');
  await page.getByRole('list', { name: 'Cells, worst first' }).waitFor();
  await page.getByRole('application').hover();
  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  await studio.told(/ 1 accepted /).waitFor();
  await studio.stage('Results').click();
  await studio.button('Export').click();
  await page.getByText(/^\s*Wrote \d+ files with \d+ cells? to/).waitFor();
  return (await studio.inspector.locator('.path').last().textContent())!;
}
