/**
 * Takes pictures of every stage of a project, in both themes, at two sizes and at 200 % zoom, for review by
 * eye and for display:
 *
 *     npx tsx test/e2e/take-pictures.ts PROJECT PICTURES [--epochs 4] [--only images,trained]
 *
 * The pictures of docs/ are those with `1440-dark` in their names. The project must have a model. The script
 * segments its cells and reviews some of them. With `--epochs` it also trains for that long, so that no stage
 * is empty. Use a copy of the project.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openChromium } from './chromium.ts';
import { startHost } from './start-host.ts';
import { StudioPage } from './studio-page.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
  // 1440 × 900 at 200 % zoom.
  { width: 720, height: 450 },
];
const themes = ['Dark', 'Light'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { epochs: { type: 'string' }, only: { type: 'string' } },
});
const [project, folder] = positionals.map((path) => resolve(path));
const wanted = values.only?.split(',');
if (project === undefined || folder === undefined) throw new Error('PROJECT and PICTURES, please');
await mkdir(folder, { recursive: true });
const host = await startHost(dirname(project), { project });
const browser = await openChromium();
try {
  const page = await browser.newPage({ viewport: sizes[0]!, reducedMotion: 'reduce' });
  const studio = new StudioPage(page, dirname(project));
  await page.goto(await host.address());
  await studio.stage('Images').waitFor();
  // The images may be outside the project's folder.
  const question = page.getByRole('dialog', { name: 'Allow this project to read images?' });
  await question.or(page.locator('.thumbnail[aria-busy=false]')).first().waitFor();
  if (await question.isVisible()) await question.getByRole('button', { name: 'Allow' }).click();
  await takeAll(studio);
} finally {
  await browser.close();
  await host.stop();
}

async function takeAll(studio: StudioPage): Promise<void> {
  const { page } = studio;
  await studio.stage('Review').click();
  const segment = studio.button(/^Segment (this image|\d+ images)$/);
  const accept = studio.inspector.getByRole('button', { name: 'Accept', exact: true });
  await segment.or(accept).first().waitFor();
  if (await segment.isVisible()) await segment.click();
  await accept.waitFor();
  await studio.stage('Images').click();
  await take(studio, 'images');
  await page.getByRole('radio', { name: 'One' }).click();
  await take(studio, 'image');
  await studio.stage('Foreground').click();
  await page.getByLabel('Suggestion', { exact: true }).waitFor();
  await take(studio, 'foreground');
  await studio.stage('Points').click();
  await studio.told(/^[1-9]\d* points/).waitFor();
  await take(studio, 'locations');
  await studio.stage('Review').click();
  await page.getByRole('application').hover();
  for (const key of ['j', 'Space', 'Space', 'x', 'Space', 'x', 'Space', 'Space', 'Space'])
    await page.keyboard.press(key);
  await page.keyboard.press('f');
  await take(studio, 'review');
  await studio.stage('Results').click();
  await page
    .getByText(/true cells?; /)
    .or(page.getByText('No label images to compare with'))
    .waitFor();
  await take(studio, 'results');
  await page.getByRole('radio', { name: 'Cells' }).click();
  await page.getByRole('table', { name: 'Measurements' }).waitFor();
  await take(studio, 'cells');
  await studio.stage('Train').click();
  await page.keyboard.press('f');
  await take(studio, 'ready');
  if (values.epochs === undefined) return;
  await page.getByRole('combobox', { name: /^Start from/ }).click();
  // The newest model is first.
  await page.getByRole('option').first().click();
  await page.getByRole('slider', { name: 'Epochs' }).press('Home');
  for (let epoch = 1; epoch < Number(values.epochs); epoch++) await page.keyboard.press('ArrowRight');
  await studio.inspector.getByRole('button', { name: 'Start training' }).click();
  await page.getByText(/ epoch 2.* · \d+ cells?/).waitFor({ timeout: 600_000 });
  await take(studio, 'training');
  await studio.button('Review cells').waitFor({ timeout: 600_000 });
  await take(studio, 'trained');
}

/** One picture of each size and theme, once the page is stable, unless only others are asked for. */
async function take({ page }: StudioPage, name: string): Promise<void> {
  if (wanted !== undefined && !wanted.includes(name)) return;
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const theme of themes) {
      await page.getByRole('button', { name: 'Theme' }).click();
      await page.getByRole('menuitem', { name: theme }).click();
      // Hides tooltips and focus rings that nobody asked for.
      await page.mouse.move(0, 0);
      await page.evaluate(
        () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
      );
      await page.locator('.thumbnail[aria-busy=true]').first().waitFor({ state: 'detached' });
      await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
      await page.waitForTimeout(700);
      await page.screenshot({ path: join(folder!, `${name}-${size.width}-${theme.toLowerCase()}.png`) });
    }
  }
  await page.setViewportSize(sizes[0]!);
}
