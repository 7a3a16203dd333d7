import { realpath } from 'node:fs/promises';
import { LacssError } from '../contract/errors.ts';
import type { ProjectId } from '../contract/fields.ts';
import { createdAtOf, unreachable } from '../project/hold-project.ts';
import { openProject } from '../project/open-project.ts';
import type { Project } from '../project/project.ts';
import { scopeOf } from '../project/scope.ts';
import type { Scope } from '../project/scope.ts';
import { projectIdOf } from './project-id.ts';

/** A project that this host has open. Its processes share it; other programs cannot open it. */
export interface HeldProject {
  id: ProjectId;
  project: Project;
  scope: Scope;
  /** The allowed folders outside the project for its images, besides the granted ones. */
  sources: string[];
  /** Grows by one with every change. */
  revision: number;
  /** Repairs on opening, for people. */
  notices: string[];
  /** Why its folder is unusable now (moved, replaced, removed), otherwise null. */
  unreachable: LacssError | null;
  /** The windows that show it. */
  windows: Set<number>;
  /** Since when no window shows it, in ms of the process; null while one does. */
  unusedSinceMs: number | null;
  /** Its running requests. */
  underWay: Set<Promise<unknown>>;
}

/** How often to check the folders of open projects, ms. No system reports every disconnected drive. */
const lookEveryMs = 400;
/** A drive that takes longer to answer counts as disconnected, ms. */
const answerWithinMs = 3000;
/** How long a project without a window stays open, ms. A page that is loaded again finds it unchanged. */
const unusedMs = 30_000;

/** The services of the host for open projects. */
interface ProjectKeeper {
  /** Called when the folder of an open project disappears or comes back. */
  onReachable: (held: HeldProject) => void;
  /** Whether a job works on it. */
  isBusy: (held: HeldProject) => boolean;
  /** The files and folders that windows may use. */
  grants: () => string[];
  /** The folders outside a project from which a person allowed it to read images. */
  allowedSources: (project: Project) => Promise<string[]>;
  /** Called before the lock is released: ends its jobs, and lets other processes forget it. */
  onClose: (held: HeldProject) => Promise<void>;
}

/** The open projects of this host, for all windows. */
export class OpenProjects {
  readonly #keeper: ProjectKeeper;
  #watch: NodeJS.Timeout | null = null;
  readonly #held = new Map<ProjectId, HeldProject>();
  /** Called when the folder of any project is back. */
  readonly #waiting = new Set<() => void>();
  readonly #opening = new Map<string, Promise<HeldProject>>();
  readonly #closing = new Map<string, Promise<void>>();
  /** The highest revision of a closed project. After reopening, every window must have an older one. */
  #lastRevision = -1;

  constructor(keeper: ProjectKeeper) {
    this.#keeper = keeper;
  }

  /**
   * Opens a project, or returns the open one. Closes a missing project if another one is in its place.
   * @throws LacssError as openProject; `project-unreachable` if the folder of the open one is missing
   */
  async open(folder: string): Promise<HeldProject> {
    // Two paths to one folder must give one project.
    const real = await realpath(folder).catch(() => folder);
    for (;;) {
      await this.#closing.get(real);
      const opening = this.#opening.get(real) ?? this.#hold(real);
      this.#opening.set(real, opening);
      opening.catch(() => {
        if (this.#opening.get(real) === opening) this.#opening.delete(real);
      });
      const held = await opening;
      await this.#look(held);
      // It was closed meanwhile.
      if (this.#held.get(held.id) !== held) continue;
      if (held.unreachable === null) return held;
      if (!(await isReplaced(held))) throw held.unreachable;
      await this.letGo(held);
    }
  }

  /**
   * Checks that a folder has the project with this id.
   * @throws LacssError `project-unreachable` if the folder is missing or has another project
   */
  async requireThere(folder: string, id: ProjectId): Promise<void> {
    const real = await realpath(folder).catch(() => folder);
    const found = await createdAtOf(real).catch((error: unknown) => {
      if (error instanceof LacssError && error.code === 'file-not-found') throw unreachable(folder, error);
      throw error;
    });
    if (found === null || projectIdOf(real, found) !== id)
      throw unreachable(folder, new Error('Another project is at this path'));
  }

  /**
   * @throws LacssError `project-missing` if the host does not have it open (it was restarted),
   * `project-unreachable` while its folder is missing
   */
  get(id: ProjectId): HeldProject {
    const held = this.#held.get(id);
    if (held !== undefined && held.unreachable === null) return held;
    if (held?.unreachable) throw held.unreachable;
    throw new LacssError('project-missing', 'This project is not open.', {
      subject: id,
      remedy: 'Open it again from the list of recent projects.',
    });
  }

  /** An open project, also if its folder is unreachable; undefined if it is not open. */
  find(id: ProjectId): HeldProject | undefined {
    return this.#held.get(id);
  }

  /** Whether the folder of an open project is missing now. */
  async isMissing(held: HeldProject): Promise<boolean> {
    await this.#look(held);
    return held.unreachable !== null;
  }

  /** Resolves when the folder of an open project is there, or on abort. */
  async untilThere(held: HeldProject, signal: AbortSignal): Promise<void> {
    while (held.unreachable !== null && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  all(): HeldProject[] {
    return [...this.#held.values()];
  }

  /** Closes a project after its running requests, so that other programs can open it. */
  letGo(held: HeldProject): Promise<void> {
    const { folder } = held.scope;
    if (this.#held.get(held.id) !== held) return this.#closing.get(folder) ?? Promise.resolve();
    this.#held.delete(held.id);
    this.#lastRevision = Math.max(this.#lastRevision, held.revision);
    this.#opening.delete(folder);
    const closing = this.#close(held).finally(() => this.#closing.delete(folder));
    this.#closing.set(folder, closing);
    return closing;
  }

  async #close(held: HeldProject): Promise<void> {
    await Promise.allSettled(held.underWay);
    try {
      await this.#keeper.onClose(held);
    } finally {
      await held.project.close();
    }
  }

  /** A window shows a project. */
  enter(held: HeldProject, window: number): void {
    held.windows.add(window);
    held.unusedSinceMs = null;
  }

  /** A window has closed, or shows this project no more. */
  leave(window: number, from: readonly HeldProject[] = this.all()): void {
    for (const held of from) {
      if (held.windows.delete(window) && held.windows.size === 0) held.unusedSinceMs = performance.now();
    }
  }

  async close(): Promise<void> {
    if (this.#watch !== null) clearTimeout(this.#watch);
    this.#watch = null;
    await Promise.all(this.all().map(({ project }) => project.close()));
    this.#held.clear();
    this.#opening.clear();
  }

  async #hold(folder: string): Promise<HeldProject> {
    const { project, notices } = await openForWritingOrReading(folder);
    const sources = await this.#keeper.allowedSources(project);
    const grants = this.#keeper.grants;
    // Read again for every job, because more may be granted since.
    const scope: Scope = {
      ...scopeOf(project),
      get sources() {
        return [...grants(), ...sources];
      },
    };
    const id = projectIdOf(scope.folder, scope.createdAt);
    const held: HeldProject = {
      id,
      project,
      scope,
      sources,
      revision: this.#lastRevision + 1,
      notices,
      unreachable: null,
      windows: new Set(),
      unusedSinceMs: performance.now(),
      underWay: new Set(),
    };
    this.#held.set(id, held);
    if (this.#watch === null) this.#lookAgain();
    return held;
  }

  /** Checks one after the other, so that a hanging drive does not pile up checks. */
  #lookAgain(): void {
    this.#watch = setTimeout(() => {
      for (const held of this.all()) this.#letGoUnused(held);
      void Promise.all(this.all().map((held) => this.#look(held))).then(() => {
        if (this.#watch !== null) this.#lookAgain();
      });
    }, lookEveryMs);
    this.#watch.unref();
  }

  #letGoUnused(held: HeldProject): void {
    const { unusedSinceMs } = held;
    if (unusedSinceMs === null || performance.now() - unusedSinceMs < unusedMs) return;
    if (!this.#keeper.isBusy(held)) void this.letGo(held).catch(() => undefined);
  }

  async #look(held: HeldProject): Promise<void> {
    const found = await answerWithin(held.project.requireThere(), answerWithinMs);
    const isNews = (found === null) !== (held.unreachable === null);
    held.unreachable = found;
    if (!isNews) return;
    this.#keeper.onReachable(held);
    if (found !== null) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Whether another project is in the place of this one. */
async function isReplaced({ project, unreachable: reason }: HeldProject): Promise<boolean> {
  if (reason?.message === slowDrive) return false;
  const found = await createdAtOf(project.folder).catch(() => null);
  return found !== null && found !== project.manifest.createdAt;
}

const slowDrive = 'The drive of this project does not answer.';

/** Why a folder is unusable, or null. */
async function answerWithin(look: Promise<void>, timeMs: number): Promise<LacssError | null> {
  const slow = new LacssError('project-unreachable', slowDrive, {
    remedy: 'Check the drive or the network. You can continue when it answers.',
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<LacssError>((resolve) => {
    timer = setTimeout(() => resolve(slow), timeMs);
  });
  const answer = look.then(
    () => null,
    (error: unknown) => (error instanceof LacssError ? error : slow),
  );
  return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
}

async function openForWritingOrReading(folder: string): Promise<{ project: Project; notices: string[] }> {
  try {
    return { project: await openProject(folder, { purpose: 'LACSS Studio' }), notices: [] };
  } catch (error) {
    if (!(error instanceof LacssError) || error.code !== 'file-unwritable') throw error;
    const project = await openProject(folder, { purpose: 'LACSS Studio', access: 'read' });
    return { project, notices: ['This project is read-only. You cannot save changes.'] };
  }
}
