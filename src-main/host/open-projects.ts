import { realpath } from 'node:fs/promises';
import { LacssError } from '../contract/errors.ts';
import type { ProjectId } from '../contract/fields.ts';
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
  /** Grows by one with every change. */
  revision: number;
  /** Repairs on opening, for people. */
  notices: string[];
  /** Why its folder is unusable now (moved, replaced, removed), otherwise null. */
  unreachable: LacssError | null;
  /** The windows that show it. */
  windows: Set<number>;
  /** Its running requests. */
  underWay: Set<Promise<unknown>>;
}

/** How often to check the folders of open projects, ms. No system reports every disconnected drive. */
const lookEveryMs = 400;
/** A drive that takes longer to answer counts as disconnected, ms. */
const answerWithinMs = 3000;

/** The open projects of this host, for all windows. */
export class OpenProjects {
  readonly #onReachable: (held: HeldProject) => void;
  #watch: NodeJS.Timeout | null = null;
  readonly #held = new Map<ProjectId, HeldProject>();
  /** Called when the folder of any project is back. */
  readonly #waiting = new Set<() => void>();
  readonly #opening = new Map<string, Promise<HeldProject>>();

  /** @param onReachable called when the folder of an open project disappears or comes back */
  constructor(onReachable: (held: HeldProject) => void = () => undefined) {
    this.#onReachable = onReachable;
  }

  /** Opens a project, or returns the open one. @throws LacssError as openProject */
  async open(folder: string): Promise<HeldProject> {
    // Two paths to one folder must give one project.
    const real = await realpath(folder).catch(() => folder);
    const opening = this.#opening.get(real) ?? this.#hold(real);
    this.#opening.set(real, opening);
    opening.catch(() => this.#opening.delete(real));
    const held = await opening;
    await this.#look(held);
    if (held.unreachable !== null) throw held.unreachable;
    return held;
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

  /**
   * Closes a project after its running requests, so that other programs can open it.
   * @param before runs before the lock is released, so that other processes forget the project
   */
  async letGo(held: HeldProject, before: () => Promise<void>): Promise<void> {
    this.#held.delete(held.id);
    for (const [folder, opening] of this.#opening) {
      if ((await opening) === held) this.#opening.delete(folder);
    }
    await Promise.allSettled(held.underWay);
    await before();
    await held.project.close();
  }

  /** A window has closed. */
  leave(window: number): void {
    for (const { windows } of this.all()) windows.delete(window);
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
    const id = projectIdOf(project.folder);
    const scope = scopeOf(project);
    const held: HeldProject = {
      id,
      project,
      scope,
      revision: 0,
      notices,
      unreachable: null,
      windows: new Set(),
      underWay: new Set(),
    };
    this.#held.set(id, held);
    if (this.#watch === null) this.#lookAgain();
    return held;
  }

  /** Checks one after the other, so that a hanging drive does not pile up checks. */
  #lookAgain(): void {
    this.#watch = setTimeout(() => {
      void Promise.all(this.all().map((held) => this.#look(held))).then(() => {
        if (this.#watch !== null) this.#lookAgain();
      });
    }, lookEveryMs);
    this.#watch.unref();
  }

  async #look(held: HeldProject): Promise<void> {
    const found = await answerWithin(held.project.requireThere(), answerWithinMs);
    const isNews = (found === null) !== (held.unreachable === null);
    held.unreachable = found;
    if (!isNews) return;
    this.#onReachable(held);
    if (found !== null) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Why a folder is unusable, or null. */
async function answerWithin(look: Promise<void>, timeMs: number): Promise<LacssError | null> {
  const slow = new LacssError('project-unreachable', 'The drive of this project does not answer.', {
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
