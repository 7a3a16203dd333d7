import type { ImageId } from '../../src-main/contract/fields.ts';
import type { PromptAnswer } from '../../src-main/contract/requests/review.ts';
import type { CellEdit } from '../../src-main/contract/review-document.ts';
import type { StrokeOverlay } from '../viewer/scene.ts';
import { Latest } from './latest.ts';
import type { ProjectAccess } from './project-access.ts';

export type CellToolName = 'select' | 'brush' | 'eraser' | 'redraw' | 'lasso' | 'cut' | 'merge' | 'prompt';

const brushSteps = { factor: 1.25, least: 1, most: 200 };

/** Makes an edit of the cells. Resolves once the host has answered or refused. */
export type EditCells = (change: CellEdit) => Promise<void>;

/** What a person draws with in Review, and what is drawn at the moment. */
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
  /** What the model outlines at the pointer. */
  #answer = $state.raw<{ image: ImageId; answer: PromptAnswer } | null>(null);
  /** Whether the model was asked and has not answered. */
  asking = $state(false);
  /** The first point of a split. */
  splitAt = $state.raw<{ id: number; y: number; x: number } | null>(null);
  readonly #questions = new Latest();
  #asked: AbortController | null = null;

  constructor(project: ProjectAccess, edit: EditCells) {
    this.#project = project;
    this.#edit = edit;
  }

  take(name: CellToolName): void {
    this.name = this.name === name ? 'select' : name;
    this.leave();
  }

  /** Forgets what was begun: another image, or another tool. */
  leave(): void {
    this.drawing = null;
    this.splitAt = null;
    this.forgetOutline();
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
  outline(image: ImageId): Extract<PromptAnswer, { kind: 'cell' }> | null {
    const answer = this.#answer?.image === image ? this.#answer.answer : null;
    return answer?.kind === 'cell' ? answer : null;
  }

  /** Why there is no outline; null where there is one, or where nothing was asked. */
  get obstacle(): string | null {
    const answer = this.#answer?.answer;
    if (answer?.kind === 'busy')
      return `The model is in use: ${answer.work}. Outlines come when that has ended.`;
    return answer?.kind === 'nothing' ? 'The model sees no cell here.' : null;
  }

  /** Makes an edit. The stroke stays until the host has answered. */
  async edit(change: CellEdit, stroke: StrokeOverlay | null = null): Promise<void> {
    const image = this.#project.currentId;
    if (image === null) return;
    const shown = stroke && { image, stroke };
    if (shown) this.#unanswered = [...this.#unanswered, shown];
    await this.#edit(change);
    if (shown) this.#unanswered = this.#unanswered.filter((other) => other !== shown);
  }

  /** Asks the model for the cell at a place. Only the newest of the waiting places is asked for. */
  ask(image: ImageId, y: number, x: number): void {
    this.#questions.run(async () => {
      if (this.name !== 'prompt' || this.#project.currentId !== image) return;
      const { signal } = (this.#asked = new AbortController());
      this.asking = true;
      const answer = await this.#project.studio.attempt(() =>
        this.#project.ask('review.prompt', { image, at: { y, x } }, { signal }),
      );
      this.asking = false;
      if (answer && !signal.aborted) this.#answer = { image, answer };
    });
  }

  /** Once all questions are answered. */
  async answered(): Promise<void> {
    await this.#questions.idle();
  }

  /** Adds the cell that the model outlines at a place. */
  async addAt(image: ImageId, y: number, x: number): Promise<void> {
    const shown = this.outline(image);
    if (!shown || Math.hypot(shown.location.y - y, shown.location.x - x) > 0.5) {
      this.ask(image, y, x);
      await this.answered();
    }
    const cell = this.outline(image);
    if (!cell) return;
    const { mask, location, score } = cell;
    await this.edit({ kind: 'addMask', mask, location, score, source: 'prompt' });
    this.forgetOutline();
  }

  forgetOutline(): void {
    this.#asked?.abort();
    this.#answer = null;
  }
}
