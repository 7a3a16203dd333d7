import type { ModelId } from '../../src-main/contract/fields.ts';
import type { TeachingRecord } from '../../src-main/contract/teaching.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';
import type { TrainingState } from './training.svelte.ts';

/** A lesson in Review: start, progress, effect, and the decision about its model. */
export class TeachingState {
  readonly #project: ProjectAccess;
  readonly #training: TrainingState;
  readonly #lesson = new Loaded<TeachingRecord | null>();
  minutes = $state(2);
  /** The model that a person has kept or discarded. */
  #decided = $state<ModelId | null>(null);

  constructor(project: ProjectAccess, training: TrainingState) {
    this.#project = project;
    this.#training = training;
  }

  /** Whether the running training is a lesson. */
  readonly active = $derived.by(
    () => this.#training.active && this.#training.status?.request?.teaching !== undefined,
  );
  /** The taught model that waits for a decision, null for none. */
  readonly finished = $derived.by(() => {
    const { status } = this.#training;
    const isLesson = status?.phase === 'finished' && status.request?.teaching !== undefined;
    return isLesson && status.model !== this.#decided ? status.model : null;
  });
  /** Why the last lesson failed, null if it did not. */
  readonly failure = $derived.by(() => {
    const { status } = this.#training;
    const hasFailed = status?.phase === 'failed' && status.request?.teaching !== undefined;
    return hasFailed ? status.failure : null;
  });
  /** Figures of the finished lesson. */
  readonly record = $derived.by(() => (this.finished === null ? null : this.#lesson.of(this.finished)));

  readFigures(model: ModelId): void {
    void this.#lesson.load(model, (signal) => this.#project.ask('training.lesson', { model }, { signal }));
  }

  async start(): Promise<void> {
    await this.#training.teach(this.minutes);
  }

  keep(model: ModelId): void {
    this.#decided = model;
  }

  async discard(model: ModelId): Promise<void> {
    const done = await this.#project.studio.attempt(() =>
      this.#project.ask('training.discardLesson', { model }),
    );
    if (done !== undefined) this.#decided = model;
  }
}
