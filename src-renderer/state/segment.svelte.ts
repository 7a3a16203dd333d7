import { baseModel } from '../../src-main/contract/shipped-model.ts';
import type { ImageId, ModelId } from '../../src-main/contract/fields.ts';
import type { SegmentQueue, SegmentRequest } from '../../src-main/contract/requests/segment-requests.ts';
import type { ProjectAccess } from './project-access.ts';

export interface SegmentForm {
  /** null: the newest. */
  model: ModelId | null;
  skipDone: boolean;
  /** Mirror averaging. */
  mirrored: boolean;
  /** null: automatic. */
  diameterPx: number | null;
}

/** The queue that segments images with a model. */
export class SegmentState {
  readonly #project: ProjectAccess;
  queue = $state.raw<SegmentQueue | null>(null);
  busy = $state(false);
  /** The user's settings, for every start of a segmentation. */
  form = $state<SegmentForm>({ model: null, skipDone: true, mirrored: false, diameterPx: null });

  constructor(project: ProjectAccess) {
    this.#project = project;
  }

  readonly active = $derived(
    this.queue !== null && ['running', 'paused', 'stopping'].includes(this.queue.phase),
  );

  /** The chosen model, otherwise the newest of the project, otherwise the included one. */
  readonly model = $derived.by((): ModelId => {
    const { list } = this.#project.models;
    const chosen = [...list, baseModel].find(({ id }) => id === this.form.model);
    return (chosen ?? list[0] ?? baseModel).id;
  });

  listen(): () => void {
    const { client } = this.#project.studio;
    this.readAgain();
    const endings = [
      client.on('segment.queue', (queue) => {
        if (queue.project === this.#project.id) this.#take(queue);
      }),
      client.on('segment.item', ({ project, index, item, ...counts }) => {
        if (project !== this.#project.id || !this.queue) return;
        const items = this.queue.items.map((old, i) => (i === index ? item : old));
        this.queue = { ...this.queue, ...counts, items };
        if (item.status === 'done' && item.image !== null) this.#project.review.readAgain(item.image);
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }

  readAgain(): void {
    void this.#project.studio.attempt(async () => this.#take(await this.#project.ask('segment.state', {})));
  }

  /** @param again segments images again, regardless of the settings */
  startOnImages(images: readonly ImageId[], again = false): Promise<void> {
    return this.#start({ kind: 'images', images: [...images] }, again);
  }

  startOnFolder(folder: string): Promise<void> {
    return this.#start({ kind: 'folder', folder });
  }

  pause(): Promise<void> {
    return this.#command(() => this.#project.ask('segment.pause', {}));
  }

  resume(): Promise<void> {
    return this.#command(() => this.#project.ask('segment.resume', {}));
  }

  stop(): Promise<void> {
    return this.#command(() => this.#project.ask('segment.stop', {}));
  }

  async #start(what: SegmentRequest['what'], again = false): Promise<void> {
    const { model } = this;
    const { skipDone, mirrored, diameterPx } = this.form;
    const request = {
      what,
      model,
      skipDone: skipDone && !again,
      ...(mirrored ? { views: 4 as const } : {}),
      ...(diameterPx === null ? {} : { diameterPx }),
    };
    await this.#command(() => this.#project.ask('segment.start', request));
  }

  async #command(ask: () => Promise<SegmentQueue>): Promise<void> {
    this.busy = true;
    const queue = await this.#project.studio.attempt(ask);
    if (queue) this.#take(queue);
    this.busy = false;
  }

  #take(queue: SegmentQueue): void {
    const ended = this.active && !['running', 'paused', 'stopping'].includes(queue.phase);
    this.queue = queue;
    if (ended && this.#project.currentId) this.#project.review.readAgain(this.#project.currentId);
  }
}
