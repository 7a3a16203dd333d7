import type { ImageId, ModelId, ProjectId } from '../../src-main/contract/fields.ts';
import type { ReviewSettings } from '../../src-main/contract/project-files.ts';
import type { ImageSummary } from '../../src-main/contract/requests/image-requests.ts';
import type { RequestName, RequestParams, RequestResult } from '../../src-main/contract/requests.ts';
import type { RequestOptions } from '../client/client.ts';
import type { PendingEdits } from './pending-edits.svelte.ts';
import type { PathChooser } from './path-chooser.svelte.ts';
import type { StudioAccess } from './studio-access.ts';

/** The part of the open project that the states of the stages use. */
export interface ProjectAccess {
  readonly studio: StudioAccess & { readonly chooser: PathChooser };
  readonly id: ProjectId;
  readonly readOnly: boolean;
  readonly images: readonly ImageSummary[];
  /** Images that were removed and can be restored. */
  readonly removed: readonly ImageId[];
  readonly currentId: ImageId | null;
  readonly current: ImageSummary | null;
  /** The images that are not excluded. */
  readonly working: readonly ImageSummary[];
  /** The same, from the current one on. */
  readonly workingFromHere: readonly ImageSummary[];
  /** Sends a request about this project to the host. */
  ask<Name extends RequestName>(
    name: Name,
    params: Omit<RequestParams<Name>, 'project'>,
    options?: RequestOptions,
  ): Promise<RequestResult<Name>>;
  image(id: ImageId): ImageSummary | undefined;
  show(id: ImageId): void;
  /** The image after a step by this number. */
  neighbour(by: number): ImageSummary | null;
  /** The edits that the host has not answered yet. */
  readonly edits: PendingEdits;
  undo(): Promise<void>;
  readonly models: { readonly list: readonly { readonly id: ModelId }[] };
  /** Which cells count. They are read again when an image was segmented again. */
  readonly review: { readonly settings: ReviewSettings; readAgain(image: ImageId): void };
}
