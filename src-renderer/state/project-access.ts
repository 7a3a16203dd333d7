import type { ImageId, ModelId, ProjectId } from '../../src-main/contract/fields.ts';
import type { ReviewSettings } from '../../src-main/contract/project.ts';
import type { ImageMarks, ImageSummary } from '../../src-main/contract/requests/images.ts';
import type { RequestName, RequestParams, RequestResult } from '../../src-main/contract/requests.ts';
import type { RequestOptions } from '../client/client.ts';
import type { PathChooser } from './path-chooser.svelte.ts';
import type { StudioAccess } from './studio-access.ts';

/** What the states of the stages may ask of the open project. */
export interface ProjectAccess {
  readonly studio: StudioAccess & { readonly chooser: PathChooser };
  readonly id: ProjectId;
  readonly readOnly: boolean;
  readonly images: readonly ImageSummary[];
  /** Images that were taken out and can be put back. */
  readonly removed: readonly ImageId[];
  readonly currentId: ImageId | null;
  readonly current: ImageSummary | null;
  /** Images that count: those not excluded. */
  readonly working: readonly ImageSummary[];
  /** Asks the host something about this project. */
  ask<Name extends RequestName>(
    name: Name,
    params: Omit<RequestParams<Name>, 'project'>,
    options?: RequestOptions,
  ): Promise<RequestResult<Name>>;
  image(id: ImageId): ImageSummary | undefined;
  show(id: ImageId): void;
  /** The image a step would show, to have it ready. */
  neighbour(by: number): ImageSummary | null;
  /** Shows at once what the host is about to confirm. */
  patchMarks(id: ImageId, patch: Partial<ImageMarks>): void;
  undo(): Promise<void>;
  readonly models: { readonly list: readonly { readonly id: ModelId }[] };
  /** Which cells count; those that are judged are read again where a prediction has been made anew. */
  readonly review: { readonly settings: ReviewSettings; readAgain(image: ImageId): void };
}
