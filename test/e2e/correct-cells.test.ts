import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cellStates } from '../../src-main/contract/review-document.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { readReview } from '../../src-main/tasks/review/review-view.ts';
import { trainOnProject } from '../../src-main/tasks/training/train-on-project.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { keepRowOfCells } from '../tasks/keep-row-of-cells.ts';
import { annotatedProject, quickTraining } from '../tasks/quick-training.ts';
import { control } from '../tasks/small-project.ts';
import { chromiumPath } from './chromium.ts';
import { openStudio } from './open-studio.ts';
import type { OpenedStudio } from './open-studio.ts';
import type { StudioPage } from './studio-page.ts';

/** Key presses that zoom in from 100 %, by a quarter each. */
const zooms = 7;
const scale = 1.25 ** zooms;
const middle = 64;

type Place = readonly [y: number, x: number];

/**
 * Five cells of 8 × 8 px in a row, 8 px apart. Cell k has its left edge at x = 16 (k − 1). Each test
 * continues after the one before. Results are read from the project's folder.
 */
describe.skipIf(chromiumPath === undefined)('correcting cells in Chromium', () => {
  const folder = temporaryFolder();
  let opened: OpenedStudio | undefined;
  let page: Page;
  let studio: StudioPage;

  beforeAll(async () => {
    const project = await annotatedProject(folder, 1);
    const { model } = await trainOnProject(project, quickTraining, control);
    const { name } = project.manifest.images[0]!;
    const scores = [0.9, 0.8, 0.7, 0.6, 0.5];
    await keepRowOfCells(project, name, { model, at: new Date().toISOString(), scores });
    await project.close();
    opened = await openStudio(folder, { project: join(folder, 'project') });
    ({ page, studio } = opened);
    await studio.stage('Review').click();
    await page.getByRole('list', { name: 'Cells, worst first' }).waitFor();
    await showWhole();
  });
  afterEach(async ({ task }) => {
    await opened?.picture(task.name);
  });
  afterAll(async () => {
    await opened?.close();
  });

  /** Centres the image. Deleting and judging bring the next cell to the middle. */
  async function showWhole(): Promise<void> {
    for (const key of ['f', '1', ...new Array<string>(zooms).fill('=')]) await page.keyboard.press(key);
  }

  /** Each cell's state and area in px, by id, as they are on the disk. */
  async function cells(): Promise<Record<number, string>> {
    const project = await openProject(join(folder, 'project'), { purpose: 'a test', access: 'read' });
    const view = (await readReview(project, project.manifest.images[0]!.id))!;
    await project.close();
    return Object.fromEntries(
      [...view.ids].map((id, i) => [id, `${cellStates[view.states[i]!]} ${view.areasPx[i]}`]),
    );
  }
  const become = (expected: object) => expect.poll(cells, { timeout: 60_000 }).toEqual(expected);

  /** The last edit of the image, as its journal names it. */
  async function undoTitle(): Promise<string> {
    const project = await openProject(join(folder, 'project'), { purpose: 'a test', access: 'read' });
    const { undoTitle: title } = await project.annotation(project.manifest.images[0]!).view();
    await project.close();
    return title ?? '';
  }

  async function pointTo([y, x]: Place): Promise<void> {
    const box = (await page.getByRole('application').boundingBox())!;
    await page.mouse.move(
      box.x + box.width / 2 + (x - middle) * scale,
      box.y + box.height / 2 + (y - middle) * scale,
    );
  }
  async function click(place: Place): Promise<void> {
    await pointTo(place);
    await page.mouse.down();
    await page.mouse.up();
  }
  async function draw(first: Place, ...rest: Place[]): Promise<void> {
    await pointTo(first);
    await page.mouse.down();
    for (const place of rest) await pointTo(place);
    await page.mouse.up();
  }
  const asFound = { 1: 'found 64', 2: 'found 64', 3: 'found 64', 4: 'found 64', 5: 'found 64' };

  test('the brush adds to the selected cell, the eraser takes away, and undo takes both back', async () => {
    await click([4, 4]);
    await page.keyboard.press('b');
    await page.getByText(/^Paint to add/).waitFor();
    // From 6 px down to 1 px: a line of two pixels' width.
    for (let i = 0; i < 12; i++) await page.keyboard.press('[');
    await draw([4, 4], [4, 12]);
    // Rows 3 and 4 from column 8 to 12: the last centres are 0.71 px away from the line's end.
    await become({ ...asFound, 1: 'edited 74' });
    await page.keyboard.press('e');
    await draw([4, 14], [4, 8]);
    await expect.poll(async () => (await cells())[1], { timeout: 60_000 }).toMatch(/^edited 6[2-5]$/);
    await page.keyboard.press('z');
    await become({ ...asFound, 1: 'edited 74' });
    await page.keyboard.press('z');
    await become(asFound);
  });

  test('a stroke that leaves and re-enters a cell adds that side', async () => {
    await page.keyboard.press('r');
    await draw([6, 18], [12, 18], [12, 22], [6, 22]);
    await become({ ...asFound, 2: 'edited 80' });
    await page.keyboard.press('z');
    await become(asFound);
  });

  test('cells that change while a stroke is drawn do not end the stroke', async () => {
    const pencil = studio.inspector.getByLabel('edited', { exact: true });
    await draw([6, 18], [12, 18], [12, 22], [6, 22]);
    await pencil.waitFor();
    await pointTo([6, 50]);
    await page.mouse.down();
    await pointTo([12, 50]);
    await page.keyboard.press('z');
    await pencil.waitFor({ state: 'detached' });
    await pointTo([12, 54]);
    await pointTo([6, 54]);
    await page.mouse.up();
    await become({ ...asFound, 4: 'edited 80' });
    await page.keyboard.press('z');
    await become(asFound);
  });

  test('cells keep their pixels, and with Shift held they give way', async () => {
    const pencil = studio.inspector.getByLabel('edited', { exact: true });
    // Around cell 1, through its neighbour at columns 16 to 23.
    const around: Place[] = [
      [2, 6],
      [-1, 12],
      [-1, 20],
      [6, 20],
      [6, 6],
    ];
    // The tool of the previous test, if it is still active.
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    for (const push of [false, true]) {
      if (push) await page.keyboard.down('Shift');
      await draw(...(around as [Place, ...Place[]]));
      if (push) await page.keyboard.up('Shift');
      await pencil.waitFor();
      // The page shows the outline before it is on the disk.
      await expect.poll(undoTitle, { timeout: 60_000 }).toMatch(/Redraw/);
      const { 1: grown, 2: neighbour, ...others } = await cells();
      expect(Number(grown!.replace('edited ', ''))).toBeGreaterThan(64);
      expect(neighbour).toMatch(push ? /^found [1-5]\d$/ : /^found 64$/);
      expect({ 1: 'found 64', 2: 'found 64', ...others }).toEqual(asFound);
      await page.keyboard.press('z');
      await pencil.waitFor({ state: 'detached' });
      await become(asFound);
    }
  });

  test('a cell is cut in two by a line, and merged again by a line', async () => {
    await page.keyboard.press('c');
    await draw([-2, 36], [12, 36]);
    // The pixels under the line are on its right, and equally near to both pieces.
    await become({ ...asFound, 3: 'edited 40', 6: 'added 24' });
    await page.keyboard.press('m');
    await draw([4, 34], [4, 38]);
    await become({ ...asFound, 3: 'edited 64' });
    await page.keyboard.press('z');
    await page.keyboard.press('z');
    await become(asFound);
  });

  test('a lasso adds a cell, smoothing keeps its area, a hole is filled, and it is deleted', async () => {
    await page.keyboard.press('l');
    await draw([20, 20], [20, 44], [44, 44], [44, 20]);
    await expect.poll(async () => Object.keys(await cells()).length, { timeout: 60_000 }).toBe(6);
    const id = Math.max(...Object.keys(await cells()).map(Number));
    await become({ ...asFound, [id]: 'added 576' });
    await page.keyboard.press('v');
    await click([32, 32]);
    await page.keyboard.press('e');
    await click([32, 32]);
    await become({ ...asFound, [id]: 'added 572' });
    await page.keyboard.press('v');
    await page.keyboard.press('o');
    await become({ ...asFound, [id]: 'added 576' });
    await page.keyboard.press('s');
    // The corners are rounded, and the sides bulge: the area stays.
    await expect.poll(undoTitle, { timeout: 60_000 }).toMatch(/Smooth/);
    expect((await cells())[id]).toBe('added 576');
    await page.keyboard.press('Delete');
    await become(asFound);
  });

  test('a rectangle selects cells, which are judged together', async () => {
    await page.keyboard.press('Escape');
    await showWhole();
    await page.keyboard.down('Shift');
    await draw([-3, -3], [14, 42]);
    await page.keyboard.up('Shift');
    await studio.inspector.getByText('3 cells selected.').waitFor();
    await page.keyboard.press('x');
    await become({ ...asFound, 1: 'rejected 64', 2: 'rejected 64', 3: 'rejected 64' });
    await page.getByRole('switch', { name: 'Show rejected cells' }).click();
    await expect.poll(() => studio.inspector.getByText(/^score/).count()).toBe(2);
    await page.getByRole('switch', { name: 'Show rejected cells' }).click();
    await page.keyboard.press('z');
    await become(asFound);
  });

  test('cells are selected by rows of the list and by their state, and judged together', async () => {
    const tally = (words: string) => studio.told(words).waitFor();
    const selected = (words: string) => studio.inspector.getByText(words).waitFor();
    const rows = page.getByRole('list', { name: 'Cells, worst first' }).getByRole('button');
    // Scores fall from cell 1 on, so the first rows are cells 5, 4 and 3.
    await rows.nth(0).click();
    await rows.nth(2).click({ modifiers: ['Shift'] });
    await selected('3 cells selected.');
    await rows.nth(1).click({ modifiers: ['Control'] });
    await selected('2 cells selected.');
    await page.keyboard.press('x');
    await tally('2 of 5 cells reviewed · 0 accepted · 2 rejected');
    await become({ ...asFound, 3: 'rejected 64', 5: 'rejected 64' });
    await studio.choose(/Select cells/, /^All found \(3\)/);
    await selected('3 cells selected.');
    await studio.choose(/Select cells/, /^All rejected \(2\)/);
    await selected('2 cells selected.');
    await studio.inspector.getByRole('button', { name: 'Accept', exact: true }).click();
    await tally('2 of 5 cells reviewed · 2 accepted · 0 rejected');
    await become({ ...asFound, 3: 'accepted 64', 5: 'accepted 64' });
    await page.keyboard.press('z');
    await tally('2 of 5 cells reviewed · 0 accepted · 2 rejected');
    await page.keyboard.press('z');
    await tally('0 of 5 cells reviewed · 0 accepted · 0 rejected');
    await become(asFound);
  });

  test('a pen draws like the mouse', async () => {
    const tally = (words: string) => studio.told(words).waitFor();
    await page.keyboard.press('Escape');
    await showWhole();
    await page.keyboard.press('l');
    const used = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          addEventListener('pointerdown', ({ pointerType }) => resolve(pointerType), { once: true });
        }),
    );
    const pen = await page.context().newCDPSession(page);
    const box = (await page.getByRole('application').boundingBox())!;
    const press = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', [y, x]: Place) =>
      pen.send('Input.dispatchMouseEvent', {
        type,
        x: box.x + box.width / 2 + (x - middle) * scale,
        y: box.y + box.height / 2 + (y - middle) * scale,
        button: 'left',
        buttons: 1,
        clickCount: 1,
        pointerType: 'pen',
      });
    await press('mousePressed', [20, 20]);
    for (const place of [
      [20, 44],
      [44, 44],
      [44, 20],
    ] as const)
      await press('mouseMoved', place);
    await press('mouseReleased', [44, 20]);
    await pen.detach();
    expect(await used).toBe('pen');
    await tally('1 of 6 cells reviewed · 1 accepted · 0 rejected');
    await expect.poll(async () => Object.values(await cells()).at(-1), { timeout: 60_000 }).toBe('added 576');
    await page.keyboard.press('z');
    await tally('0 of 5 cells reviewed · 0 accepted · 0 rejected');
    await become(asFound);
  });

  test('strokes are drawn with the keyboard alone, and Escape discards one', async () => {
    const tally = (words: string) => studio.told(words).waitFor();
    const keys = async (...names: string[]): Promise<void> => {
      for (const name of names) await page.keyboard.press(name);
    };
    const cross = page.getByTestId('key-pointer');
    await keys('Escape', 'Escape');
    await showWhole();
    await keys('l', 'ArrowUp');
    await page.getByText('The cursor is on no cell.').waitFor();
    await keys('Enter', 'Shift+ArrowDown');
    await page.getByText(/^Drawing\. /).waitFor();
    await keys('Escape');
    await page.getByText('The cursor is on no cell.').waitFor();
    // A large step is 24 CSS px, 5.03 px of the image: 10 pixels have their centres within two.
    await keys('Enter', 'Shift+ArrowDown', 'Shift+ArrowDown', 'Shift+ArrowRight', 'Shift+ArrowRight');
    await keys('Shift+ArrowUp', 'Shift+ArrowUp', 'Enter');
    await expect.poll(async () => Object.values(await cells()).at(-1), { timeout: 60_000 }).toBe('added 100');
    await keys('z');
    await tally('0 of 5 cells reviewed · 0 accepted · 0 rejected');
    // With another tool, the cursor begins at the selected cell.
    await keys('j');
    await showWhole();
    await keys('c');
    await cross.waitFor({ state: 'hidden' });
    await keys('ArrowUp');
    await page.getByText(/^The cursor is on cell [1-5]\./).waitFor();
    await keys('Shift+ArrowUp', 'Enter', ...new Array<string>(3).fill('Shift+ArrowDown'), 'Enter');
    await expect.poll(async () => Object.keys(await cells()).length, { timeout: 60_000 }).toBe(6);
    expect(Object.values(await cells()).at(-1)).toMatch(/^added (2[4-9]|3\d|40)$/);
    await keys('z');
    await become(asFound);
    // Without the cursor, the keys judge cells and step through images again.
    await keys('Escape');
    await cross.waitFor({ state: 'hidden' });
    await keys('j', 'Space');
    await tally('1 of 5 cells reviewed · 1 accepted · 0 rejected');
    await keys('z', 'Escape');
    await become(asFound);
  });

  test('the model outlines a missed cell under the pointer; two clicks in it split it', async () => {
    await showWhole();
    await page.keyboard.press('p');
    await pointTo([64, 64]);
    await pointTo([64, 65]);
    await expect.poll(() => page.getByText('The model sees no cell here.').count()).toBe(0);
    await click([64, 65]);
    await expect.poll(async () => Object.keys(await cells()).length, { timeout: 60_000 }).toBe(6);
    const id = Math.max(...Object.keys(await cells()).map(Number));
    expect((await cells())[id]).toMatch(/^added \d+$/);
    await click([64, 63]);
    await page.getByText('Click a second place in this cell to split it.').waitFor();
    await click([64, 67]);
    await expect.poll(async () => Object.keys(await cells()).length, { timeout: 60_000 }).toBe(7);
    await page.keyboard.press('z');
    await page.keyboard.press('z');
    await become(asFound);
  });

  test('a cell whose point is dragged gets the outline that the model draws there', async () => {
    const tally = (words: string) => studio.told(words).waitFor();
    await tally('0 of 5 cells reviewed · 0 accepted · 0 rejected');
    await draw([4, 36], [30, 50], [64, 65]);
    await tally('1 of 5 cells reviewed · 1 accepted · 0 rejected');
    await expect.poll(undoTitle, { timeout: 60_000 }).toMatch(/Outline/);
    const { 3: moved, ...others } = await cells();
    expect(moved).toMatch(/^edited \d+$/);
    expect({ 3: 'found 64', ...others }).toEqual(asFound);
    await page.keyboard.press('z');
    await tally('0 of 5 cells reviewed · 0 accepted · 0 rejected');
    await become(asFound);
  });

  test('the window says which image to correct next, and why', async () => {
    await studio.inspector.getByRole('button', { name: 'Rank images' }).click();
    const ranked = page.getByRole('list', { name: 'Images to correct, best first' });
    await ranked.getByText('doubtful cells · 5 cells').waitFor();
    await studio.inspector.getByRole('button', { name: 'Rank again' }).waitFor();
  });

  test('a person says that all cells are checked; keys are listed, and all can be reached', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('switch', { name: 'All cells are checked' }).click();
    await expect.poll(undoTitle, { timeout: 60_000 }).toMatch(/all cells as checked/i);
    await page.keyboard.press('?');
    for (const name of ['Brush', 'Redraw outline', 'Add by click']) {
      await page.getByRole('dialog').getByText(name, { exact: true }).first().waitFor();
    }
    await page.keyboard.press('Escape');
    expect(await studio.seriousFindings()).toEqual([]);
    expect(studio.complaints).toEqual([]);
  });
});
