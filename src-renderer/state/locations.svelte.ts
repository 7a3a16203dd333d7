import type { ImageId } from '../../src-main/contract/fields.ts';
import type {
  LocationEdit,
  LocationSettings,
  LocationsPreview,
  LocationsView,
} from '../../src-main/contract/requests/locations.ts';
import { Latest } from './latest.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/** One point per cell: found by difference of Gaussians, put right by hand. */
export class LocationsState {
  readonly #project: ProjectAccess;
  settings = $state.raw<LocationSettings>() as LocationSettings;
  readonly view = new Loaded<LocationsView>();
  /** Settings being tried, and what they find; not saved. */
  trial = $state.raw<{ image: ImageId; settings: LocationSettings; preview: LocationsPreview | null } | null>(
    null,
  );
  selected = $state.raw<ReadonlySet<number>>(new Set());
  keepByHand = $state(true);
  finding = $state.raw<{ done: number; total: number } | null>(null);
  readonly #previews = new Latest();
  #edits: Promise<unknown> = Promise.resolve();

  constructor(project: ProjectAccess, settings: LocationSettings) {
    this.#project = project;
    this.settings = settings;
  }

  readonly done = $derived.by(
    () => this.#project.working.filter(({ marks }) => marks.locations !== 'missing').length,
  );

  visit(image: ImageId): void {
    this.trial = null;
    this.selected = new Set();
    this.readAgain(image);
  }

  readAgain(image: ImageId): void {
    if (this.#project.currentId !== image) return;
    this.selected = new Set();
    void this.view.load(image, (signal) => this.#project.ask('locations.read', { image }, { signal }));
  }

  /** What applies to this image now: what is being tried, its own settings, or the project's. */
  settingsOf(image: ImageId): LocationSettings {
    if (this.trial?.image === image) return this.trial.settings;
    return this.view.of(image)?.settings ?? this.settings;
  }

  /** Shows what other settings would find: coarsely while a slider moves, fully when it is let go. */
  try(image: ImageId, settings: LocationSettings, coarse: boolean): void {
    this.selected = new Set();
    const before = this.trial?.image === image ? this.trial.preview : null;
    this.trial = { image, settings, preview: before };
    this.#previews.run(async () => {
      const preview = await this.#project.studio.attempt(() =>
        this.#project.ask('locations.preview', { image, settings, coarse }),
      );
      if (preview && this.trial?.image === image) this.trial = { ...this.trial, preview };
    });
  }

  dropTrial(): void {
    this.trial = null;
  }

  /** Finds locations with the settings at hand: on one image, which then keeps its own, or on all. */
  async find(scope: 'images' | 'project'): Promise<void> {
    const current = this.#project.currentId;
    if (!current) return;
    const settings = this.settingsOf(current);
    const images = scope === 'images' ? [current] : this.#project.working.map(({ id }) => id);
    this.finding = { done: 0, total: images.length };
    const answer = await this.#project.studio.attempt(() =>
      this.#project.ask(
        'locations.find',
        { images, settings, scope, keepByHand: this.keepByHand },
        { onProgress: ({ done, total }) => (this.finding = { done, total }) },
      ),
    );
    this.finding = null;
    if (!answer) return;
    if (scope === 'project') this.settings = settings;
    this.trial = null;
    for (const failure of answer.failures) this.#project.studio.report(failure);
    this.readAgain(current);
  }

  async useProjectSettings(): Promise<void> {
    const image = this.#project.currentId;
    if (!image) return;
    this.finding = { done: 0, total: 1 };
    const view = await this.#project.studio.attempt(() =>
      this.#project.ask('locations.useProjectSettings', { image, keepByHand: this.keepByHand }),
    );
    this.finding = null;
    if (!view) return;
    // Other points: those that were selected are gone.
    this.selected = new Set();
    this.trial = null;
    this.view.set(image, view);
  }

  async importFile(path: string, format: 'csv' | 'labels'): Promise<void> {
    const image = this.#project.currentId;
    if (!image) return;
    const view = await this.#project.studio.attempt(() =>
      this.#project.ask('locations.import', { image, path, format }),
    );
    if (!view) return;
    // Other points: those that were selected are gone.
    this.selected = new Set();
    this.trial = null;
    this.view.set(image, view);
  }

  add(y: number, x: number): void {
    const view = this.#editable();
    if (!view) return;
    const points = new Float32Array(view.points.length + 2);
    points.set(view.points);
    points.set([y, x], view.points.length);
    const byHand = new Uint8Array(view.byHand.length + 1);
    byHand.set(view.byHand);
    byHand[view.byHand.length] = 1;
    this.selected = new Set([view.byHand.length]);
    this.#edit(view, { ...view, points, byHand }, { kind: 'add', points: new Float32Array([y, x]) });
  }

  /** Moves a point in the picture only, while it is dragged. */
  drag(index: number, y: number, x: number): void {
    const view = this.#editable();
    if (!view) return;
    const points = view.points.slice();
    points.set([y, x], 2 * index);
    this.view.set(view.image, { ...view, points });
  }

  moved(index: number): void {
    const view = this.#editable();
    if (!view) return;
    const byHand = view.byHand.slice();
    byHand[index] = 1;
    const to = { y: view.points[2 * index]!, x: view.points[2 * index + 1]! };
    this.#edit(view, { ...view, byHand }, { kind: 'move', index, to });
  }

  /** Moves the selected points by whole pixels, from the keyboard. */
  nudge(dy: number, dx: number): void {
    for (const index of this.selected) {
      const view = this.#editable();
      if (!view) return;
      this.drag(index, view.points[2 * index]! + dy, view.points[2 * index + 1]! + dx);
      this.moved(index);
    }
  }

  deleteSelected(): void {
    const view = this.#editable();
    const indices = [...this.selected].sort((a, b) => a - b);
    if (!view || indices.length === 0) return;
    const kept = Array.from({ length: view.byHand.length }, (_, i) => i).filter((i) => !this.selected.has(i));
    const points = new Float32Array(kept.flatMap((i) => [view.points[2 * i]!, view.points[2 * i + 1]!]));
    const byHand = new Uint8Array(kept.map((i) => view.byHand[i]!));
    this.selected = new Set();
    this.#edit(view, { ...view, points, byHand }, { kind: 'delete', indices });
  }

  select(index: number, add: boolean): void {
    if (!add) this.selected = new Set([index]);
    else if (this.selected.has(index)) this.selected = new Set([...this.selected].filter((i) => i !== index));
    else this.selected = new Set([...this.selected, index]);
  }

  /** Selects the next point, for the keyboard. */
  selectNext(by: number): { y: number; x: number } | null {
    const view = this.#editable();
    const count = view?.byHand.length ?? 0;
    if (!view || count === 0) return null;
    const at = this.selected.size === 0 ? (by > 0 ? -1 : 0) : [...this.selected].at(-1)!;
    const index = (at + by + count) % count;
    this.selected = new Set([index]);
    return { y: view.points[2 * index]!, x: view.points[2 * index + 1]! };
  }

  /** The point nearest to a position, if within reach. */
  nearest(y: number, x: number, reach: number): number | null {
    const points = this.#editable()?.points;
    if (!points) return null;
    let best: number | null = null;
    let bestDistance = reach;
    for (let i = 0; i < points.length / 2; i++) {
      const distance = Math.hypot(points[2 * i]! - y, points[2 * i + 1]! - x);
      if (distance >= bestDistance) continue;
      best = i;
      bestDistance = distance;
    }
    return best;
  }

  /** Once every edit so far has been answered. */
  edited(): Promise<unknown> {
    return this.#edits;
  }

  #editable(): LocationsView | null {
    return this.view.of(this.#project.currentId);
  }

  /** Shows the edit at once; edits reach the host one after the other, each with the count it was made on. */
  #edit(before: LocationsView, after: LocationsView, edit: LocationEdit): void {
    const { image } = before;
    const origin = 'edited';
    this.view.set(image, { ...after, origin });
    this.#project.patchMarks(image, { locations: origin, locationCount: after.byHand.length });
    const count = before.byHand.length;
    this.#edits = this.#edits.then(() =>
      this.#project.studio.attempt(async () => {
        try {
          const view = await this.#project.ask('locations.edit', { image, count, edit });
          // Later edits are in the picture already; only the last answer is the whole truth.
          if (this.view.of(image)?.byHand.length === view.byHand.length) this.view.set(image, view);
        } catch (thrown) {
          this.readAgain(image);
          throw thrown;
        }
      }),
    );
  }
}
