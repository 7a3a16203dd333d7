import { itemAt, numberAt } from '../../src-main/contract/elements.ts';
import { applyLocationEdit, pointIds, pointOrigin } from '../../src-main/contract/apply-location-edit.ts';
import type { ImageId } from '../../src-main/contract/fields.ts';
import type {
  LocationEdit,
  LocationSettings,
  LocationsPreview,
  LocationsView,
} from '../../src-main/contract/requests/location-requests.ts';
import { BatchWork } from './batch-work.svelte.ts';
import { EditedView } from './edited-view.svelte.ts';
import { Latest } from './latest.ts';
import type { Edit } from './pending-edits.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/** Unsaved settings, and the points that they find. */
interface SettingsTrial {
  image: ImageId;
  settings: LocationSettings;
  preview: LocationsPreview | null;
  /** The saved settings, then those after each change, for undo. */
  past: readonly LocationSettings[];
}

/** The Points stage: one point per cell, found by difference of Gaussians, corrected by hand. */
export class LocationsState {
  readonly #project: ProjectAccess;
  settings = $state.raw<LocationSettings>() as LocationSettings;
  readonly view: EditedView<'locations'>;
  trial = $state.raw<SettingsTrial | null>(null);
  /** Unsaved settings of an image that was left. The person is asked what to do with them. */
  left = $state.raw<Pick<SettingsTrial, 'image' | 'settings'> | null>(null);
  #selected = $state.raw<ReadonlySet<string>>(new Set());
  #kept: { image: ImageId; points: readonly string[] } | null = null;
  #dragged: LocationEdit | null = null;
  keepByHand = $state(true);
  readonly finding = new BatchWork();
  readonly #previews = new Latest();

  constructor(project: ProjectAccess, settings: LocationSettings) {
    this.#project = project;
    this.settings = settings;
    this.view = new EditedView('locations', project.edits, (image, signal) =>
      project.ask('locations.read', { image }, { signal }),
    );
  }

  /** The ids of the selected points, in the order of their selection. A removed point is not selected. */
  readonly selected = $derived.by((): ReadonlySet<string> => {
    const ids = new Set(this.#editable()?.ids);
    return new Set([...this.#selected].filter((id) => ids.has(id)));
  });

  readonly done = $derived.by(
    () => this.#project.working.filter(({ marks }) => marks.locations !== 'missing').length,
  );

  /** Points to select at the next visit of an image. */
  bringBack(image: ImageId, points: readonly string[]): void {
    this.#kept = { image, points };
  }

  visit(image: ImageId): void {
    this.leave();
    this.#selected = new Set(this.#kept?.image === image ? this.#kept.points : []);
    this.#kept = null;
    this.readAgain(image);
  }

  readAgain(image: ImageId): void {
    if (this.#project.currentId !== image) return;
    void this.view.load(image);
  }

  /** The settings of this image: unsaved ones, its own, or those of the project. */
  settingsOf(image: ImageId): LocationSettings {
    if (this.trial?.image === image) return this.trial.settings;
    return this.view.of(image)?.settings ?? this.settings;
  }

  /** Previews other settings: coarse while a slider moves, full after its release. */
  try(image: ImageId, settings: LocationSettings, coarse: boolean): void {
    this.unselect();
    const before = this.trial?.image === image ? this.trial : null;
    const past = before?.past ?? [this.settingsOf(image)];
    this.trial = { image, settings, preview: before?.preview ?? null, past };
    if (!coarse && !isSame(past.at(-1)!, settings)) this.trial = { ...this.trial, past: [...past, settings] };
    this.#preview(image, settings, coarse);
  }

  /**
   * Undoes the last unsaved change of settings. Without one left, the trial ends.
   * @returns false without a trial
   */
  undoTrial(): boolean {
    const { trial } = this;
    if (trial === null || trial.image !== this.#project.currentId) return false;
    const past = trial.past.slice(0, -1);
    const settings = past.at(-1);
    this.trial = settings === undefined || past.length === 1 ? null : { ...trial, settings, past };
    if (this.trial) this.#preview(trial.image, this.trial.settings, false);
    return true;
  }

  dropTrial(): void {
    this.trial = null;
  }

  /** The person leaves the image or the stage. Unsaved settings are neither saved nor lost without asking. */
  leave(): void {
    const { trial } = this;
    this.trial = null;
    if (trial !== null && !isSame(itemAt(trial.past, 0), trial.settings)) this.left = trial;
  }

  /** Ends the question about unsaved settings. */
  async settleLeft(apply: boolean): Promise<void> {
    const { left } = this;
    this.left = null;
    if (left !== null && apply) await this.#find([left.image], left.settings, 'images');
  }

  #preview(image: ImageId, settings: LocationSettings, coarse: boolean): void {
    this.#previews.run(async () => {
      const preview = await this.#project.studio.attempt(() =>
        this.#project.ask('locations.preview', { image, settings, coarse }),
      );
      if (preview && this.trial?.image === image) this.trial = { ...this.trial, preview };
    });
  }

  /** Finds locations with the current settings: in one image, which then has its own settings, or in all. */
  async find(scope: 'images' | 'project'): Promise<void> {
    const current = this.#project.currentId;
    if (!current) return;
    // The image on the screen comes first.
    const images = scope === 'images' ? [current] : this.#project.workingFromHere.map(({ id }) => id);
    await this.#find(images, this.settingsOf(current), scope);
  }

  async #find(images: ImageId[], settings: LocationSettings, scope: 'images' | 'project'): Promise<void> {
    const { keepByHand } = this;
    const answer = await this.#project.studio.attempt(() =>
      this.finding.run(images.length, (options) =>
        this.#project.edits.askOnce('locations.find', { images, settings, scope, keepByHand }, options),
      ),
    );
    if (!answer) return;
    if (scope === 'project') this.settings = settings;
    if (scope === 'project' || images.includes(this.trial?.image ?? '')) this.trial = null;
    for (const failure of answer.failures) this.#project.studio.report(failure);
    const { currentId } = this.#project;
    if (currentId !== null) this.readAgain(currentId);
  }

  async useProjectSettings(): Promise<void> {
    const image = this.#project.currentId;
    if (!image) return;
    await this.#project.edits.make({
      name: 'locations.useProjectSettings',
      image,
      params: { keepByHand: this.keepByHand },
      ...this.#replacing(image),
    }).settled;
  }

  async importFile(path: string, format: 'csv' | 'labels'): Promise<void> {
    const image = this.#project.currentId;
    if (!image) return;
    const params = { path, format };
    await this.#project.edits.make({ name: 'locations.import', image, params, ...this.#replacing(image) })
      .settled;
  }

  add(y: number, x: number): void {
    const view = this.#editable();
    if (!view) return;
    const id = this.#edit(view.image, { kind: 'add', points: Float32Array.of(y, x) });
    this.#selected = new Set(pointIds(pointOrigin(id), 1));
  }

  /** Shows a point elsewhere while it is dragged. Nothing is sent before {@link drop}. */
  drag(id: string, y: number, x: number): void {
    const image = this.#project.currentId;
    if (image === null) return;
    const change: LocationEdit = { kind: 'move', ids: [id], to: Float32Array.of(y, x) };
    this.#dragged = change;
    this.view.draft = { image, apply: (view) => edited(view, change, '') };
  }

  /** Ends a drag: the point is moved to where it was dragged last. */
  drop(): void {
    const { draft } = this.view;
    const change = this.#dragged;
    this.view.draft = null;
    this.#dragged = null;
    if (draft && change) this.#edit(draft.image, change);
  }

  /** Moves the selected points by whole pixels, from the keyboard. */
  nudge(dy: number, dx: number): void {
    const view = this.#editable();
    const ids = [...this.selected];
    if (!view || ids.length === 0) return;
    const to = ids.flatMap((id) => {
      const index = view.ids.indexOf(id);
      return [numberAt(view.points, 2 * index) + dy, numberAt(view.points, 2 * index + 1) + dx];
    });
    this.#edit(view.image, { kind: 'move', ids, to: Float32Array.from(to) });
  }

  deleteSelected(): void {
    const view = this.#editable();
    const ids = [...this.selected];
    if (view && ids.length > 0) this.#edit(view.image, { kind: 'delete', ids });
  }

  unselect(): void {
    this.#selected = new Set();
  }

  /** @param add whether the other points stay selected; a selected point is then unselected */
  select(id: string, add: boolean): void {
    if (!add) this.#selected = new Set([id]);
    else if (this.selected.has(id))
      this.#selected = new Set([...this.selected].filter((other) => other !== id));
    else this.#selected = new Set([...this.selected, id]);
  }

  /** Selects the next point, for the keyboard. @returns where it is */
  selectNext(by: number): { y: number; x: number } | null {
    const view = this.#editable();
    if (!view || view.ids.length === 0) return null;
    const count = view.ids.length;
    const last = [...this.selected].at(-1);
    const at = last === undefined ? (by > 0 ? -1 : 0) : view.ids.indexOf(last);
    const index = (at + by + count) % count;
    this.#selected = new Set([itemAt(view.ids, index)]);
    return { y: numberAt(view.points, 2 * index), x: numberAt(view.points, 2 * index + 1) };
  }

  /** The id of the point nearest to a position; null if none is within reach. */
  nearest(y: number, x: number, reach: number): string | null {
    const view = this.#editable();
    if (!view) return null;
    let best: string | null = null;
    let bestDistance = reach;
    for (const [i, id] of view.ids.entries()) {
      const distance = Math.hypot(numberAt(view.points, 2 * i) - y, numberAt(view.points, 2 * i + 1) - x);
      if (distance >= bestDistance) continue;
      best = id;
      bestDistance = distance;
    }
    return best;
  }

  #editable(): LocationsView | null {
    return this.view.of(this.#project.currentId);
  }

  /** @returns the id of the edit */
  #edit(image: ImageId, change: LocationEdit): string {
    const more =
      change.kind === 'add' ? change.points.length / 2 : change.kind === 'delete' ? -change.ids.length : 0;
    const { id } = this.#project.edits.make({
      name: 'locations.edit',
      image,
      params: { change },
      part: 'locations',
      apply: (view, editId) => edited(view, change, editId),
      marks: ({ locationCount }) => ({ locations: 'edited', locationCount: locationCount + more }),
      answered: (view) => this.view.confirm(image, view),
      refused: () => this.readAgain(image),
    });
    return id;
  }

  /** The end of an edit that gives an image other points. It clears the selection and unsaved settings. */
  #replacing(image: ImageId): Pick<Edit<'locations.import', 'locations'>, 'part' | 'answered' | 'refused'> {
    return {
      part: 'locations',
      answered: (view) => {
        this.unselect();
        this.trial = null;
        this.view.confirm(image, view);
      },
      refused: () => this.readAgain(image),
    };
  }
}

function isSame(one: LocationSettings, other: LocationSettings): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function edited(view: LocationsView, change: LocationEdit, editId: string): LocationsView {
  return { ...view, ...applyLocationEdit(view, change, editId), origin: 'edited' };
}
