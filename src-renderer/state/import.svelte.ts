import type { ImageId } from '../../src-main/contract/fields.ts';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Progress } from '../../src-main/contract/job.ts';
import type { ImportPair, ImportPlan, ImportRole } from '../../src-main/contract/requests/review-requests.ts';
import { failedEntry } from '../ui/failed-entry.ts';
import type { SubjectEntry } from '../ui/failed-entry.ts';
import { counted, fileName } from '../ui/format.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';
import { said } from '../languages/said.ts';

/** Importing cells of other programs: pairs files with images and shows them, imports after confirmation. */
export class ImportState {
  readonly #project: ProjectAccess;
  /** The files and folders to import; empty while the dialog is closed. */
  paths = $state.raw<readonly string[]>([]);
  role = $state<ImportRole>('cells');
  readonly plan = new Loaded<ImportPlan>();
  progress = $state.raw<Progress | null>(null);
  importing = $state(false);
  /** Left-out files and doubts of the last import; empty without any. */
  report = $state.raw<readonly SubjectEntry[]>([]);

  constructor(project: ProjectAccess) {
    this.#project = project;
  }

  /** The pairs that can be imported in the chosen role. Points can only be annotation. */
  readonly fitting = $derived.by((): readonly ImportPair[] =>
    (this.plan.value?.pairs ?? []).filter(
      ({ failure, content }) =>
        failure === null && (this.role === 'annotation' || content?.kind !== 'points'),
    ),
  );

  async choose(role: ImportRole): Promise<void> {
    this.offer(await this.#project.studio.chooser.choose('cell-files'), role);
  }

  async chooseFolder(role: ImportRole): Promise<void> {
    this.offer(await this.#project.studio.chooser.choose('cell-folder'), role);
  }

  /** Shows the plan of an import. A single file whose name fits no image is for the current one. */
  offer(paths: readonly string[], role: ImportRole): void {
    if (paths.length === 0) return;
    this.paths = paths;
    this.role = role;
    this.report = [];
    this.plan.clear();
    const image = this.#project.currentId;
    void this.plan
      .load('import', (signal) =>
        this.#project.ask(
          'review.planImport',
          { paths: [...paths], image },
          { signal, onProgress: (progress) => (this.progress = progress) },
        ),
      )
      .then((plan) => {
        this.progress = null;
        // Files with points alone.
        if (plan !== null && plan.pairs.length > 0 && this.fitting.length === 0) this.role = 'annotation';
      });
  }

  cancel(): void {
    this.plan.clear();
    this.paths = [];
    this.report = [];
  }

  /** Imports all fitting pairs, each as one step of undo of its image. Lists failures; the others proceed. */
  async run(): Promise<void> {
    const { role, fitting: pairs } = this;
    const report: SubjectEntry[] = [];
    this.importing = true;
    for (const [done, { image, name, file }] of pairs.entries()) {
      this.progress = { done, total: pairs.length, message: `Importing ${fileName(file)}` };
      const entry = await this.#import(image, name, file, role);
      if (entry.text !== '') report.push(entry);
    }
    this.importing = false;
    this.progress = null;
    this.report = report;
    if (report.length > 0) return;
    const [first] = pairs;
    this.cancel();
    if (first && !pairs.some(({ image }) => image === this.#project.currentId))
      this.#project.show(first.image);
  }

  /** @returns a warning for people; its text is empty without one */
  async #import(image: ImageId, name: string, path: string, as: ImportRole): Promise<SubjectEntry> {
    try {
      const { leftOut, warning } = await this.#project.edits.askOnce('review.import', { image, path, as });
      const left =
        leftOut > 0
          ? `${counted(leftOut, ['# cell', '# cells'])} left out: they are under cells that you kept.`
          : '';
      return { subject: name, text: [left, said(warning ?? '')].filter((text) => text !== '').join(' ') };
    } catch (thrown) {
      return failedEntry(name, toFailure(thrown), 'Not imported.');
    }
  }
}
