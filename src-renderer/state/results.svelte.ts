import type { ExportFormat } from '../../src-main/contract/choices.ts';
import type { ImageId, ModelId } from '../../src-main/contract/fields.ts';
import type {
  CellTable,
  ComparisonView,
  EvaluationView,
  ExportReport,
} from '../../src-main/contract/requests/result-requests.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/** Accuracy, measurements per cell, and export. */
export class ResultsState {
  readonly #project: ProjectAccess;
  /** The evaluated model; `null`: the cells that Review shows. */
  model = $state<ModelId | null>(null);
  readonly evaluation = new Loaded<EvaluationView>();
  readonly cells = new Loaded<CellTable>();
  /** The differences from truth in some images, for the gallery. */
  readonly examples = new Loaded<readonly ComparisonView[]>();
  exporting = $state.raw<{ done: number; total: number } | null>(null);
  report = $state.raw<ExportReport | null>(null);

  constructor(project: ProjectAccess) {
    this.#project = project;
  }

  evaluate(): void {
    const model = this.model;
    const { minScore } = this.#project.review.settings;
    void this.evaluation.load(model ?? 'review', (signal) =>
      this.#project.ask('results.evaluate', { minScore, ...(model === null ? {} : { model }) }, { signal }),
    );
  }

  /** Compares some images with truth, as they were evaluated. */
  compareExamples(images: readonly ImageId[]): void {
    const found = this.model;
    const { minScore } = this.#project.review.settings;
    void this.examples.load([found ?? '', ...images].join(' '), (signal) =>
      Promise.all(
        images.map((image) =>
          this.#project.ask('results.compare', { image, found, truth: null, minScore }, { signal }),
        ),
      ),
    );
  }

  readCells(): void {
    const image = this.#project.currentId;
    const { minScore } = this.#project.review.settings;
    if (image)
      void this.cells.load(image, (signal) =>
        this.#project.ask('results.cells', { image, minScore }, { signal }),
      );
  }

  async export(
    formats: readonly ExportFormat[],
    images: readonly string[],
    everyCell: boolean,
    folder: string | null,
  ): Promise<void> {
    this.exporting = { done: 0, total: images.length };
    this.report = null;
    const report = await this.#project.studio.attempt(() =>
      this.#project.ask(
        'export.run',
        {
          images: [...images],
          formats: [...formats],
          everyCell,
          minScore: this.#project.review.settings.minScore,
          ...(folder === null ? {} : { folder }),
        },
        { onProgress: ({ done, total }) => (this.exporting = { done, total }) },
      ),
    );
    this.exporting = null;
    if (report) this.report = report;
  }

  async reveal(path: string): Promise<void> {
    const { studio } = this.#project;
    await studio.attempt(() => studio.client.request('host.reveal', { path }));
  }
}
