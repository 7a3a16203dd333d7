import type { ImageId } from '../../src-main/contract/fields.ts';
import type { PromptAnswer } from '../../src-main/contract/requests/review-requests.ts';
import type { CellEdit } from '../../src-main/contract/review-document.ts';
import type { StrokeOverlay } from '../viewer/scene.ts';
import { Latest } from './latest.ts';
import type { ProjectAccess } from './project-access.ts';

type CellAnswer = Extract<PromptAnswer, { kind: 'cell' }>;

export type CellToolName = 'select' | 'brush' | 'eraser' | 'redraw' | 'lasso' | 'cut' | 'merge' | 'prompt';

const brushSteps = { factor: 1.25, least: 1, most: 200 };

/** The last edit of the cells. */
export interface EditInHand {
  /** Whether the page shows its result already. */
  isPainted: boolean;
  /** Resolves once the host has answered or refused. */
  settled: Promise<void>;
}
export type EditCells = (change: CellEdit) => EditInHand;

/** The tools of Review, and the current stroke. */
export class CellTools {
  readonly #project: ProjectAccess;
  readonly #edit: EditCells;
  name = $state<CellToolName>('select');
  brushRadiusPx = $state(6);
  /** Whether rejected cells are shown. */
  rejectedShown = $state(true);
  /** The stroke under the pointer. */
  drawing = $state.raw<StrokeOverlay | null>(null);
  /** Strokes that the host has not answered yet. */
  #unanswered = $state.raw<readonly { image: ImageId; stroke: StrokeOverlay }[]>([]);
  /** The model's outline at the pointer. */
  #answer = $state.raw<{ image: ImageId; answer: PromptAnswer } | null>(null);
  /** The cell whose point is dragged, and where the point is. */
  moved = $state.raw<{ id: number; y: number; x: number } | null>(null);
  /** The first point of a split. */
  splitAt = $state.raw<{ id: number; y: number; x: number } | null>(null);
  readonly #questions = new Latest();
  #asked: AbortController | null = null;
  /** Clicks and drops that wait for their outlines, one after the other. */
  #decisions = Promise.resolve();
  #deciding = $state(0);

  constructor(project: ProjectAccess, edit: EditCells) {
    this.#project = project;
    this.#edit = edit;
  }

  take(name: CellToolName): void {
    this.name = this.name === name ? 'select' : name;
    this.leave();
  }

  /** Drops an unfinished stroke, for another image or another tool. */
  leave(): void {
    this.drawing = null;
    this.splitAt = null;
    this.moved = null;
    this.#forget();
  }

  resizeBrush(larger: boolean): void {
    const { factor, least, most } = brushSteps;
    const next = larger
      ? Math.max(this.brushRadiusPx + 0.5, this.brushRadiusPx * factor)
      : Math.min(this.brushRadiusPx - 0.5, this.brushRadiusPx / factor);
    this.brushRadiusPx = Math.min(most, Math.max(least, Math.round(2 * next) / 2));
  }

  /** All strokes to show over this image. */
  strokes(image: ImageId): StrokeOverlay[] {
    const unanswered = this.#unanswered.filter((other) => other.image === image).map(({ stroke }) => stroke);
    return this.drawing === null ? unanswered : [...unanswered, this.drawing];
  }

  /** The outline that a click would add to this image. */
  outline(image: ImageId): CellAnswer | null {
    const answer = this.#answer?.image === image ? this.#answer.answer : null;
    return answer?.kind === 'cell' ? answer : null;
  }

  /** Whether a click or a drop waits for its outline. */
  get deciding(): boolean {
    return this.#deciding > 0;
  }

  /** Why there is no outline; null if there is one, or if none was requested. */
  get obstacle(): string | null {
    const answer = this.#answer?.answer;
    if (answer?.kind === 'busy')
      return `The model is in use: ${answer.work}. Outlines come when that has ended.`;
    return answer?.kind === 'nothing' ? 'The model sees no cell here.' : null;
  }

  /** Makes an edit. The stroke stays until its result is shown. */
  async edit(change: CellEdit, stroke: StrokeOverlay | null = null): Promise<void> {
    const image = this.#project.currentId;
    if (image === null) return;
    const { isPainted, settled } = this.#edit(change);
    const shown = stroke !== null && !isPainted && { image, stroke };
    if (shown) this.#unanswered = [...this.#unanswered, shown];
    await settled;
    if (shown) this.#unanswered = this.#unanswered.filter((other) => other !== shown);
  }

  /**
   * Asks the model for the cell at a place under the pointer. Of the waiting places, only the newest is
   * requested, and none while a click waits for its outline.
   */
  ask(image: ImageId, y: number, x: number): void {
    if (!this.deciding) this.#ask(image, y, x);
  }

  #ask(image: ImageId, y: number, x: number): void {
    this.#questions.run(async () => {
      if (this.name !== 'prompt' || this.#project.currentId !== image) return;
      const { signal } = (this.#asked = new AbortController());
      const answer = await this.#project.studio.attempt(() =>
        this.#project.ask('review.prompt', { image, at: { y, x } }, { signal }),
      );
      if (answer && !signal.aborted) this.#answer = { image, answer };
    });
  }

  /** Adds the cell that the model outlines at a place. */
  addAt(image: ImageId, y: number, x: number): Promise<void> {
    return this.#decide(image, y, x, (cell) => ({ kind: 'addMask', ...cell, source: 'prompt' }));
  }

  /** Moves the point of a cell while it is dragged, and asks for the outline there. */
  dragPoint(image: ImageId, id: number, y: number, x: number): void {
    this.moved = { id, y, x };
    this.ask(image, y, x);
  }

  /** Gives the cell whose point was dragged the outline that the model draws there. */
  async dropPoint(image: ImageId, push: boolean): Promise<void> {
    const { moved } = this;
    if (moved === null) return;
    const { id, y, x } = moved;
    await this.#decide(image, y, x, (cell) => ({ kind: 'outlineAgain', id, ...cell, push }));
    if (this.moved === moved) this.moved = null;
  }

  /** Makes an edit of the cell at a place, once the model has outlined it. The pointer may have moved on. */
  #decide(
    image: ImageId,
    y: number,
    x: number,
    editOf: (cell: Pick<CellAnswer, 'mask' | 'location' | 'score'>) => CellEdit,
  ): Promise<void> {
    const isThere = () => {
      const at = this.outline(image)?.location;
      return at !== undefined && Math.hypot(at.y - y, at.x - x) <= 0.5;
    };
    const decide = async (): Promise<void> => {
      if (!isThere()) {
        this.#ask(image, y, x);
        await this.#questions.idle();
      }
      const cell = isThere() ? this.outline(image) : null;
      if (cell === null) return;
      const { mask, location, score } = cell;
      await this.edit(editOf({ mask, location, score }));
      this.#forget();
    };
    this.#deciding++;
    this.#decisions = this.#decisions.then(decide).finally(() => this.#deciding--);
    return this.#decisions;
  }

  /** Drops the outline, because the pointer left. A click that waits for its outline still gets it. */
  forgetOutline(): void {
    if (!this.deciding) this.#forget();
  }

  #forget(): void {
    this.#asked?.abort();
    this.#answer = null;
  }
}
