import { itemAt, numberAt } from '../../src-main/contract/elements.ts';
import type { Box } from '../../src-main/contract/pixels.ts';
import type { ImageId, Position } from '../../src-main/contract/fields.ts';
import { isBelowScore, usualMinScore } from '../../src-main/contract/is-below-score.ts';
import type { ReviewSettings } from '../../src-main/contract/project-files.ts';
import type {
  ReviewCells,
  ReviewPatch,
  ReviewView,
} from '../../src-main/contract/requests/review-requests.ts';
import { cellStates } from '../../src-main/contract/review-document.ts';
import type {
  CellEdit,
  CellState,
  Judgement,
  PredictionId,
} from '../../src-main/contract/review-document.ts';
import { ContourIndex } from '../viewer/contour-index.ts';
import { applyReviewPatch } from './apply-review-patch.ts';
import { CellTools } from './cell-tools.svelte.ts';
import type { EditInHand } from './cell-tools.svelte.ts';
import { debounce } from './debounce.ts';
import type { EditParams } from './pending-edits.svelte.ts';
import { EditedView } from './edited-view.svelte.ts';
import { previewCellEdit, withCells } from './preview-cell-edit.ts';
import { previewJudgement } from './preview-judgement.ts';
import type { ProjectAccess } from './project-access.ts';

export interface ShownCounts extends Record<CellState, number> {
  /** Found and below the minimum score. */
  belowScore: number;
}

/** The Review stage: the cells of the image, worst first, one key per judgement. Cells have ids. */
export class ReviewState {
  readonly #project: ProjectAccess;
  readonly view: EditedView<'review'>;
  /** Kept with the project. The cells shown are the cells exported. */
  settings = $state.raw<ReviewSettings>({ minScore: null });
  /** Whether cells below the minimum score are drawn, as faint outlines. */
  showsHidden = $state(false);
  /** The image that J or K has moved to, and which of its cells. */
  arriving = $state.raw<{ image: ImageId; at: 'first' | 'last' } | null>(null);
  /** The selected cells by id. */
  #selection = $state.raw<ReadonlySet<number>>(new Set());
  /** The selected cell that was selected last. */
  #selected = $state<number | null>(null);
  #kept: { image: ImageId; cells: readonly number[] } | null = null;
  readonly tools: CellTools;

  /** The revisions before and after own edits, with no other edit in between. */
  readonly #followed = new Map<ImageId, Map<number, number>>();

  readonly #save = debounce(() => {
    const { studio, id } = this.#project;
    void studio.attempt(() =>
      studio.client.request('review.saveSettings', { project: id, settings: this.settings }),
    );
  }, 400);

  constructor(project: ProjectAccess, settings: ReviewSettings) {
    this.#project = project;
    this.settings = settings;
    this.view = new EditedView('review', project.edits, (image, signal) =>
      project.ask('review.read', { image }, { signal }),
    );
    this.tools = new CellTools(project, (change) => this.edit(change));
  }

  /** The id of the selected cell; of several, the one that was selected last. */
  get selected(): number | null {
    return this.#selected;
  }

  /** The selected cells that exist, by id. */
  readonly selection = $derived(new Set([...this.#selection].filter((id) => this.indexOf.has(id))));

  /** Selects one cell, or none. */
  select(id: number | null): void {
    this.#selected = id;
    this.#selection = new Set(id === null ? [] : [id]);
  }

  /** Selects these cells. */
  selectAll(ids: readonly number[]): void {
    this.#selection = new Set(ids);
    this.#selected = ids.at(-1) ?? null;
  }

  /** Adds a cell to the selection, or removes it. */
  toggle(id: number): void {
    const rest = new Set(this.#selection);
    if (!rest.delete(id)) rest.add(id);
    this.selectAll([...rest]);
  }

  /** Selects all cells of the list between the one that was selected last and this one. */
  selectTo(id: number): void {
    const from = this.#selected === null ? -1 : this.order.indexOf(this.#selected);
    const to = this.order.indexOf(id);
    const range = from < 0 ? [id] : this.order.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.selectAll([...new Set([...this.#selection, ...range, id])]);
    this.#selected = id;
  }

  /** The cells of the list whose boxes are inside a box, image px. */
  within({ top, left, bottom, right }: Box): number[] {
    return this.order.filter((id) => {
      const box = this.box(id);
      return box && box.top >= top && box.left >= left && box.bottom <= bottom && box.right <= right;
    });
  }

  fillHoles(): void {
    if (this.selection.size > 0) void this.edit({ kind: 'fillHoles', ids: [...this.selection] });
  }

  smooth(): void {
    if (this.selection.size > 0) void this.edit({ kind: 'smooth', ids: [...this.selection] });
  }

  /** @returns false if there are no two cells to merge */
  mergeSelected(): boolean {
    if (this.selection.size < 2) return false;
    void this.edit({ kind: 'merge', ids: [...this.selection] });
    return true;
  }

  readonly shown = $derived.by(() => this.view.of(this.#project.currentId));
  /** The minimum score in use: as set, otherwise that of the model that found the cells. */
  readonly minScore = $derived(this.settings.minScore ?? this.shown?.modelMinScore ?? usualMinScore);
  readonly index = $derived(this.shown ? ContourIndex.of(this.shown.contours) : null);

  /** The index of each cell in the arrays of the view, by id. */
  readonly indexOf = $derived(new Map([...(this.shown?.ids ?? [])].map((id, i) => [id, i])));

  /** The ids of the cells to judge, worst first, without those that are not shown. */
  readonly order = $derived.by(() => {
    const view = this.shown;
    return view
      ? [...view.order].filter((i) => !this.isHidden(view, i)).map((i) => numberAt(view.ids, i))
      : [];
  });

  /** Whether a cell of a view is not in the list: below the minimum score, or rejected and not shown. */
  isHidden({ states, scores }: Pick<ReviewView, 'states' | 'scores'>, i: number): boolean {
    if (isBelowScore(numberAt(states, i), numberAt(scores, i), this.minScore)) return true;
    return !this.tools.rejectedShown && cellStates[numberAt(states, i)] === 'rejected';
  }

  readonly counts = $derived.by(() => {
    const counts: ShownCounts = { found: 0, accepted: 0, rejected: 0, edited: 0, added: 0, belowScore: 0 };
    const view = this.shown;
    for (const [i, state] of view?.states.entries() ?? []) {
      if (isBelowScore(state, numberAt(view!.scores, i), this.minScore)) counts.belowScore++;
      else counts[itemAt(cellStates, state)]++;
    }
    return counts;
  });

  /** In a read-only project, the settings are not saved. They apply while it is open. */
  changeSettings(settings: ReviewSettings): void {
    this.settings = settings;
    if (!this.#project.readOnly) this.#save();
  }

  flush(): void {
    this.#save.flush();
  }

  /** Cells to select at the next visit of an image. */
  bringBack(image: ImageId, cells: readonly number[]): void {
    this.#kept = { image, cells };
  }

  visit(image: ImageId): void {
    this.selectAll(this.#kept?.image === image ? this.#kept.cells : []);
    this.#kept = null;
    if (this.arriving?.image !== image) this.arriving = null;
    this.tools.leave();
    this.#followed.delete(image);
    this.readAgain(image);
  }

  readAgain(image: ImageId): void {
    if (this.#project.currentId !== image) return;
    void this.view.load(image);
  }

  stateOf(id: number): CellState {
    return itemAt(cellStates, this.shown?.states[this.indexOf.get(id) ?? -1] ?? 0);
  }

  /** Whether a cell is hidden because of its score. */
  #isHidden(id: number): boolean {
    const [view, i] = [this.shown, this.indexOf.get(id)];
    return (
      view !== null &&
      i !== undefined &&
      isBelowScore(numberAt(view.states, i), numberAt(view.scores, i), this.minScore)
    );
  }

  /** The box around a cell, image px. */
  box(id: number): Box | null {
    return this.index?.box(id) ?? null;
  }

  /** The point of a cell, image px. */
  pointOf(id: number): Position | null {
    const at = this.indexOf.get(id);
    const points = this.shown?.locations;
    return at === undefined || !points
      ? null
      : { y: numberAt(points, 2 * at), x: numberAt(points, 2 * at + 1) };
  }

  cellAt(y: number, x: number): number | null {
    const id = this.index?.labelAt(y, x) ?? null;
    if (id === null) return null;
    return this.order.includes(id) || (this.showsHidden && this.#isHidden(id)) ? id : null;
  }

  /** The next cell of the list in this direction. After the last one comes the first of the next image. */
  step(by: number): number | null {
    if (this.order.length === 0) return null;
    const isAtEnd = this.selected === this.order.at(by > 0 ? -1 : 0);
    if (isAtEnd && this.#goOn(by)) return null;
    const at = this.selected === null ? -1 : this.order.indexOf(this.selected);
    const next =
      at < 0 ? (by > 0 ? 0 : this.order.length - 1) : Math.min(Math.max(at + by, 0), this.order.length - 1);
    this.select(numberAt(this.order, next));
    return this.#selected;
  }

  /** Shows the next image that has cells. @returns false if there is none */
  #goOn(by: number): boolean {
    const project = this.#project;
    const step = Math.sign(by);
    // In the order of the list of images.
    let distance = step;
    let next = project.neighbour(distance);
    while (next !== null && (next.excluded || next.marks.cells === 0)) {
      distance += step;
      next = project.neighbour(distance);
    }
    if (!next) return false;
    this.arriving = { image: next.id, at: by > 0 ? 'first' : 'last' };
    project.show(next.id);
    return true;
  }

  /** Selects the cell that J or K has moved to, when its image is read. @returns the cell */
  arrive(): number | null {
    const { arriving, shown } = this;
    if (arriving === null || shown?.image !== arriving.image) return null;
    this.arriving = null;
    this.select(this.order.at(arriving.at === 'first' ? 0 : -1) ?? null);
    return this.#selected;
  }

  /**
   * Judges the selected cells. After a single cell, selects the next in the list. The same judgement again
   * takes it back.
   */
  judgeSelected(judgement: Exclude<Judgement, 'found'>): number | null {
    const id = this.#selected;
    if (id === null || !this.indexOf.has(id)) return null;
    const all = [...this.selection];
    const same = all.every((other) => this.stateOf(other) === judgement);
    const at = this.order.indexOf(id);
    this.setState(all, same ? 'found' : judgement);
    if (all.length > 1) return null;
    // A hidden cell is not in the list. Accepted, it is shown.
    if (same || at < 0) return id;
    return this.#select(this.order.includes(id) ? at + 1 : at);
  }

  /**
   * Removes selected cells that a person drew, and rejects the others. After a single one selects the next.
   */
  deleteSelected(): number | null {
    const id = this.#selected;
    if (id === null || !this.indexOf.has(id)) return null;
    const at = this.order.indexOf(id);
    const all = [...this.selection].filter((other) => this.stateOf(other) !== 'rejected');
    const drawn = all.filter((other) => this.stateOf(other) === 'added');
    if (all.length > 0) {
      void this.edit({ kind: 'delete', ids: all }, (view) =>
        withCells(previewJudgement(view, all, 'rejected'), noCells, drawn),
      );
    }
    if (this.selection.size > 1) return null;
    // A removed cell leaves the list, so the next one has its place.
    return this.#select(this.order.includes(id) ? at + 1 : at);
  }

  #select(place: number): number | null {
    this.select(this.order[Math.min(place, this.order.length - 1)] ?? null);
    return this.#selected;
  }

  setState(ids: readonly number[], state: Judgement): void {
    if (ids.length === 0) return;
    void this.#make('review.setState', { ids: [...ids], state }, (view) =>
      previewJudgement(view, ids, state),
    );
  }

  /**
   * Changes the shapes of cells. The page shows the result at once, if it can compute it in time.
   * @param apply shows the result otherwise
   */
  edit(change: CellEdit, apply?: (view: ReviewView) => ReviewView): EditInHand {
    const preview = apply ?? this.#preview(change);
    return {
      isPainted: preview !== null,
      settled: this.#make('review.edit', { change }, preview ?? undefined),
    };
  }

  #preview(change: CellEdit): ((view: ReviewView) => ReviewView) | null {
    const { shown: view, index } = this;
    const image = this.#project.current;
    if (view === null || index === null || image?.id !== view.image) return null;
    const isShown = (i: number): boolean =>
      cellStates[numberAt(view.states, i)] !== 'rejected' &&
      !isBelowScore(numberAt(view.states, i), numberAt(view.scores, i), this.minScore);
    return previewCellEdit({ height: image.height, width: image.width, view, index, isShown }, change);
  }

  setAllChecked(allChecked: boolean): void {
    void this.#make('review.setAllChecked', { allChecked }, (view) => ({ ...view, allChecked }));
  }

  /** Accepts every cell in the list that nobody has judged yet. */
  acceptRest(): void {
    this.setState(
      this.order.filter((id) => this.stateOf(id) === 'found'),
      'accepted',
    );
  }

  #make<Name extends 'review.setState' | 'review.edit' | 'review.setAllChecked'>(
    name: Name,
    params: Omit<EditParams<Name>, 'prediction' | 'revision'>,
    apply: (view: ReviewView) => ReviewView = (view) => view,
  ): Promise<void> {
    const view = this.shown;
    if (!view) return Promise.resolve();
    const { image, prediction, revision } = view;
    return this.#project.edits.make({
      name,
      image,
      params: () => {
        const lookedAt = { prediction, revision: this.#latest(image, revision) };
        return { ...params, ...lookedAt } as unknown as EditParams<Name>;
      },
      part: 'review',
      apply: (before) => (isOf(before, prediction) ? apply(before) : before),
      answered: (answer) => this.#take(answer as ReviewPatch),
      refused: () => this.readAgain(image),
    }).settled;
  }

  /** The revision after own edits of the one that the person saw. */
  #latest(image: ImageId, revision: number): number {
    const followed = this.#followed.get(image);
    let latest = revision;
    for (let next = followed?.get(latest); next !== undefined; next = followed?.get(latest)) latest = next;
    return latest;
  }

  #take(patch: ReviewPatch): void {
    const { image, since, revision } = patch;
    if (revision === since + 1) {
      const followed = this.#followed.get(image) ?? new Map<number, number>();
      this.#followed.set(image, followed.set(since, revision));
    }
    const confirmed = this.view.confirmed(image);
    if (confirmed?.revision === since) this.view.confirm(image, applyReviewPatch(confirmed, patch));
    else this.readAgain(image);
  }
}

function isOf({ prediction }: ReviewView, other: PredictionId | null): boolean {
  return prediction?.model === other?.model && prediction?.madeAt === other?.madeAt;
}

const noCells: ReviewCells = {
  ids: new Uint32Array(),
  states: new Uint8Array(),
  scores: new Float32Array(),
  areasPx: new Float32Array(),
  locations: new Float32Array(),
  contours: { points: new Float32Array(), ringStarts: Uint32Array.of(0), ringLabels: new Uint32Array() },
};
