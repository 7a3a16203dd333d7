import type { ImageId } from '../../src-main/contract/fields.ts';
import type { SegmentQueue, SegmentRequest } from '../../src-main/contract/requests/segment.ts';
import type { ProjectAccess } from './project-access.ts';

/** With which model and how images are segmented. */
export type SegmentChoices = Pick<SegmentRequest, 'model' | 'skipDone' | 'views' | 'diameterPx'>;

/** The queue that segments images with a model. */
export class SegmentState {
  readonly #project: ProjectAccess;
  queue = $state.raw<SegmentQueue | null>(null);
  busy = $state(false);

  constructor(project: ProjectAccess) {
    this.#project = project;
  }

  readonly active = $derived(
    this.queue !== null && ['running', 'paused', 'stopping'].includes(this.queue.phase),
  );

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

  startOnImages(images: readonly ImageId[], choices: SegmentChoices): Promise<void> {
    return this.#start({ ...choices, what: { kind: 'images', images: [...images] } });
  }

  startOnFolder(folder: string, choices: SegmentChoices): Promise<void> {
    return this.#start({ ...choices, what: { kind: 'folder', folder } });
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

  #start(request: Omit<SegmentRequest, 'project'>): Promise<void> {
    return this.#command(() => this.#project.ask('segment.start', request));
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
