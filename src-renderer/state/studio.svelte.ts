import type { EngineChoice } from '../../src-main/contract/choices.ts';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { ProjectId } from '../../src-main/contract/fields.ts';
import type { Progress } from '../../src-main/contract/job.ts';
import type {
  DoctorFact,
  EngineStatus,
  HostDescription,
  RecentProject,
} from '../../src-main/contract/requests/host-requests.ts';
import type { ProjectView } from '../../src-main/contract/requests/project-requests.ts';
import type { Client } from '../client/client.ts';
import { connect } from '../client/connect.ts';
import type { ConnectionStatus } from '../client/transport.ts';
import { Keyboard } from './keyboard.svelte.ts';
import { RestoreState } from './restore.svelte.ts';
import { PathChooser } from './path-chooser.svelte.ts';
import type { Place, Seen } from './place.ts';
import { ProjectState } from './project.svelte.ts';
import { stages } from './stage.ts';
import type { Stage } from './stage.ts';
import type { StudioAccess } from './studio-access.ts';
import { applyLanguage, rememberedLanguage } from '../languages/shown-language.svelte.ts';
import type { LanguageChoice } from '../languages/shown-language.svelte.ts';
import { applyTheme, rememberedTheme } from './theme.ts';
import type { ThemeChoice } from './theme.ts';
import { UnsavedQuestion } from './unsaved.svelte.ts';
import { WindowAddress } from './window-address.svelte.ts';

/** How often to look for a missing project folder, ms. */
const folderRetryMs = 2000;

/** The state of the whole window: host, open project, stage, settings of the user. */
export class Studio implements StudioAccess {
  readonly client: Client;
  readonly keyboard = new Keyboard();
  readonly chooser: PathChooser;
  readonly address: WindowAddress;

  connection = $state<ConnectionStatus>('connecting');
  /** Whether the host has answered the first request. */
  ready = $state(false);
  host = $state.raw<HostDescription | null>(null);
  project = $state.raw<ProjectState | null>(null);
  recent = $state.raw<readonly RecentProject[]>([]);
  engine = $state.raw<EngineStatus | null>(null);
  stage = $state<Stage>('images');
  theme = $state<ThemeChoice>(rememberedTheme());
  language = $state<LanguageChoice>(rememberedLanguage());
  /** The theme in use. */
  shownTheme = $state<'light' | 'dark'>('dark');
  keysShown = $state(false);
  paletteShown = $state(false);
  inspectorOpen = $state(false);
  readonly restore: RestoreState;
  readonly unsaved = new UnsavedQuestion();
  newProjectShown = $state(false);
  tourStep = $state<number | null>(null);
  /** Progress of opening or creating a project. */
  opening = $state.raw<Progress | null>(null);
  /** The last errors, until the user dismisses them. */
  failures = $state.raw<readonly Failure[]>([]);
  /** The folder of the open project while it is missing, so that nothing can be saved. */
  missingFolder = $state<string | null>(null);
  /** Notices, such as the restart of a process. */
  news = $state.raw<readonly string[]>([]);

  /** A model file that the system passed to the program before a project was open. */
  #givenModel: string | null = null;
  #started = false;
  #folderTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.shownTheme = applyTheme(this.theme);
    applyLanguage(this.language);
    this.client = connect((status) => {
      this.connection = status;
      if (status === 'open') void this.#greet();
      else this.project?.disconnected();
    });
    this.restore = new RestoreState({
      client: this.client,
      attempt: (work) => this.attempt(work),
      show: (view) => this.#show(view),
    });
    this.chooser = new PathChooser(this);
    this.address = new WindowAddress(this);
    this.client.on('engine.status', (engine) => (this.engine = engine));
    this.client.on('process.crashed', ({ process, message }) => {
      // The Train stage shows the crash of its own training.
      const isTold = process === 'learning' && this.stage === 'train' && this.project?.training.active;
      if (!isTold) this.news = [...this.news, message];
    });
    this.client.on('project.reachable', ({ project, reachable, folder }) => {
      if (this.project === null || project !== this.project.id) return;
      if (reachable) this.#folderIsBack(this.project);
      else this.#waitForFolder(this.project, folder);
    });
    matchMedia('(prefers-color-scheme: light)').addEventListener(
      'change',
      () => (this.shownTheme = applyTheme(this.theme)),
    );
    addEventListener('languagechange', () => applyLanguage(this.language));
  }

  /** Runs work and shows its error instead of throwing it, except a cancel or a lost connection. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (failure.code !== 'cancelled' && failure.code !== 'connection-lost') this.report(failure);
      return undefined;
    }
  }

  report(failure: Failure): void {
    this.failures = [...this.failures.slice(-3), failure];
  }

  dismiss(failure: Failure): void {
    this.failures = this.failures.filter((other) => other !== failure);
  }

  dismissAll(code: Failure['code']): void {
    this.failures = this.failures.filter((other) => other.code !== code);
  }

  setTheme(theme: ThemeChoice): void {
    this.theme = theme;
    this.shownTheme = applyTheme(theme);
    void this.attempt(() => this.client.request('host.saveSettings', { theme }));
  }

  setLanguage(language: LanguageChoice): void {
    this.language = language;
    applyLanguage(language);
    void this.attempt(() => this.client.request('host.saveSettings', { language }));
  }

  /** Opens a stage. The tour follows a user who goes ahead of it. */
  goTo(stage: Stage): void {
    this.stage = stage;
    if (this.tourStep !== null) this.tourStep = Math.max(this.tourStep, stages.indexOf(stage));
  }

  /** The place in the window's address; null at the start screen. */
  get place(): Place | null {
    const { project, stage } = this;
    return project && { project: project.id, stage, image: project.currentId };
  }

  get seen(): Seen | null {
    return this.project?.seen ?? null;
  }

  /** Goes where the window was before. Opens the project of that place, if it is another one. */
  async goToPlace(place: Place | null, seen: Seen | null): Promise<void> {
    if (place === null) {
      if (this.project !== null) await this.closeProject();
      return;
    }
    if (place.project !== this.project?.id) {
      await this.refreshRecent();
      const folder = this.#folderOf(place.project);
      if (folder === null || !(await this.openProject(folder))) return;
    }
    this.#enter(place, seen);
  }

  /** The folder of a recent project that is still there. */
  #folderOf(project: ProjectId): string | null {
    return this.recent.find(({ id, exists }) => id === project && exists)?.folder ?? null;
  }

  #enter({ stage, image }: Place, seen: Seen | null): void {
    const { project } = this;
    if (project === null) return;
    if (image !== null && project.image(image)) {
      if (seen) project.bringBack(image, seen);
      project.show(image);
    }
    this.stage = stage;
  }

  openSample(): Promise<boolean> {
    return this.#open((onProgress) => this.client.request('project.openSample', {}, { onProgress }));
  }

  openProject(folder: string): Promise<boolean> {
    return this.#open((onProgress) => this.client.request('project.open', { folder }, { onProgress }));
  }

  /** Imports a model file from the system. Without a project it waits for the next one. */
  async importModel(file: string): Promise<void> {
    if (this.project !== null) {
      await this.project.models.importFrom(file);
      return;
    }
    this.#givenModel = file;
    const name = file.split(/[/\\]/).at(-1);
    this.news = [...this.news, `${name} will be imported when you open a project.`];
  }

  /** Asks for a project's folder and opens it. */
  async chooseProject(): Promise<void> {
    const [folder] = await this.chooser.choose('open-project');
    if (folder !== undefined) await this.openProject(folder);
  }

  createProject(parent: string, name: string): Promise<boolean> {
    return this.#open((onProgress) =>
      this.client.request('project.create', { parent, name }, { onProgress }),
    );
  }

  /** Shows the start screen. The host closes the project, unless a job runs in it. */
  async closeProject(): Promise<void> {
    if (!(await this.#mayLeave())) return;
    const id = this.project?.id;
    this.project?.dispose();
    this.missingFolder = null;
    this.project = null;
    this.tourStep = null;
    document.title = 'LACSS Studio';
    if (id !== undefined) await this.#letGo(id);
    await this.refreshRecent();
  }

  /** Whether the open project may be left: its edits are saved, or the user gives them up. */
  async #mayLeave(): Promise<boolean> {
    const canSave = this.connection === 'open' && this.missingFolder === null;
    return this.project === null || this.unsaved.mayLeave(this.project.edits, canSave);
  }

  async #letGo(project: ProjectId): Promise<void> {
    const closed = await this.attempt(() => this.client.request('project.close', { project }));
    if (closed?.heldBy === 'training' || closed?.heldBy === 'segmenting') {
      const work = closed.heldBy === 'training' ? 'Training' : 'Segmentation';
      this.news = [...this.news, `${work} continues in the background. The project stays open until then.`];
    }
  }

  async refreshRecent(): Promise<void> {
    const recent = await this.attempt(() => this.client.request('host.recentProjects', {}));
    if (recent) this.recent = recent;
  }

  async forgetRecent(folder: string): Promise<void> {
    const recent = await this.attempt(() => this.client.request('host.forgetProject', { folder }));
    if (recent) this.recent = recent;
  }

  async chooseEngine(choice: EngineChoice): Promise<void> {
    const engine = await this.attempt(() => this.client.request('engine.open', { choice }));
    if (engine) this.engine = engine;
  }

  /** The result of `lacss doctor`: tests every engine, after any running job. */
  examineMachine(): Promise<DoctorFact[] | undefined> {
    return this.attempt(() => this.client.request('engine.doctor', {}));
  }

  startTour(): void {
    this.tourStep = 0;
  }

  endTour(): void {
    this.tourStep = null;
    void this.attempt(() => this.client.request('host.saveSettings', { tourDone: true }));
  }

  async #open(ask: (onProgress: (progress: Progress) => void) => Promise<ProjectView>): Promise<boolean> {
    if (!(await this.#mayLeave())) return false;
    this.opening = { done: 0, total: 0, message: 'Opening…' };
    const view = await this.attempt(() => ask((progress) => (this.opening = progress)));
    this.opening = null;
    if (!view) return false;
    this.#show(view);
    return true;
  }

  #show(view: ProjectView): void {
    const before = this.project;
    before?.dispose();
    this.missingFolder = null;
    if (before && before.id !== view.id) void this.#letGo(before.id);
    this.project = new ProjectState(this, view);
    const given = this.#givenModel;
    this.#givenModel = null;
    if (given !== null) void this.project.models.importFrom(given);
    this.stage = this.project.stageToBeginWith();
    this.news = [...this.news, ...view.notices];
    document.title = `${view.name} · LACSS Studio`;
    void this.refreshRecent();
  }

  /**
   * Reconnects to the same or a restarted host. A restarted host has no open project and no granted folders.
   */
  async #greetAgain(): Promise<void> {
    const [host, engine, recent] = await Promise.all([
      this.client.request('host.describe', {}),
      this.client.request('engine.status', {}),
      this.client.request('host.recentProjects', {}),
    ]);
    this.host = host;
    this.engine = engine;
    this.recent = recent;
    const { project } = this;
    if (project === null) return;
    await this.#openAgain(project);
  }

  /** Opens the shown project in a host that does not have it open. Another one in its place is not opened. */
  async #openAgain(project: ProjectState): Promise<void> {
    const { id, folder } = project;
    try {
      const view = await this.client.request('project.open', { folder, only: id });
      if (this.project !== project) return;
      this.missingFolder = null;
      project.reconnected(view);
    } catch (thrown) {
      if (toFailure(thrown).code !== 'project-unreachable') throw thrown;
      if (this.project === project) this.#waitForFolder(project, folder);
    }
  }

  /** The host tells when the folder is back, but not if it has closed the project or was restarted. */
  #waitForFolder(project: ProjectState, folder: string): void {
    this.missingFolder = folder;
    clearTimeout(this.#folderTimer);
    this.#folderTimer = setTimeout(() => {
      if (this.project !== project || this.missingFolder === null || this.connection !== 'open') return;
      void this.attempt(() => this.#openAgain(project));
    }, folderRetryMs);
  }

  #folderIsBack(project: ProjectState): void {
    this.missingFolder = null;
    project.edits.resume();
  }

  /** Loads the state of the host at the first connection, and reloads it at later ones. */
  async #greet(): Promise<void> {
    if (this.#started) {
      await this.attempt(() => this.#greetAgain());
      return;
    }
    this.#started = true;
    await this.attempt(async () => {
      const onProgress = (progress: Progress): void => void (this.opening = progress);
      const [host, settings, engine, recent] = await Promise.all([
        this.client.request('host.describe', {}),
        this.client.request('host.settings', {}),
        this.client.request('engine.status', {}),
        this.client.request('host.recentProjects', {}),
      ]);
      this.recent = recent;
      // After a reload the window returns to its place.
      const { isStartScreen, place, seen } = this.address.wanted;
      const folder = place && this.#folderOf(place.project);
      const initial = isStartScreen
        ? null
        : folder === null
          ? await this.client.request('project.initial', {}, { onProgress })
          : await this.client.request('project.open', { folder }, { onProgress });
      this.opening = null;
      this.host = host;
      this.engine = engine;
      this.chooser.recent = settings.recentFolders;
      this.chooser.pinned = settings.pinnedFolders;
      this.theme = settings.theme;
      this.shownTheme = applyTheme(settings.theme);
      this.language = settings.language;
      applyLanguage(settings.language);
      if (initial) this.#show(initial);
      if (initial && place?.project === initial.id) this.#enter(place, seen);
      // The tour is about the sample, so it does not start in another project.
      if (initial?.sample === true && !settings.tourDone && host.firstRun) this.startTour();
    });
    this.ready = true;
  }
}
