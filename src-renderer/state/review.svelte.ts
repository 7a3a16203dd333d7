import type { ImageId } from '../../src-main/contract/fields.ts';
import { isBelowScore, usualMinScore } from '../../src-main/contract/is-below-score.ts';
import type { ReviewSettings } from '../../src-main/contract/project.ts';
import type { PredictionId, ReviewMark, ReviewView } from '../../src-main/contract/requests/review.ts';
import { ContourIndex } from '../viewer/contour-index.ts';
import type { Box } from '../viewer/contour-index.ts';
import { debounce } from './debounce.ts';
import { EditedView } from './edited-view.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/** In the order of the bytes of {@link ReviewView.marks}. */
export const marksInOrder = [
  'unseen',
  'accepted',
  'rejected',
  'deleted',
] as const satisfies readonly ReviewMark[];

export interface ShownCounts {
  unseen: number;
  accepted: number;
  rejected: number;
  deleted: number;
  /** Unseen and below the minimum score. */
  belowScore: number;
}

/** The found cells, worst first, one key per judgement. */
export class ReviewState {
  readonly #project: ProjectAccess;
  readonly view: EditedView<'review'>;
  /** Kept with the project. The cells shown are the cells exported. */
  settings = $state.raw<ReviewSettings>({ minScore: null });
  /** The index of the selected cell. */
  selected = $state<number | null>(null);

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
  }

  readonly shown = $derived.by(() => this.view.of(this.#project.currentId));
  /** The minimum score in use: as set, otherwise that of the model that found the cells. */
  readonly minScore = $derived(this.settings.minScore ?? this.shown?.modelMinScore ?? usualMinScore);
  readonly index = $derived(this.shown ? new ContourIndex(this.shown.contours) : null);

  /** The cells to judge, worst first, without those deleted or below the score. */
  readonly order = $derived.by(() => {
    const view = this.shown;
    if (!view) return [];
    return [...view.order].filter(
      (cell) => view.marks[cell] !== 3 && !isBelowScore(view.marks[cell]!, view.scores[cell]!, this.minScore),
    );
  });

  readonly counts = $derived.by(() => {
    const counts: ShownCounts = { unseen: 0, accepted: 0, rejected: 0, deleted: 0, belowScore: 0 };
    const view = this.shown;
    for (const [cell, mark] of view?.marks.entries() ?? []) {
      if (isBelowScore(mark, view!.scores[cell]!, this.minScore)) counts.belowScore++;
      else counts[marksInOrder[mark]!]++;
    }
    return counts;
  });

  /** Where the project is read-only, the settings are not saved and hold while it is open. */
  changeSettings(settings: ReviewSettings): void {
    this.settings = settings;
    if (!this.#project.readOnly) this.#save();
  }

  flush(): void {
    this.#save.flush();
  }

  visit(image: ImageId): void {
    this.selected = null;
    this.readAgain(image);
  }

  readAgain(image: ImageId): void {
    if (this.#project.currentId !== image) return;
    void this.view.load(image);
  }

  /** The box around a cell, image px. */
  box(cell: number): Box | null {
    return this.index?.box(cell + 1) ?? null;
  }

  cellAt(y: number, x: number): number | null {
    const label = this.index?.labelAt(y, x) ?? null;
    if (label === null) return null;
    return this.order.includes(label - 1) ? label - 1 : null;
  }

  /** The next cell of the list in this direction; the first or last one stays. */
  step(by: number): number | null {
    if (this.order.length === 0) return null;
    const at = this.selected === null ? -1 : this.order.indexOf(this.selected);
    const next =
      at < 0 ? (by > 0 ? 0 : this.order.length - 1) : Math.min(Math.max(at + by, 0), this.order.length - 1);
    this.selected = this.order[next]!;
    return this.selected;
  }

  /** Marks the selected cell and selects the next in the list. The same mark again removes it. */
  markSelected(mark: Exclude<ReviewMark, 'unseen'>): number | null {
    const cell = this.selected;
    const view = this.shown;
    if (cell === null || !view) return null;
    const at = this.order.indexOf(cell);
    const same = marksInOrder[view.marks[cell]!] === mark;
    this.mark([cell], same ? 'unseen' : mark);
    if (same) return cell;
    // A deleted cell leaves the list: the next one takes its place.
    const next = mark === 'deleted' ? at : at + 1;
    this.selected = this.order[Math.min(next, this.order.length - 1)] ?? null;
    return this.selected;
  }

  mark(cells: readonly number[], mark: ReviewMark): void {
    const view = this.shown;
    if (!view || cells.length === 0) return;
    const { image } = view;
    const prediction = predictionOf(view);
    this.#project.edits.make({
      name: 'review.mark',
      image,
      params: { prediction, cells: [...cells], mark },
      part: 'review',
      apply: (before) => (isOf(before, prediction) ? marked(before, cells, mark) : before),
      answered: ({ prediction: of, marks, revision }) => {
        const confirmed = this.view.confirmed(image);
        if (confirmed && isOf(confirmed, of))
          this.view.confirm(image, { ...confirmed, marks: answeredMarks(marks, confirmed), revision });
        else this.readAgain(image);
      },
      refused: () => this.readAgain(image),
    });
  }

  /** Accepts every cell in the list that has no mark yet. */
  acceptRest(): void {
    const view = this.shown;
    if (view)
      this.mark(
        this.order.filter((cell) => view.marks[cell] === 0),
        'accepted',
      );
  }
}

function predictionOf({ model, madeBy }: ReviewView): PredictionId {
  return { model, madeAt: madeBy.at };
}

function isOf(view: ReviewView, { model, madeAt }: PredictionId): boolean {
  return view.model === model && view.madeBy.at === madeAt;
}

function marked(view: ReviewView, cells: readonly number[], mark: ReviewMark): ReviewView {
  const marks = view.marks.slice();
  for (const cell of cells) marks[cell] = marksInOrder.indexOf(mark);
  return { ...view, marks };
}

/**
 * The answered marks of the cells that are there. A cell that a person removed from the label image stays as
 * shown.
 */
function answeredMarks(marks: Uint8Array, { marks: shown, order }: ReviewView): Uint8Array {
  const all = shown.slice();
  for (const cell of order) all[cell] = marks[cell] ?? 0;
  return all;
}
