import type { ModelId } from '../../src-main/contract/fields.ts';
import type {
  ComparableCells,
  ComparisonView,
  Difference,
} from '../../src-main/contract/requests/result-requests.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/** The other side of the comparison; null: no comparison. */
export type ComparedWith = { kind: 'truth' } | { kind: 'model'; model: ModelId } | null;

/** The comparison of two segmentations of the current image. */
export class ComparisonState {
  readonly #project: ProjectAccess;
  with = $state.raw<ComparedWith>(null);
  /** The model whose cells are compared; null: the cells under review. */
  found = $state.raw<ModelId | null>(null);
  readonly comparable = new Loaded<ComparableCells>();
  readonly #view = new Loaded<ComparisonView>();
  /** The selected difference. */
  selected = $state(-1);

  constructor(project: ProjectAccess) {
    this.#project = project;
  }

  /** The comparison of the current image; null while there is none. */
  readonly shown = $derived.by(() => {
    const view = this.#view.value;
    return this.with !== null && view?.image === this.#project.currentId ? view : null;
  });

  get failure() {
    return this.with === null ? null : this.#view.failure;
  }

  get busy(): boolean {
    return this.#view.busy;
  }

  /** Requests the possible comparisons of the current image. */
  readComparable(): void {
    const image = this.#project.currentId;
    if (image === null) return;
    void this.comparable.load(image, (signal) =>
      this.#project.ask('results.comparable', { image }, { signal }),
    );
  }

  /** Compares again. */
  read(minScore: number | null): void {
    const { with: other, found } = this;
    const image = this.#project.currentId;
    if (other === null || image === null) return;
    const truth = other.kind === 'truth' ? null : other.model;
    const key = [image, found ?? '', truth ?? ''].join(' ');
    if (key !== this.#view.key) this.selected = -1;
    void this.#view.load(key, (signal) =>
      this.#project.ask('results.compare', { image, found, truth, minScore }, { signal }),
    );
  }

  /** Compares with something else, or with nothing. */
  compareWith(other: ComparedWith): void {
    this.with = other;
    this.selected = -1;
    if (other === null) this.found = null;
  }

  /** Compares with truth, or stops. */
  toggleTruth(): void {
    this.compareWith(this.with === null ? { kind: 'truth' } : null);
  }

  /** Selects the next difference in this direction. @returns it; null if there is none */
  step(by: number): Difference | null {
    const { differences } = this.shown ?? { differences: [] };
    if (differences.length === 0) return null;
    const from = this.selected < 0 && by < 0 ? 0 : this.selected;
    this.selected = (from + by + differences.length) % differences.length;
    return differences[this.selected] ?? null;
  }

  select(index: number): Difference | null {
    this.selected = index;
    return this.shown?.differences[index] ?? null;
  }
}
