import type { ImageId } from '../../src-main/contract/fields.ts';
import type { ImageOrder } from '../../src-main/contract/requests/project-requests.ts';
import type { NextImage } from '../../src-main/contract/requests/review-requests.ts';
import { placesBy } from './find-images.ts';
import type { ProjectAccess } from './project-access.ts';

/** What sorting needs of the open project. */
interface SortedProject extends Pick<ProjectAccess, 'images'> {
  readonly display: {
    readonly settings: { readonly imageOrder: ImageOrder };
    change: (patch: { imageOrder: ImageOrder }) => void;
  };
  readonly nextImages: { readonly ranked: { readonly value: NextImage[] | null }; rank: () => Promise<void> };
}

/**
 * The order of the images in all lists. It is computed when a person chooses it or goes to another stage. In
 * between it stays, so that no image moves because of an edit.
 */
export class ImageSorting {
  readonly #project: SortedProject;
  /** The place of each image; those added later come last. */
  places = $state.raw<ReadonlyMap<ImageId, number>>(new Map());

  constructor(project: SortedProject) {
    this.#project = project;
  }

  get order(): ImageOrder {
    return this.#project.display.settings.imageOrder;
  }

  /** Sorts by another order, which is kept with the project. */
  async choose(imageOrder: ImageOrder): Promise<void> {
    const { display, nextImages } = this.#project;
    display.change({ imageOrder });
    // Ranking reads the cells of all images, so it needs a person's choice.
    if (imageOrder === 'doubt') await nextImages.rank();
    if (this.order === imageOrder) this.sort();
  }

  /** Sorts again with the known values. */
  sort(): void {
    const { images, nextImages } = this.#project;
    const doubts = new Map((nextImages.ranked.value ?? []).map(({ image, doubt }) => [image, doubt]));
    this.places = placesBy(images, this.order, doubts);
  }

  /** Sorts on the way to another stage. */
  async enter(): Promise<void> {
    const isUnranked = this.order === 'doubt' && this.#project.nextImages.ranked.value === null;
    await (isUnranked ? this.choose('doubt') : Promise.resolve(this.sort()));
  }
}
