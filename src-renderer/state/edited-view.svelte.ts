import type { ImageId } from '../../src-main/contract/fields.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import { Loaded } from './loaded.svelte.ts';
import type { PartName, PartViews, PendingEdits } from './pending-edits.svelte.ts';

/**
 * One part of the current annotation. It is the view that the host has confirmed, with the pending edits
 * applied in their order. A draft that is not an edit yet comes last.
 */
export class EditedView<Part extends PartName> {
  readonly #part: Part;
  readonly #edits: PendingEdits;
  readonly #read: (image: ImageId, signal: AbortSignal) => Promise<PartViews[Part] | null>;
  readonly #loaded = new Loaded<PartViews[Part] | null>();
  /** The change shown during a drag. */
  draft = $state.raw<{ image: ImageId; apply: (view: PartViews[Part]) => PartViews[Part] } | null>(null);
  /** The image requested last. It is shown when its view arrives. */
  wanted: ImageId | null = null;
  /** The newest revision in the answers to edits of each image, since the current read began. */
  readonly #answered = new Map<ImageId, number>();

  constructor(
    part: Part,
    edits: PendingEdits,
    read: (image: ImageId, signal: AbortSignal) => Promise<PartViews[Part] | null>,
  ) {
    this.#part = part;
    this.#edits = edits;
    this.#read = read;
  }

  readonly #shown = $derived.by(() => {
    const { key, value } = this.#loaded;
    if (key === null || value === null) return null;
    const pending = this.#edits.of(key).filter(({ part }) => part === this.#part);
    const edited = pending.reduce((view, edit) => edit.apply(view) as PartViews[Part], value);
    return this.draft?.image === key ? this.draft.apply(edited) : edited;
  });

  /** The image that is shown. It changes when the view of the next one arrives. */
  get key(): ImageId | null {
    return this.#loaded.key;
  }

  get busy(): boolean {
    return this.#loaded.busy;
  }

  get failure(): Failure | null {
    return this.#loaded.failure;
  }

  /**
   * The shown view of this image, with pending edits and the draft; null if another image or none is shown.
   */
  of(image: ImageId | null): PartViews[Part] | null {
    return image !== null && this.#loaded.key === image ? this.#shown : null;
  }

  /** The confirmed view of this image. */
  confirmed(image: ImageId): PartViews[Part] | null {
    return this.#loaded.of(image);
  }

  /** Reads a part of an image from the host. The earlier view stays until the answer arrives. */
  async load(image: ImageId): Promise<void> {
    this.wanted = image;
    await this.#loaded.load(image, async (signal) => {
      for (;;) {
        this.#answered.clear();
        const view = await this.#read(image, signal);
        // An outdated answer lacks an edit made since the request.
        if (view === null || view.revision >= (this.#answered.get(image) ?? 0)) return view;
      }
    });
  }

  /** Uses the answer to an edit, unless there is a newer view already. */
  confirm(image: ImageId, view: PartViews[Part]): void {
    const { revision } = view;
    this.#answered.set(image, Math.max(revision, this.#answered.get(image) ?? 0));
    const known = this.#loaded.of(image);
    if (known !== null && known.revision <= revision) this.#loaded.replace(image, view);
    // The person may have moved to another image, whose read must continue.
    else if (known !== null && this.wanted === image) void this.load(image);
  }

  /** Shows a view that needs no request. */
  show(image: ImageId, view: PartViews[Part]): void {
    this.wanted = image;
    this.#loaded.set(image, view);
  }
}
