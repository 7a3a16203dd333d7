import type { ImageId } from '../../src-main/contract/fields.ts';
import { isBelowScore } from '../../src-main/contract/is-below-score.ts';
import type { ReviewSettings } from '../../src-main/contract/project.ts';
import type { ReviewMark, ReviewView } from '../../src-main/contract/requests/review.ts';
import { ContourIndex } from '../viewer/contour-index.ts';
import type { Box } from '../viewer/contour-index.ts';
import { debounce } from './debounce.ts';
import { Loaded } from './loaded.svelte.ts';
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
  /** Judged by nobody, and below the score that is asked for. */
  belowScore: number;
}

/** Contours as triage: worst first, one key each. */
export class ReviewState {
  readonly #project: ProjectAccess;
  readonly view = new Loaded<ReviewView | null>();
  /** Kept with the project: what is shown is what is exported. */
  settings = $state.raw<ReviewSettings>({ minScore: 0 });
  /** The cell that is selected, as an index. */
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
  }

  readonly shown = $derived.by(() => this.view.of(this.#project.currentId));
  readonly index = $derived(this.shown ? new ContourIndex(this.shown.contours) : null);

  /** The cells to go through: worst first, without those deleted or below the score. */
  readonly order = $derived.by(() => {
    const view = this.shown;
    if (!view) return [];
    return [...view.order].filter(
      (cell) => view.marks[cell] !== 3 && !isBelowScore(view.marks[cell]!, view.scores[cell]!, this.settings),
    );
  });

  readonly counts = $derived.by(() => {
    const counts: ShownCounts = { unseen: 0, accepted: 0, rejected: 0, deleted: 0, belowScore: 0 };
    const view = this.shown;
    for (const [cell, mark] of view?.marks.entries() ?? []) {
      if (isBelowScore(mark, view!.scores[cell]!, this.settings)) counts.belowScore++;
      else counts[marksInOrder[mark]!]++;
    }
    return counts;
  });

  /** Where a project may only be read, for this window and as long as it is open. */
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
    void this.view.load(image, (signal) => this.#project.ask('review.read', { image }, { signal }));
  }

  /** Where a cell lies, image px. */
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

  /** Marks the selected cell and goes on to the next in the list. Pressing the same key again takes the mark back. */
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
    const marks = view.marks.slice();
    for (const cell of cells) marks[cell] = marksInOrder.indexOf(mark);
    this.view.set(image, { ...view, marks });
    void this.#project.studio.attempt(async () => {
      try {
        const { accepted, rejected, deleted } = await this.#project.ask('review.mark', {
          image,
          cells: [...cells],
          mark,
        });
        this.#project.patchMarks(image, { accepted, rejected: rejected + deleted });
      } catch (thrown) {
        this.readAgain(image);
        throw thrown;
      }
    });
  }

  /** Accepts every cell nobody has looked at, from the score that is asked for. */
  acceptRest(): void {
    const view = this.shown;
    if (view)
      this.mark(
        this.order.filter((cell) => view.marks[cell] === 0),
        'accepted',
      );
  }
}
