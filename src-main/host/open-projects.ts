import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { LacssError } from '../contract/errors.ts';
import type { ProjectId } from '../contract/fields.ts';
import { openProject } from '../project/open-project.ts';
import type { Project } from '../project/project.ts';
import type { Scope } from '../project/scope.ts';

/** A project this host holds open: other programs are kept out, the host's own processes share it. */
export interface HeldProject {
  id: ProjectId;
  project: Project;
  scope: Scope;
  /** Grows by one with every change. */
  revision: number;
  /** What was put right on opening, in words. */
  notices: string[];
  /** Why its folder cannot be used now (gone, moved, replaced), else null. */
  unreachable: LacssError | null;
  /** The windows that show it. */
  windows: Set<number>;
  /** Requests about it that are being answered. */
  underWay: Set<Promise<unknown>>;
}

/** How often the folders of open projects are looked at. No system tells of every drive that goes. */
const lookEveryMs = 400;
/** A drive that takes longer to answer is as good as gone. */
const answerWithinMs = 3000;

/** The projects that are open in this host, for all of its windows. */
export class OpenProjects {
  readonly #onReachable: (held: HeldProject) => void;
  #watch: NodeJS.Timeout | null = null;
  readonly #held = new Map<ProjectId, HeldProject>();
  readonly #opening = new Map<string, Promise<HeldProject>>();

  /** @param onReachable told when the folder of an open project goes or comes back */
  constructor(onReachable: (held: HeldProject) => void = () => undefined) {
    this.#onReachable = onReachable;
  }

  /** Opens a project, or answers the one that is open already. @throws LacssError as openProject does */
  async open(folder: string): Promise<HeldProject> {
    // Two names of one folder must not become two projects.
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
   * @throws LacssError `project-missing` when the host does not hold it (it was started again), `project-unreachable`
   * while its folder is gone
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

  /** A project that is open, whether its folder can be reached or not; undefined where it is not open. */
  find(id: ProjectId): HeldProject | undefined {
    return this.#held.get(id);
  }

  all(): HeldProject[] {
    return [...this.#held.values()];
  }

  /**
   * Lets one project go, after what is being answered about it: other programs may open it then.
   * @param before the lock is released, makes others forget it
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

  /** No window of this number is there any more. */
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
    const id = createHash('sha256').update(project.folder).digest('hex').slice(0, 16);
    const scope = { folder: project.folder, readOnly: project.readOnly };
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

  /** One look after the other: a drive that hangs must not gather questions. */
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
    if (isNews) this.#onReachable(held);
  }
}

/** Why a folder cannot be used, or null. */
async function answerWithin(look: Promise<void>, timeMs: number): Promise<LacssError | null> {
  const slow = new LacssError('project-unreachable', 'The drive of this project does not answer.', {
    remedy: 'Check the drive or the network. Your work goes on when it answers.',
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
    return { project, notices: ['This folder may only be read: nothing you do here can be saved.'] };
  }
}
