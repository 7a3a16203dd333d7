import type { ImageId } from '../../src-main/contract/fields.ts';
import type {
  CandidateSettings,
  CandidatesView,
  CandidateView,
  ForegroundView,
  SeenForeground,
  SeenPick,
  Stroke,
} from '../../src-main/contract/requests/foreground-requests.ts';
import type { ImageSummary } from '../../src-main/contract/requests/image-requests.ts';
import { BatchWork } from './batch-work.svelte.ts';
import { DecisionClock } from './decision-clock.svelte.ts';
import { EditedView } from './edited-view.svelte.ts';
import { Latest } from './latest.ts';
import { OfferedCandidates } from './offered-candidates.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/** Number of next images whose candidates are computed ahead. */
const aheadCount = 4;
export interface OwnThreshold {
  image: ImageId;
  low: number;
  high: number;
  threshold: number;
  /** The shown foreground. It is that of `shown`; the slider may have moved since. */
  preview: CandidateView | null;
  /** The threshold of the preview. */
  shown: number | null;
}

/** The Foreground stage: five candidates per image, one key, then the next image. */
export class ForegroundState {
  readonly #project: ProjectAccess;
  readonly view: EditedView<'foreground'>;
  ownThreshold = $state.raw<OwnThreshold | null>(null);
  brush = $state<Stroke['mode'] | null>(null);
  brushRadiusPx = $state(8);
  /** The stroke under the pointer, which is not an edit yet. */
  drawing = $state.raw<Stroke | null>(null);
  /** The pane under the pointer: 0 … 4, 5 is raw. */
  hovered = $state<number | null>(null);
  /** The pane that was chosen last. The number makes each flash a new one. */
  flash = $state.raw<{ pane: number; turn: number } | null>(null);
  readonly accepting = new BatchWork();
  /** The result of accepting suggestions. */
  accepted = $state.raw<{ accepted: number; left: number } | null>(null);

  readonly #offered: OfferedCandidates;
  readonly #clock = new DecisionClock();
  readonly #previews = new Latest();
  /** Images with a pick from this window, the newest last, to undo them one by one. */
  #decided: ImageId[] = [];

  constructor(project: ProjectAccess, settings: CandidateSettings) {
    this.#project = project;
    this.#offered = new OfferedCandidates(project, settings);
    this.view = new EditedView('foreground', project.edits, (image, signal) =>
      project.ask('foreground.read', { image }, { signal }),
    );
  }

  /**
   * The strokes that the shown foreground does not have yet: those without an answer, and the one being
   * drawn.
   */
  readonly strokes = $derived.by((): readonly Stroke[] => {
    const image = this.#project.currentId;
    const pending = image === null ? [] : this.#project.edits.of(image);
    // A pick replaces what was painted before it.
    const picked = pending.findLastIndex(({ name }) => name === 'foreground.pick');
    const painted = pending
      .slice(picked + 1)
      .flatMap(({ name, params }) =>
        name === 'foreground.paint' ? (params as { strokes: Stroke[] }).strokes : [],
      );
    return this.drawing ? [...painted, this.drawing] : painted;
  });

  readonly done = $derived.by(
    () => this.#project.working.filter(({ marks }) => marks.foreground !== 'missing').length,
  );

  /** Median time between two picks, seconds; null before the third. */
  get medianSeconds(): number | null {
    return this.#clock.medianSeconds;
  }

  get settings(): CandidateSettings {
    return this.#offered.settings;
  }

  candidates(image: ImageSummary): CandidatesView | null {
    return this.#offered.of(image);
  }

  /** The candidates of an image, or a coarse first look at them, which cannot be picked. */
  shownCandidates(image: ImageSummary): CandidatesView | null {
    return this.#offered.shown(image);
  }

  /** Fetches what the stage needs for an image, and lets the host prepare the next ones. */
  visit(image: ImageSummary): void {
    this.#offered.giveUpOthers(image);
    void this.#offered.load(image).then(() => {
      if (this.#project.currentId !== image.id) return;
      const ahead = this.#ahead(image);
      void this.#project
        .ask('foreground.prefetch', { images: ahead.map(({ id }) => id) })
        .catch(() => undefined);
      if (ahead[0]) void this.#offered.load(ahead[0]);
    });
    if (image.marks.foreground === 'missing') this.view.show(image.id, emptyForeground(image));
    else this.readAgain(image.id);
  }

  readAgain(image: ImageId): void {
    if (this.#project.currentId !== image) return;
    void this.view.load(image);
  }

  /** The next image after this one. */
  next(image: ImageSummary): ImageSummary | null {
    return this.#ahead(image)[0] ?? null;
  }

  pickCandidate(index: number): void {
    const image = this.#project.current;
    const seen = image && this.candidates(image)?.candidates[index];
    if (image && seen)
      this.#decide(image, { kind: 'candidate', index, maskSha256: seen.maskSha256 }, index, seen);
  }

  pickNone(): void {
    const image = this.#project.current;
    if (image) this.#decide(image, { kind: 'none' }, 5, null);
  }

  acceptSuggestion(): void {
    const image = this.#project.current;
    const candidates = image && this.candidates(image);
    if (candidates) this.pickCandidate(candidates.best);
  }

  /** Undoes the last pick of this window and shows its image. */
  takeBack(): void {
    const image = this.#decided.pop() ?? this.#project.currentId;
    if (!image) return;
    this.#project.show(image);
    this.leaveModes();
    void this.#project.undo();
  }

  leaveModes(): void {
    this.ownThreshold = null;
    this.brush = null;
  }

  async startOwnThreshold(): Promise<void> {
    const image = this.#project.currentId;
    if (!image) return;
    this.brush = null;
    await this.#project.studio.attempt(async () => {
      const range = await this.#project.ask('foreground.range', { image });
      if (this.#project.currentId !== image) return;
      const { threshold, preview } = this.#startOfThreshold(range.automatic);
      const shown = preview === null ? null : threshold;
      this.ownThreshold = {
        image,
        low: Math.min(range.low, threshold),
        high: Math.max(range.high, threshold),
        threshold,
        preview,
        shown,
      };
      this.moveThreshold(threshold);
    });
  }

  /** Where a custom threshold starts: at the own one, at the picked candidate, or at the suggestion. */
  #startOfThreshold(automatic: number): { threshold: number; preview: CandidateView | null } {
    const image = this.#project.current;
    const pick = image && this.view.of(image.id)?.pick;
    if (pick?.kind === 'threshold') return { threshold: pick.threshold, preview: null };
    const offered = image && this.candidates(image);
    const preview = offered?.candidates[pick?.kind === 'candidate' ? pick.index : offered.best] ?? null;
    return { threshold: preview?.threshold ?? automatic, preview };
  }

  moveThreshold(threshold: number): void {
    const own = this.ownThreshold;
    if (!own) return;
    const { image } = own;
    this.ownThreshold = { ...own, threshold };
    this.#previews.run(async () => {
      const preview = await this.#project.studio.attempt(() =>
        this.#project.ask('foreground.preview', { image, threshold }),
      );
      if (preview && this.ownThreshold?.image === image)
        this.ownThreshold = { ...this.ownThreshold, preview, shown: threshold };
    });
  }

  /** Picks the threshold of the slider, once its foreground is shown. */
  async useThreshold(): Promise<void> {
    await this.#previews.idle();
    const own = this.ownThreshold;
    const image = this.#project.current;
    // Without this preview, the person has not seen the foreground to save.
    if (!own?.preview || own.shown !== own.threshold || image?.id !== own.image) return;
    this.ownThreshold = null;
    const { threshold, preview } = own;
    this.#decide(image, { kind: 'threshold', threshold, maskSha256: preview.maskSha256 }, 0, preview);
  }

  toggleBrush(mode: Stroke['mode']): void {
    this.ownThreshold = null;
    this.brush = this.brush === mode ? null : mode;
  }

  /** The foreground that is shown of an image, as a stroke names it; null while none is. */
  seen(image: ImageId): SeenForeground | null {
    if (this.view.of(image) === null) return null;
    const pending = this.#project.edits
      .of(image)
      .findLast(({ name }) => name === 'foreground.paint' || name === 'foreground.pick');
    if (pending) return { kind: 'edit', edit: pending.id };
    const confirmed = this.view.confirmed(image);
    return confirmed && { kind: 'saved', sha256: confirmed.sha256 };
  }

  /**
   * Paints a stroke. It is drawn over the contours until the host has answered with new ones.
   * @param on the foreground that was shown when the stroke began
   */
  paint(image: ImageId, on: SeenForeground, stroke: Stroke): Promise<void> {
    const { settled } = this.#project.edits.make({
      name: 'foreground.paint',
      image,
      params: { on, strokes: [stroke] },
      part: 'foreground',
      marks: () => ({ foreground: 'picked' }),
      answered: (view) => this.view.confirm(image, view),
      refused: () => this.readAgain(image),
    });
    return settled;
  }

  /** Paints or erases one disk, from the keyboard. */
  async paintAt(y: number, x: number): Promise<void> {
    const image = this.#project.currentId;
    const on = image === null ? null : this.seen(image);
    if (image === null || on === null || this.brush === null) return;
    await this.paint(image, on, {
      mode: this.brush,
      radiusPx: this.brushRadiusPx,
      path: new Float32Array([y, x]),
    });
  }

  async acceptSuggestions(minConfidence: number): Promise<void> {
    const before = this.#project.working.length - this.done;
    const answer = await this.#project.studio.attempt(() =>
      this.accepting.run(before, (options) =>
        this.#project.edits.askOnce('foreground.acceptSuggestions', { minConfidence }, options),
      ),
    );
    const left = answer?.left.length ?? this.#project.working.length - this.done;
    this.accepted = { accepted: answer?.accepted.length ?? before - left, left };
    const { currentId } = this.#project;
    if (currentId !== null) this.readAgain(currentId);
  }

  async saveSettings(settings: CandidateSettings): Promise<void> {
    await this.#project.studio.attempt(async () => {
      await this.#project.ask('foreground.saveSettings', { settings });
      this.takeSettings(settings);
    });
  }

  /** Uses settings of this window or another. Other settings give other candidates. */
  takeSettings(settings: CandidateSettings): void {
    if (!this.#offered.takeSettings(settings)) return;
    const { current } = this.#project;
    if (current && this.view.wanted === current.id) this.visit(current);
  }

  /** @param seen the foreground that the person has chosen; null for none */
  #decide(image: ImageSummary, pick: SeenPick, pane: number, seen: CandidateView | null): void {
    const before = image.marks.foreground;
    this.#clock.note(performance.now());
    this.#decided.push(image.id);
    this.leaveModes();
    this.flash = { pane, turn: (this.flash?.turn ?? 0) + 1 };
    const next = before === 'missing' ? this.next(image) : this.#project.neighbour(1);
    this.#project.edits.make({
      name: 'foreground.pick',
      image: image.id,
      params: { pick },
      part: 'foreground',
      apply: (view) => picked(view, pick, seen),
      marks: () => ({ foreground: pick.kind === 'none' ? 'none-fits' : 'picked' }),
      answered: (view) => this.view.confirm(image.id, view),
      refused: () => this.#refused(image),
    });
    if (next) this.#project.show(next.id);
  }

  /** The pick was refused. There is nothing to undo, and the candidates may have changed. */
  #refused(image: ImageSummary): void {
    const at = this.#decided.lastIndexOf(image.id);
    if (at >= 0) this.#decided.splice(at, 1);
    this.#offered.forget(image);
    const current = this.#project.current;
    if (current?.id === image.id) this.visit(current);
  }

  /** The next images without a foreground: those after this one, then those from the start. */
  #ahead(image: ImageSummary): ImageSummary[] {
    const { images } = this.#project;
    const at = images.findIndex(({ id }) => id === image.id);
    const round = [...images.slice(at + 1), ...images.slice(0, Math.max(at, 0))];
    return round
      .filter(({ excluded, failure, marks }) => !excluded && !failure && marks.foreground === 'missing')
      .slice(0, aheadCount);
  }
}

/** The view of an image that has no foreground yet. */
function emptyForeground({ id, revision }: ImageSummary): ForegroundView {
  return {
    image: id,
    pick: { kind: 'missing' },
    painted: false,
    fraction: 0,
    mask: null,
    contours: null,
    sha256: null,
    revision,
  };
}

function picked(view: ForegroundView, pick: SeenPick, seen: CandidateView | null): ForegroundView {
  return {
    ...view,
    pick:
      pick.kind === 'candidate'
        ? { kind: pick.kind, index: pick.index }
        : pick.kind === 'threshold'
          ? { kind: pick.kind, threshold: pick.threshold }
          : pick,
    painted: false,
    fraction: seen?.fraction ?? 0,
    mask: seen?.mask ?? null,
    contours: seen?.contours ?? null,
  };
}
