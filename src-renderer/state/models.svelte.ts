import type { ModelId } from '../../src-main/contract/fields.ts';
import type {
  ModelDetails,
  ModelList,
  ModelSummary,
} from '../../src-main/contract/requests/model-requests.ts';
import type { SegmentationView } from '../../src-main/contract/requests/segment-requests.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';
import { includedName } from './included-name.ts';

/** The models of the project: list, model card, comparison of two. */
export class ModelsState {
  readonly #project: ProjectAccess;
  #kept = $state.raw<ModelList>({ models: [], damaged: [] });
  /** Usable models, newest first. */
  readonly list = $derived<readonly ModelSummary[]>(this.#kept.models);
  /** Damaged models, each with the error. */
  readonly damaged = $derived<ModelList['damaged']>(this.#kept.damaged);
  readonly details = new Loaded<ModelDetails>();
  /** The compared models, and the cells each finds in the current image. */
  compared = $state.raw<readonly [ModelId, ModelId] | null>(null);
  readonly tried = [new Loaded<SegmentationView>(), new Loaded<SegmentationView>()] as const;

  constructor(project: ProjectAccess) {
    this.#project = project;
  }

  listen(): () => void {
    void this.readAgain();
    return this.#project.studio.client.on('models.changed', ({ project }) => {
      if (project === this.#project.id) void this.readAgain();
    });
  }

  name(id: ModelId): string {
    return includedName(this.list.find((model) => model.id === id) ?? { id, name: id });
  }

  async readAgain(): Promise<void> {
    const list = await this.#project.studio.attempt(() => this.#project.ask('models.list', {}));
    if (list) this.#kept = list;
  }

  showCard(model: ModelId): void {
    void this.details.load(model, (signal) => this.#project.ask('models.read', { model }, { signal }));
  }

  async rename(model: ModelId, name: string): Promise<void> {
    const list = await this.#project.studio.attempt(() =>
      this.#project.ask('models.rename', { model, name }),
    );
    if (list) this.#kept = list;
  }

  async remove(model: ModelId): Promise<void> {
    const list = await this.#project.studio.attempt(() => this.#project.ask('models.delete', { model }));
    if (!list) return;
    this.#kept = list;
    if (this.compared?.includes(model)) this.compared = null;
    if (this.details.key === model) this.details.clear();
  }

  /** Returns the path of the file; undefined if none was written. */
  async exportFile(model: ModelId): Promise<string | undefined> {
    const { studio } = this.#project;
    const [path] = await studio.chooser.choose('model-save', `${this.name(model)}.lacss`);
    if (path === undefined) return undefined;
    const written = await studio.attempt(() => this.#project.ask('models.export', { model, path }));
    return written?.path;
  }

  async importFile(): Promise<void> {
    const { studio } = this.#project;
    const [path] = await studio.chooser.choose('model-open');
    if (path !== undefined) await this.importFrom(path);
  }

  async importFrom(path: string): Promise<void> {
    await this.#project.studio.attempt(() => this.#project.ask('models.import', { path }));
    await this.readAgain();
  }

  compare(models: readonly [ModelId, ModelId]): void {
    this.compared = models;
    this.tryAgain();
  }

  /** Runs both models on the current image. */
  tryAgain(): void {
    const image = this.#project.currentId;
    if (!this.compared || !image) return;
    for (const [side, model] of this.compared.entries()) {
      const loaded = this.tried[side as 0 | 1];
      void loaded.load(`${model}/${image}`, (signal) =>
        this.#project.ask('models.try', { image, model }, { signal }),
      );
    }
  }
}
