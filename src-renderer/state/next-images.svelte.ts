import type { Progress } from '../../src-main/contract/job.ts';
import type { NextImage } from '../../src-main/contract/requests/review-requests.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/**
 * The images to correct next, and why. They are ranked on demand, because this reads the cells of every
 * image.
 */
export class NextImagesState {
  readonly #project: ProjectAccess;
  readonly ranked = new Loaded<NextImage[]>();
  progress = $state.raw<Progress | null>(null);

  constructor(project: ProjectAccess) {
    this.#project = project;
  }

  /** Ranks the images again. */
  async rank(): Promise<void> {
    await this.ranked.load('next', (signal) =>
      this.#project.ask('review.next', {}, { signal, onProgress: (progress) => (this.progress = progress) }),
    );
    this.progress = null;
  }

  /** Shows the best image that is not the current one. Ranks the images first if that was not done. */
  async goToBest(): Promise<void> {
    await this.rank();
    const best = this.ranked.value?.find(({ image }) => image !== this.#project.currentId);
    if (best) this.#project.show(best.image);
  }
}
