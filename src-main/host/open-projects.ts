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
}

/** The projects that are open in this host, for all of its windows. */
export class OpenProjects {
  readonly #held = new Map<ProjectId, HeldProject>();
  readonly #opening = new Map<string, Promise<HeldProject>>();

  /** Opens a project, or answers the one that is open already. @throws LacssError as openProject does */
  async open(folder: string): Promise<HeldProject> {
    // Two names of one folder must not become two projects.
    const real = await realpath(folder).catch(() => folder);
    const opening = this.#opening.get(real) ?? this.#hold(real);
    this.#opening.set(real, opening);
    opening.catch(() => this.#opening.delete(real));
    return opening;
  }

  /** @throws LacssError `project-missing` when the host does not hold it (it was started again) */
  get(id: ProjectId): HeldProject {
    const held = this.#held.get(id);
    if (held !== undefined) return held;
    throw new LacssError('project-missing', 'This project is not open.', {
      subject: id,
      remedy: 'Open it again from the list of recent projects.',
    });
  }

  all(): HeldProject[] {
    return [...this.#held.values()];
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map(({ project }) => project.close()));
    this.#held.clear();
    this.#opening.clear();
  }

  async #hold(folder: string): Promise<HeldProject> {
    const { project, notices } = await openForWritingOrReading(folder);
    const id = createHash('sha256').update(project.folder).digest('hex').slice(0, 16);
    const scope = { folder: project.folder, readOnly: project.readOnly };
    const held: HeldProject = { id, project, scope, revision: 0, notices };
    this.#held.set(id, held);
    return held;
  }
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
