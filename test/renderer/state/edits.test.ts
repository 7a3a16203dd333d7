import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { emptyPackedMask } from '../../../src-main/contract/packed-mask.ts';
import type { PackedMask } from '../../../src-main/contract/packed-mask.ts';
import { journalEntrySchema } from '../../../src-main/contract/project-files.ts';
import type { JournalEntry } from '../../../src-main/contract/project-files.ts';
import type { ForegroundView, Stroke } from '../../../src-main/contract/requests/foreground-requests.ts';
import type { LocationsView } from '../../../src-main/contract/requests/location-requests.ts';
import type { ReviewView } from '../../../src-main/contract/requests/review-requests.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { paintStrokes } from '../../../src-main/tasks/foreground/paint-strokes.ts';
import { readForeground } from '../../../src-main/tasks/foreground/read-foreground.ts';
import { annotationEdits } from '../../../src-main/tasks/edits/annotation-edits.ts';
import { describeProject } from '../../../src-main/tasks/images/describe-project.ts';
import { readLocations } from '../../../src-main/tasks/locations/read-locations.ts';
import { readReview } from '../../../src-main/tasks/review/review-view.ts';
import type { ErrorCode } from '../../../src-main/contract/errors.ts';
import type { ProjectState } from '../../../src-renderer/state/project.svelte.ts';
import { chosenSequences } from '../../fixtures/chosen-sequences.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { keepRowOfCells } from '../../tasks/keep-row-of-cells.ts';
import { randomCellEdit } from '../../tasks/review/random-cell-edit.ts';
import { chooser, makeTemplate, openWindow } from './test-window.ts';
import type { Choose, TestWindow } from './test-window.ts';
import type { UnreliableHost } from './unreliable-host.ts';

vi.mock('../../../src-main/tasks/annotation-threads.ts', () => import('./threads-in-process.ts'));

const template = temporaryFolder();
beforeAll(async () => {
  await makeTemplate(template);
  writeFileSync(join(template, 'points.csv'), 'y,x\n10,20\n30,40\n');
});
const open = (): Promise<TestWindow> => openWindow(template, join(temporaryFolder(), 'copy'));

const none = new AbortController().signal;
const { first, count } = chosenSequences(100);

/** What the window shows of an image. */
function shownOf({ foreground, locations, review }: ProjectState, image: string) {
  return contentOf(foreground.view.of(image), locations.view.of(image), review.view.of(image));
}

async function onDisk(project: Project, image: string) {
  return contentOf(
    await readForeground(project, image),
    await readLocations(project, image),
    await readReview(project, image),
  );
}

/**
 * Without what edits of other parts change: the revision, and the warnings, which also concern the
 * foreground.
 */
function contentOf(
  foreground: ForegroundView | null,
  locations: LocationsView | null,
  review: ReviewView | null,
) {
  return {
    foreground: foreground && { ...foreground, revision: 0 },
    locations: locations && { ...locations, revision: 0, warnings: [] },
    review: review && { ...review, revision: 0 },
  };
}

/** The ids of the edits that an image's journal holds. */
function editsInJournal(folder: string, image: string): string[] {
  return journalOf(folder, image).flatMap(({ edit }) => edit ?? []);
}

function journalOf(folder: string, image: string): JournalEntry[] {
  const lines = readFileSync(join(folder, 'annotations', image, 'history.jsonl'), 'utf8').trimEnd();
  return lines.split('\n').map((line) => journalEntrySchema.parse(JSON.parse(line)));
}

test('ten quick nudges move a point by exactly ten px', async () => {
  const { project, drain, host } = await open();
  const image = project.currentId!;
  const { ids } = project.locations.view.of(image)!;
  project.locations.select(ids[0]!, false);
  for (let press = 0; press < 10; press++) project.locations.nudge(1, 0);
  const shown = [...project.locations.view.of(image)!.points];
  expect(shown.slice(0, 2)).toEqual([20, 10]);
  await drain();
  const saved = await readLocations(await host.readDisk(), image);
  expect([...saved.points]).toEqual(shown);
  expect(saved.ids).toEqual(ids);
});

test('a point is saved where it was dropped, whatever is answered during the drag', async () => {
  const { project, drain, host } = await open();
  const image = project.currentId!;
  const id = project.locations.view.of(image)!.ids[1]!;
  project.locations.drag(id, 50, 40);
  project.locations.drop();
  project.locations.drag(id, 90, 40);
  await drain();
  expect(project.locations.view.of(image)!.points[2]).toBe(90);
  project.locations.drop();
  await drain();
  expect((await readLocations(await host.readDisk(), image)).points[2]).toBe(90);
});

test('what was edited without a connection stays shown, and is saved by a host started again', async () => {
  const { project, drain, host, reconnect, failures } = await open();
  const image = project.currentId!;
  await host.lose(() => false);
  project.locations.add(20, 30);
  project.locations.add(25, 35);
  paint(project, Float32Array.of(60, 60));
  project.review.setState([2], 'rejected');
  await drain();
  const { points, ids } = project.locations.view.of(image)!;
  expect([...points.slice(6)]).toEqual([20, 30, 25, 35]);
  expect(project.review.view.of(image)!.states).toEqual(Uint8Array.of(0, 2, 0));
  expect(project.foreground.strokes).toHaveLength(1);
  expect(project.current!.marks).toMatchObject({ locationCount: 5, foreground: 'picked' });

  await host.restart(() => false);
  reconnect();
  await drain();
  expect(project.edits.all).toEqual([]);
  const disk = await host.readDisk();
  expect(await readLocations(disk, image)).toMatchObject({ points, ids });
  expect((await readForeground(disk, image)).fraction).toBeGreaterThan(0);
  expect(shownOf(project, image)).toEqual(await onDisk(disk, image));
  expect(failures).toEqual([]);
});

test('an edit that was made but not answered is made once', async () => {
  const { project, drain, host, reconnect } = await open();
  const image = project.currentId!;
  project.locations.add(20, 30);
  void project.undo();
  await host.lose(() => true);
  project.locations.add(25, 35);
  await host.restart(() => true);
  reconnect();
  await drain();
  const { points } = await readLocations(await host.readDisk(), image);
  expect([...points.slice(6)]).toEqual([25, 35]);
  expect([...project.locations.view.of(image)!.points]).toEqual([...points]);
});

test('a change of several images waits for the next host, counts as unsaved, and is made once', async () => {
  const { project, drain, host, reconnect } = await open();
  const images = project.images.map(({ id }) => id);
  const asked = project.edits.askOnce('images.change', { images, validation: true });
  project.locations.add(20, 30);
  expect(project.edits.count).toBe(2);
  await host.lose(() => true);
  await drain();
  expect(project.edits.count).toBe(2);
  await host.restart(() => true);
  reconnect();
  await drain();
  expect(await asked).toMatchObject(images.map((id) => ({ id, validation: true })));
  expect(project.edits.count).toBe(0);
  for (const image of images) {
    const edits = editsInJournal((await host.readDisk()).folder, image);
    expect(new Set(edits).size).toBe(edits.length);
    expect(edits).toHaveLength(image === project.currentId ? 2 : 1);
  }
});

test('a refused edit is dropped and reported, and those after it are made', async () => {
  const { project, drain, host, failures } = await open();
  const image = project.currentId!;
  const { ids } = project.locations.view.of(image)!;
  host.faults.push({ code: 'disk-full', isMade: false });
  project.locations.select(ids[0]!, false);
  project.locations.deleteSelected();
  project.locations.select(ids[1]!, false);
  project.locations.nudge(0, 5);
  expect(project.locations.view.of(image)!.ids).toEqual([ids[1], ids[2]]);
  await drain();
  expect(failures).toMatchObject([{ code: 'disk-full' }]);
  expect(project.locations.view.of(image)).toMatchObject({ ids });
  expect(project.locations.view.of(image)!.points[3]).toBe(45.5);
  expect(shownOf(project, image)).toEqual(await onDisk(await host.readDisk(), image));
});

test('an edit waits while the folder of the project is gone', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    const { project, drain, host, failures } = await open();
    const image = project.currentId!;
    host.faults.push(
      { code: 'project-unreachable', isMade: false },
      { code: 'project-unreachable', isMade: false },
    );
    project.locations.add(20, 30);
    await drain();
    expect(project.edits.all).toHaveLength(1);
    vi.advanceTimersByTime(2000);
    await drain();
    vi.advanceTimersByTime(2000);
    await drain();
    expect(project.edits.all).toEqual([]);
    expect(failures).toMatchObject([{ code: 'project-unreachable' }]);
    expect((await readLocations(await host.readDisk(), image)).ids).toHaveLength(4);
  } finally {
    vi.useRealTimers();
  }
});

test('a stale edit of a point that another window has deleted is refused', async () => {
  const { project, drain, host, failures } = await open();
  const image = project.currentId!;
  const { ids } = project.locations.view.of(image)!;
  await host.change(image, (disk) =>
    annotationEdits['locations.edit'](
      disk,
      { project: 'p1', image, edit: crypto.randomUUID(), change: { kind: 'delete', ids: [ids[0]!] } },
      { signal: none },
    ),
  );
  project.locations.select(ids[0]!, false);
  project.locations.nudge(3, 3);
  await drain();
  expect(failures).toMatchObject([{ code: 'annotation-invalid' }]);
  expect(project.locations.view.of(image)!.ids).toEqual(ids.slice(1));
  expect([...project.locations.selected]).toEqual([]);
});

test('late candidates of old settings are dropped', async () => {
  const { project, drain } = await open();
  const { foreground } = project;
  const image = project.images[1]!;
  const old = foreground.settings;
  // The host still has the old settings, so its candidates differ from what the window would show.
  foreground.takeSettings({ ...old, presets: [0.5, 0.6, 0.7, 0.8, 0.9] });
  project.show(image.id);
  foreground.visit(image);
  await drain();
  expect(foreground.candidates(image)).toBeNull();
  foreground.takeSettings(old);
  await drain();
  expect(foreground.candidates(image)?.settings).toEqual(old);
});

test('a pick of a mask that is no longer offered is refused, shown again, and not to be undone', async () => {
  const { project, host, drain, failures } = await open();
  const { foreground } = project;
  const image = project.current!;
  const offered = foreground.candidates(image)!;
  await host.change(image.id, (disk) =>
    disk.update((manifest) => ({
      ...manifest,
      settings: {
        ...manifest.settings,
        foreground: { ...manifest.settings.foreground, presets: [0.5, 0.6, 0.7, 0.8, 0.9] },
      },
    })),
  );
  foreground.pickCandidate(4);
  expect(foreground.view.of(image.id)?.mask).toEqual(offered.candidates[4]!.mask);
  await drain();
  expect(failures).toMatchObject([{ code: 'annotation-invalid' }]);
  expect(project.image(image.id)!.marks.foreground).toBe('missing');
  expect((await readForeground(await host.readDisk(), image.id)).mask).toBeNull();
  // Undo acts on the current image: there is no decision to return to.
  const next = project.currentId;
  foreground.takeBack();
  expect(project.currentId).toBe(next);
});

test('strokes that follow each other before an answer are all painted, on the pick before them', async () => {
  const { project, drain, host, failures } = await open();
  const image = project.currentId!;
  project.foreground.pickCandidate(2);
  project.show(image);
  const strokes = [paint(project, Float32Array.of(20, 20)), paint(project, Float32Array.of(90, 90), 'erase')];
  await drain();
  expect(failures).toEqual([]);
  const disk = await host.readDisk();
  for (const stroke of strokes)
    expect(await foregroundBefore(disk, image, stroke!.edit)).toEqual(stroke!.seen);
  expect((await readForeground(disk, image)).pick).toEqual({ kind: 'candidate', index: 2 });
});

test('nobody paints on a foreground that is not shown yet, though its pick is on the way', async () => {
  const { project, drain } = await open();
  const { foreground } = project;
  const [image, next] = project.images.map(({ id }) => id) as [string, string];
  foreground.pickCandidate(2);
  foreground.view.show(next, { ...foreground.view.of(image)!, image: next });
  project.show(image);
  foreground.visit(project.current!);
  expect(paint(project, Float32Array.of(20, 20))).toBeNull();
  await drain();
  expect(paint(project, Float32Array.of(20, 20))!.seen).toEqual(foreground.view.of(image)!.mask);
  await drain();
});

test('a stroke on a foreground that another window has changed is refused, with those after it', async () => {
  const { project, drain, host, failures } = await open();
  const image = project.currentId!;
  await paintElsewhere(host, image, Float32Array.of(60, 60));
  const saved = await readForeground(await host.readDisk(), image);
  // The window does not know of it yet.
  paint(project, Float32Array.of(20, 20));
  paint(project, Float32Array.of(25, 25));
  await drain();
  expect(failures).toMatchObject([{ code: 'annotation-invalid' }, { code: 'annotation-invalid' }]);
  expect(await readForeground(await host.readDisk(), image)).toEqual(saved);
  expect(project.foreground.view.of(image)).toEqual(saved);
  expect(paint(project, Float32Array.of(20, 20))!.seen).toEqual(saved.mask);
  await drain();
  expect(failures).toHaveLength(2);
});

test('a stroke on a foreground that an edit of another window followed, unheard of, is refused', async () => {
  const { project, drain, host, failures, reconnect } = await open();
  const image = project.currentId!;
  paint(project, Float32Array.of(20, 20));
  paint(project, Float32Array.of(25, 25));
  // The first edit is made and its answer is lost. Another window paints. Then both edits are sent again.
  await host.lose(() => true);
  await paintElsewhere(host, image, Float32Array.of(60, 60));
  await host.restart(() => true);
  reconnect();
  await drain();
  expect(failures).toMatchObject([{ code: 'annotation-invalid' }]);
  const titles = journalOf((await host.readDisk()).folder, image).map(
    (entry) => 'title' in entry && entry.title,
  );
  expect(titles).toEqual(['Find locations', 'Paint foreground', 'Paint foreground']);
});

test('a threshold is picked with the mask that is shown for it', async () => {
  const { project, host, drain } = await open();
  const { foreground } = project;
  const image = project.currentId!;
  const started = foreground.startOwnThreshold();
  await drain();
  await started;
  await drain();
  const { automatic } = { automatic: foreground.ownThreshold!.threshold };
  foreground.moveThreshold(automatic * 1.1);
  foreground.moveThreshold(automatic * 1.5);
  const used = foreground.useThreshold();
  await drain();
  await used;
  await drain();
  const { pick, fraction } = await readForeground(await host.readDisk(), image);
  expect(pick).toEqual({ kind: 'threshold', threshold: automatic * 1.5 });
  expect(fraction).toBeGreaterThan(0);
});

test('after any sequence of edits, faults and restarts the window shows what the disk holds', async () => {
  for (let seed = first; seed < first + count; seed++) await runSequence(seed);
});

/** Paints a stroke on the shown foreground of the current image. @returns the edit, and what was shown */
function paint(
  project: ProjectState,
  path: Float32Array<ArrayBuffer>,
  mode: Stroke['mode'] = 'add',
): { edit: string; image: string; seen: PackedMask } | null {
  const { foreground, currentId, current } = project;
  const image = currentId!;
  const on = foreground.seen(image);
  if (on === null) return null;
  const shown = foreground.view.of(image)?.mask ?? emptyPackedMask(current!.height, current!.width);
  const seen = paintStrokes(shown, foreground.strokes);
  void foreground.paint(image, on, { mode, radiusPx: 3, path });
  return { edit: project.edits.of(image).at(-1)!.id, image, seen };
}

/** The foreground of an image before the edit with this id; null if the edit was not made. */
async function foregroundBefore(disk: Project, image: string, edit: string): Promise<PackedMask | null> {
  const entry = journalOf(disk.folder, image).find((one) => one.edit === edit);
  if (entry === undefined) return null;
  const { height, width } = disk.image(image);
  const before = await disk.annotation(disk.image(image)).readAt('foreground', entry.revision - 1);
  return before?.value ?? emptyPackedMask(height, width);
}

/** Another window paints on the current foreground of an image. */
function paintElsewhere(host: UnreliableHost, image: string, path: Float32Array<ArrayBuffer>): Promise<void> {
  return host.change(image, async (disk) => {
    const { sha256 } = await readForeground(disk, image);
    await annotationEdits['foreground.paint'](
      disk,
      {
        project: 'p1',
        image,
        edit: crypto.randomUUID(),
        on: { kind: 'saved', sha256 },
        strokes: [{ mode: 'add', radiusPx: 4, path }],
      },
      { signal: none },
    );
  });
}

async function runSequence(seed: number): Promise<void> {
  const choose = chooser(seed);
  const window = await open();
  const { host, project, drain, step, reconnect } = window;
  const outcomes = watchEdits(project);
  const painted: NonNullable<ReturnType<typeof paint>>[] = [];
  for (let action = 0; action < 10; action++) {
    await act(window, choose, seed * 100 + action, painted);
    for (let steps = choose(4); steps > 0; steps--) await step(choose);
  }
  if (!host.isConnected) reconnect();
  await drain(choose);
  const about = `sequence ${seed}`;
  expect(project.edits.all, about).toEqual([]);
  const disk = await host.readDisk();
  const image = project.currentId!;
  expect(shownOf(project, image), about).toEqual(await onDisk(disk, image));
  expect(project.images, about).toEqual((await describeProject(disk)).images);
  const made = disk.manifest.images.flatMap(({ id }) => editsInJournal(disk.folder, id));
  expect(new Set(made).size, about).toBe(made.length);
  for (const [id, { name, failure }] of outcomes) {
    // An undo with nothing to undo leaves no entry, and a process that died may have made the edit.
    if (name.startsWith('history.') || failure === 'process-crashed') continue;
    expect(made.includes(id), `${about}: ${name} ${failure ?? 'answered'}`).toBe(failure === null);
  }
  for (const { edit, image: of, seen } of painted) {
    const before = await foregroundBefore(disk, of, edit);
    if (before === null) continue;
    const isSame = Buffer.from(before.bits).equals(seen.bits);
    expect(isSame, `${about}: edit ${edit} paints on the foreground that was shown`).toBe(true);
  }
}

/** Records how each edit of a window ends. */
function watchEdits(project: ProjectState): Map<string, { name: string; failure: ErrorCode | null }> {
  const outcomes = new Map<string, { name: string; failure: ErrorCode | null }>();
  const make = project.edits.make.bind(project.edits);
  vi.spyOn(project.edits, 'make').mockImplementation((edit) => {
    let failure: ErrorCode | null = null;
    const made = make({
      ...edit,
      refused: (reason) => {
        failure = reason.code;
        edit.refused?.(reason);
      },
    });
    void made.settled.then(() => setTimeout(() => outcomes.set(made.id, { name: edit.name, failure })));
    return made;
  });
  return outcomes;
}

/** One random action of a person or another window, or one failure. */
async function act(
  { host, project, reconnect }: TestWindow,
  choose: Choose,
  salt: number,
  painted: NonNullable<ReturnType<typeof paint>>[],
): Promise<void> {
  const { foreground, locations, review } = project;
  const image = project.currentId!;
  const place = () => 5 + choose(110) + choose(8) / 8;
  const points = locations.view.of(image)?.ids ?? [];
  const point = points[choose(Math.max(points.length, 1))];
  const actions: (() => unknown)[] = [
    () => locations.add(place(), place()),
    () => {
      if (point === undefined) return;
      locations.select(point, choose(3) === 0);
      for (let presses = choose(5); presses >= 0; presses--) locations.nudge(choose(3) - 1, 1);
    },
    () => {
      if (point === undefined) return;
      locations.drag(point, place(), place());
      locations.drag(point, place(), place());
      locations.drop();
    },
    () => {
      if (point === undefined) return;
      locations.select(point, true);
      locations.deleteSelected();
    },
    () => foreground.pickCandidate(choose(5)),
    () => foreground.pickNone(),
    () => {
      for (const mode of ['add', 'erase'] as const) {
        const stroke = paint(project, Float32Array.of(place(), place(), place(), place()), mode);
        if (stroke !== null) painted.push(stroke);
      }
    },
    () => paintElsewhere(host, image, Float32Array.of(place(), place())),
    () => {
      const ids = review.view.of(image)?.ids ?? [];
      if (ids.length > 0) void review.edit(randomCellEdit(choose, [...ids]));
    },
    () => review.setAllChecked(choose(2) === 0),
    () => {
      const as = (['cells', 'truth', 'annotation'] as const)[choose(3)]!;
      const path = join(template, 'truth', `field-${1 + choose(2)}_label.tif`);
      // The import dialog reports a refused one.
      project.edits.askOnce('review.import', { image, path, as }).catch(() => undefined);
    },
    () => void locations.importFile(join(template, 'points.csv'), 'csv'),
    () => review.setState([1 + choose(3)], (['accepted', 'rejected', 'found'] as const)[choose(3)]!),
    () => void project.undo(),
    () => void project.redo(),
    () => {
      project.show(project.images[choose(2)]!.id);
    },
    () =>
      void foreground.saveSettings({
        ...foreground.settings,
        presets: choose(2) ? [1, 1.1, 1.2, 1.3, 1.4] : null,
      }),
    () =>
      host.change(image, (disk) =>
        annotationEdits['locations.edit'](
          disk,
          {
            project: 'p1',
            image,
            edit: crypto.randomUUID(),
            change: { kind: 'add', points: Float32Array.of(place(), place()) },
          },
          { signal: none },
        ),
      ),
    () =>
      host.change(image, async (disk) => {
        const at = new Date(Date.UTC(2026, 1, 1) + salt).toISOString();
        await keepRowOfCells(disk, image, { model: 'small-2', at, scores: [0.5, 0.6, 0.7] });
        project.review.readAgain(image);
      }),
    () => host.duplicate(choose),
    () => host.faults.push({ code: 'disk-full', isMade: false }),
    () => host.faults.push({ code: 'process-crashed', isMade: choose(2) === 0 }),
    () => host.lose(() => choose(2) === 0),
    () => host.restart(() => choose(2) === 0),
    () => {
      if (!host.isConnected) reconnect();
    },
  ];
  await actions[choose(actions.length)]!();
}
