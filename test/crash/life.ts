import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LacssError } from '../../src-main/contract/errors.ts';
import type { RequestName } from '../../src-main/contract/requests.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { halfWritten, hashFiles, isTemporary, listFiles } from './check-files.ts';
import { imagesFor } from './crash-project.ts';
import type { CrashReport } from './crash-report.ts';
import { countLines, readJournalBytes, see } from './image-hand.ts';
import type { Place } from './image-hand.ts';
import { ImageTruth } from './image-truth.ts';
import type { Edit } from './image-truth.ts';
import { added, ProjectTruth } from './project-truth.ts';
import type { ProjectState } from './project-truth.ts';
import { Site } from '../fixtures/site.ts';

/** Refusals while a disk is full or a folder is missing. The change must then not be there. */
const troubleCodes = ['disk-full', 'file-unwritable', 'file-unreadable'];

/** The files of a project that none of the work here changes. */
const untouchedPattern =
  /^models\/(tiny|by-hand)\/|^predictions\/by-hand\/|^annotations\/field-[567]\/labels\.tif$/;

/**
 * One project from its beginning through many kills. It remembers what was acknowledged, and compares the
 * project with that afterwards.
 */
export class Life {
  readonly site: Site;
  /** Whether refusals are expected: the disk is full, or the folder is missing. */
  inTrouble = false;
  readonly report: CrashReport;
  /** Identifies this moment in findings: seed and kill. */
  moment = '';
  /** What was acknowledged, by image. */
  readonly truths = new Map<string, ImageTruth>();
  /** What undo would undo, by image, as the window last heard. */
  readonly #titles = new Map<string, string | null>();
  readonly #project = new ProjectTruth({ name: '', images: [], removed: [] });
  readonly #untouched = new Map<string, string>();
  /** Finished work: images that were segmented, files that were exported. */
  readonly predicted = new Set<string>();
  readonly exported = new Set<string>();
  #nextFile = 0;
  /** Number of stacks that were added. */
  nextStack = 0;
  /** Where the project's folder is now: a trouble moves it. */
  #projectFolder: string;

  private constructor(site: Site, report: CrashReport) {
    this.site = site;
    this.report = report;
    this.#projectFolder = site.projectFolder;
  }

  /**
   * Starts with a copy of a project, and reads its content.
   * @param template made by `makeCrashProject`
   * @param folder of this life; the project is below it
   */
  static async begin(
    template: string,
    folder: string,
    report: CrashReport,
    preloads: readonly string[] = [],
  ): Promise<Life> {
    await mkdir(join(folder, 'tmp'), { recursive: true });
    for (const part of ['project', 'images', 'more', 'stacks']) {
      await cp(join(template, part), join(folder, part), { recursive: true });
    }
    const life = new Life(new Site(folder, preloads), report);
    await life.#learn();
    return life;
  }

  get place(): Place {
    const { window, project } = this.site;
    return { window, project, folder: this.#projectFolder };
  }

  /** Offset of the program's wall clock, ms; see `jumping-clock.js`. */
  get clockFile(): string {
    return join(this.site.folder, 'clock-offset');
  }

  /** Moves the project's folder away, as an unplugged drive does. */
  moveProject(): void {
    this.#projectFolder = join(this.site.folder, 'moved');
    renameSync(this.site.projectFolder, this.#projectFolder);
  }

  /** Moves it back. A program that has created a folder in its place is wrong. */
  moveProjectBack(): void {
    if (existsSync(this.site.projectFolder)) {
      this.fault('a folder was made in place of the missing project');
      rmSync(this.site.projectFolder, { recursive: true });
    }
    renameSync(this.#projectFolder, this.site.projectFolder);
    this.#projectFolder = this.site.projectFolder;
  }

  /** Opens the project after a trouble, and waits until the program has noticed its end. */
  async reachWhole(): Promise<void> {
    await this.#open();
    for (;;) {
      const end = await this.site.window
        .ask('project.read', { project: this.site.project })
        .catch((error: unknown) => error);
      if (!(end instanceof LacssError) || end.code !== 'project-unreachable') return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Opens the project in a window, and checks it if it was closed. */
  async reach(): Promise<void> {
    if (await this.#open()) await this.check();
  }

  #open(): Promise<boolean> {
    return this.site.reach((window) => {
      window.on('project.imagesChanged', ({ changed }) => {
        for (const { id, undo } of changed) this.#titles.set(id, undo);
      });
      window.on('segment.item', ({ item }) => {
        if (item.status === 'done' && item.image !== null) this.predicted.add(item.image);
      });
    });
  }

  async #learn(): Promise<void> {
    await this.#open();
    for (const image of Object.values(imagesFor).flat()) {
      const isEdited = (imagesFor.editing as readonly string[]).includes(image);
      const steps = isEdited ? await this.#learnSteps(image) : [];
      const seen = await see(this.place, image);
      if (!isEdited) steps.push({ title: null, look: seen.look });
      const parts = isEdited ? undefined : (['foreground', 'locations', 'labels'] as const);
      this.truths.set(image, new ImageTruth(steps, seen, seen.journal, parts));
    }
    this.#project.state = await this.#projectState();
    for (const [file, hash] of await hashFiles(this.site.projectFolder)) {
      if (untouchedPattern.test(file)) this.#untouched.set(file, hash);
    }
  }

  async #learnSteps(image: string): Promise<ImageTruth['steps']> {
    const of = { project: this.site.project, image };
    const steps: ImageTruth['steps'] = [];
    for (;;) {
      const { look, undo } = await see(this.place, image);
      steps.unshift({ title: undo, look });
      if (undo === null) break;
      await this.site.window.ask('history.undo', { ...of, edit: randomUUID() });
    }
    for (let n = 1; n < steps.length; n++)
      await this.site.window.ask('history.redo', { ...of, edit: randomUUID() });
    return steps;
  }

  async #projectState(): Promise<ProjectState> {
    const { name, images, removed } = await this.site.window.ask('project.read', {
      project: this.site.project,
    });
    return { name, images: images.map(({ id }) => id), removed };
  }

  async #readJournal(image: string): Promise<Buffer> {
    const folder = this.#projectFolder;
    try {
      return await readJournalBytes(folder, image);
    } catch (error) {
      // It was moved meanwhile.
      if (folder === this.#projectFolder) throw error;
      return readJournalBytes(this.#projectFolder, image);
    }
  }

  /** Notes an edit that was answered. It must be on the disk by now. */
  async acknowledge(image: string, truth: ImageTruth, edit: Edit): Promise<void> {
    const journal = await this.#readJournal(image);
    const entries = countLines(journal);
    this.report.acknowledged++;
    if (entries === truth.entries + 1) truth.happened(edit, this.#titles.get(image) ?? null);
    // Settings are saved in the manifest. On a full disk only undo cannot reach them, and a notice says so.
    else if (entries === truth.entries && this.inTrouble && edit.settings !== undefined)
      truth.settings = edit.settings;
    else if (entries !== truth.entries || !truth.isSame(edit))
      this.#lost(
        image,
        `a change was acknowledged, and the journal went from ${truth.entries} to ${entries}`,
      );
    truth.entries = entries;
    truth.journal = journal;
  }

  /** Requests a change of the project as a whole. */
  async askForProject(
    name: RequestName,
    params: unknown,
    change: (state: ProjectState) => ProjectState,
  ): Promise<'done' | 'refused' | 'unknown'> {
    this.#project.open = change;
    const end = await this.ask(name, params);
    if (end === 'unknown') return end;
    if (end === 'done') {
      this.#project.happened();
      this.report.acknowledged++;
    }
    this.#project.open = null;
    return end;
  }

  /** Requests a change. `unknown`: a kill came before the answer, or the folder disappeared. */
  async ask(name: RequestName, params: unknown): Promise<'done' | 'refused' | 'unknown'> {
    try {
      const answer = (await this.site.window.askAnything(name, params)) as { failures?: unknown[] } | null;
      const failures = answer?.failures ?? [];
      if (failures.length === 0) return 'done';
      if (!this.inTrouble) this.fault(`${name}: ${JSON.stringify(failures)}`);
      return 'refused';
    } catch (error) {
      if (!(error instanceof LacssError) || error.code === 'process-crashed') return 'unknown';
      if (this.inTrouble && error.code === 'project-unreachable') return 'unknown';
      if (!this.inTrouble || !troubleCodes.includes(error.code)) {
        this.fault(`${name} was refused: ${error.code} ${error.message}`);
      }
      return 'refused';
    }
  }

  /** A command line will change this image in a way that only the program knows. */
  expect(image: string, edit: Edit): void {
    this.truths.get(image)!.open.push(edit);
  }

  /** A command line will add this image. */
  expectAdded(image: string): void {
    this.#project.open = added(image);
  }

  /** Whether an image was removed, as far as was acknowledged. */
  isRemoved(image: string): boolean {
    return this.#project.state.removed.includes(image);
  }

  /** The next file that can be added; undefined where there is none left. */
  async nextFile(): Promise<string | undefined> {
    return (await listFiles(join(this.site.folder, 'more')))[this.#nextFile++];
  }

  /** Compares the project with what was acknowledged. */
  async check(): Promise<void> {
    const { projectFolder } = this.site;
    for (const fault of await halfWritten(projectFolder, false)) this.#halfWritten(fault);
    for (const fault of this.#project.compare(await this.#projectState())) this.#lost('project', fault);
    for (const [image, truth] of this.truths) {
      if (!this.#project.state.images.includes(image)) continue;
      const seen = await see(this.place, image);
      const [open] = truth.open;
      const isMade = seen.entries > truth.entries;
      for (const fault of truth.compare(seen, seen.journal)) this.#lost(image, fault);
      if (isMade && open?.request !== undefined) await this.#askAgain(image, truth, open.request);
    }
    for (const image of this.predicted) {
      const review = await this.site.window.ask('review.read', { project: this.site.project, image });
      if (review === null) this.#lost(image, 'it was segmented, and has no prediction');
    }
    for (const file of this.exported)
      if (!existsSync(file)) this.#lost(file, 'it was exported, and is not there');
    const now = await hashFiles(projectFolder);
    for (const [file, hash] of this.#untouched) {
      if (now.get(file) !== hash) this.#lost(file, 'it changed, and nobody has asked for that');
    }
  }

  /** Sends an edit again whose answer was lost. It was made, and must not be made twice. */
  async #askAgain(
    image: string,
    truth: ImageTruth,
    { name, params }: NonNullable<Edit['request']>,
  ): Promise<void> {
    await this.site.window.askAnything(name, params).catch((error: unknown) => {
      this.fault(`${name} that was made was refused when it was sent again: ${String(error)}`);
    });
    const entries = countLines(await this.#readJournal(image));
    if (entries !== truth.entries) this.#lost(image, `${name} was made twice`);
  }

  /** Ends the program normally. The next opening must remove all that is left over. */
  async end(): Promise<void> {
    await this.reach();
    const code = await this.site.end();
    // 143: tidying took longer than its limit of 2 s. Nothing may be lost then either.
    if (code !== 130 && code !== 143) this.fault(`the program ended with ${code} when it was asked to`);
    await (await openProject(this.site.projectFolder, { purpose: 'test' })).close();
    for (const file of await listFiles(this.site.projectFolder)) {
      if (isTemporary(file) || file.endsWith('.lock')) this.fault(`${file} was left behind`);
    }
    const left = (await readdir(this.site.temporary)).filter((name) => name.startsWith('lacss-'));
    if (left.length > 0) this.fault(`left in the folder for temporary files: ${left.join(', ')}`);
  }

  /** Checks the files of a project whose program was killed, before any repair. */
  async checkKilled(): Promise<void> {
    for (const fault of await halfWritten(this.site.projectFolder, true)) this.#halfWritten(fault);
  }

  /** Undoes the whole history of an image and redoes it. */
  async walk(image: string): Promise<void> {
    const truth = this.truths.get(image)!;
    const of = { project: this.site.project, image };
    const there = truth.current;
    const step = async (verb: 'history.undo' | 'history.redo', kind: Edit['kind']): Promise<void> => {
      const expected =
        kind === 'undo' ? truth.steps[truth.current]!.title : truth.steps[truth.current + 1]!.title;
      const { done } = await this.site.window.ask(verb, { ...of, edit: randomUUID() });
      if (expected !== null && done !== expected)
        this.#lost(image, `${verb} did ${done}, expected was ${expected}`);
      truth.open.push({ kind, becomes: {} });
      const seen = await see(this.place, image);
      for (const fault of truth.compare(seen, seen.journal)) this.#lost(image, `${verb}: ${fault}`);
      this.report.stepsWalked++;
    };
    while (truth.current > 0) await step('history.undo', 'undo');
    while (truth.current < truth.steps.length - 1) await step('history.redo', 'redo');
    while (truth.current > there) await step('history.undo', 'undo');
  }

  #lost(what: string, fault: string): void {
    this.report.losses.push(`${this.moment} ${what}: ${fault}`);
  }

  #halfWritten(fault: string): void {
    this.report.halfWritten.push(`${this.moment} ${fault}`);
  }

  /** Records a finding. */
  fault(fault: string): void {
    this.report.faults.push(`${this.moment} ${fault}`);
  }
}
