import type { ImageId } from '../../src-main/contract/fields.ts';
import type {
  CandidateSettings,
  CandidatesView,
  CandidateView,
  ForegroundPick,
  ForegroundView,
  Stroke,
} from '../../src-main/contract/requests/foreground.ts';
import type { ImageMarks, ImageSummary } from '../../src-main/contract/requests/images.ts';
import { Latest } from './latest.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/** Images whose candidates are computed before it is their turn. */
const aheadCount = 4;
/** Candidates kept here: the image at hand, some behind it for A and U, the next. */
const keptCandidates = 8;
/** Longer breaks are breaks, not decisions. */
const longestDecisionMs = 120_000;

export interface OwnThreshold {
  image: ImageId;
  low: number;
  high: number;
  threshold: number;
  preview: CandidateView | null;
}

/** The stage people live in: five candidates, one key, the next image. */
export class ForegroundState {
  readonly #project: ProjectAccess;
  settings = $state.raw<CandidateSettings>() as CandidateSettings;
  readonly view = new Loaded<ForegroundView>();
  ownThreshold = $state.raw<OwnThreshold | null>(null);
  brush = $state<Stroke['mode'] | null>(null);
  brushRadiusPx = $state(8);
  /** Strokes the host has not answered yet. */
  strokes = $state.raw<readonly Stroke[]>([]);
  /** The pane under the pointer: 0 … 4, 5 is raw. */
  hovered = $state<number | null>(null);
  /** The pane that was just chosen, and a number that makes each flash a new one. */
  flash = $state.raw<{ pane: number; turn: number } | null>(null);
  accepting = $state(false);
  /** What accepting the guesses came to. */
  accepted = $state.raw<{ accepted: number; left: number } | null>(null);

  #candidates = $state.raw<ReadonlyMap<string, CandidatesView>>(new Map());
  readonly #asked = new Map<string, { promise: Promise<void>; controller: AbortController }>();
  readonly #previews = new Latest();
  /** Images decided in this sitting, the newest last, for taking back. */
  #decided: ImageId[] = [];
  #decisionsMs = $state.raw<readonly number[]>([]);
  #lastDecision = 0;

  constructor(project: ProjectAccess, settings: CandidateSettings) {
    this.#project = project;
    this.settings = settings;
  }

  readonly done = $derived.by(
    () => this.#project.working.filter(({ marks }) => marks.foreground !== 'missing').length,
  );

  /** Median time between two decisions, seconds; null before the third. */
  readonly medianSeconds = $derived.by(() => {
    if (this.#decisionsMs.length < 2) return null;
    const sorted = [...this.#decisionsMs].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
    return median / 1000;
  });

  candidates(image: ImageSummary): CandidatesView | null {
    return this.#candidates.get(keyOf(image)) ?? null;
  }

  /** Fetches what the stage needs for an image, and has the next ones made ready. */
  visit(image: ImageSummary): void {
    this.#giveUpOthers(image);
    void this.#loadCandidates(image).then(() => {
      if (this.#project.currentId !== image.id) return;
      const ahead = this.#ahead(image);
      void this.#project
        .ask('foreground.prefetch', { images: ahead.map(({ id }) => id) })
        .catch(() => undefined);
      if (ahead[0]) void this.#loadCandidates(ahead[0]);
    });
    if (image.marks.foreground === 'missing') this.view.clear();
    else this.readAgain(image.id);
  }

  readAgain(image: ImageId): void {
    if (this.#project.currentId !== image) return;
    void this.view.load(image, (signal) => this.#project.ask('foreground.read', { image }, { signal }));
  }

  /** The image whose turn comes after this one. */
  next(image: ImageSummary): ImageSummary | null {
    return this.#ahead(image)[0] ?? null;
  }

  pickCandidate(index: number): void {
    const image = this.#project.current;
    if (!image || !this.candidates(image)) return;
    this.#decide(image, { kind: 'candidate', index }, index);
  }

  pickNone(): void {
    const image = this.#project.current;
    if (image) this.#decide(image, { kind: 'none' }, 5);
  }

  acceptGuess(): void {
    const image = this.#project.current;
    const candidates = image && this.candidates(image);
    if (candidates) this.pickCandidate(candidates.best);
  }

  /** Takes the last decision of this sitting back and returns to its image. */
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
      const pick = this.view.of(image)?.pick;
      const threshold = pick?.kind === 'threshold' ? pick.threshold : range.automatic;
      this.ownThreshold = { image, low: range.low, high: range.high, threshold, preview: null };
      this.moveThreshold(threshold);
    });
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
        this.ownThreshold = { ...this.ownThreshold, preview };
    });
  }

  useThreshold(): void {
    const own = this.ownThreshold;
    const image = this.#project.current;
    if (!own || image?.id !== own.image) return;
    this.ownThreshold = null;
    this.#decide(image, { kind: 'threshold', threshold: own.threshold }, 0);
  }

  toggleBrush(mode: Stroke['mode']): void {
    this.ownThreshold = null;
    this.brush = this.brush === mode ? null : mode;
  }

  /** Paints a stroke; it is shown until the host has answered with the new contours. */
  async paint(image: ImageId, stroke: Stroke): Promise<void> {
    this.strokes = [...this.strokes, stroke];
    const view = await this.#project.studio.attempt(() =>
      this.#project.ask('foreground.paint', { image, strokes: [stroke] }),
    );
    this.strokes = this.strokes.filter((other) => other !== stroke);
    if (view && this.#project.currentId === image) this.view.set(image, view);
  }

  /** One dab of the brush or the eraser, from the keyboard. */
  async paintAt(y: number, x: number): Promise<void> {
    const image = this.#project.currentId;
    if (image === null || this.brush === null) return;
    await this.paint(image, {
      mode: this.brush,
      radiusPx: this.brushRadiusPx,
      path: new Float32Array([y, x]),
    });
  }

  async acceptGuesses(minConfidence: number): Promise<void> {
    this.accepting = true;
    const answer = await this.#project.studio.attempt(() =>
      this.#project.ask('foreground.acceptGuesses', { minConfidence }),
    );
    this.accepting = false;
    if (!answer) return;
    this.accepted = { accepted: answer.accepted.length, left: answer.left.length };
    if (this.#project.currentId && answer.accepted.includes(this.#project.currentId)) {
      this.readAgain(this.#project.currentId);
    }
  }

  async saveSettings(settings: CandidateSettings): Promise<void> {
    await this.#project.studio.attempt(async () => {
      await this.#project.ask('foreground.saveSettings', { settings });
      this.takeSettings(settings);
    });
  }

  /** Takes up settings, this window's or another's; other ones make other candidates. */
  takeSettings(settings: CandidateSettings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.settings)) return;
    const shown = this.#candidates.size > 0;
    this.settings = settings;
    this.#candidates = new Map();
    this.#asked.clear();
    if (shown && this.#project.current) this.visit(this.#project.current);
  }

  #decide(image: ImageSummary, pick: ForegroundPick, pane: number): void {
    const before = image.marks.foreground;
    const mark: ImageMarks['foreground'] = pick.kind === 'none' ? 'none-fits' : 'picked';
    this.#clock();
    this.#decided.push(image.id);
    this.leaveModes();
    this.flash = { pane, turn: (this.flash?.turn ?? 0) + 1 };
    const next = before === 'missing' ? this.next(image) : this.#project.neighbour(1);
    this.#project.patchMarks(image.id, { foreground: mark });
    if (next) this.#project.show(next.id);
    void this.#project.studio.attempt(async () => {
      try {
        const view = await this.#project.ask('foreground.pick', { image: image.id, pick });
        if (this.#project.currentId === image.id) this.view.set(image.id, view);
      } catch (thrown) {
        this.#project.patchMarks(image.id, { foreground: before });
        throw thrown;
      }
    });
  }

  #clock(): void {
    const now = performance.now();
    const took = now - this.#lastDecision;
    if (this.#lastDecision > 0 && took < longestDecisionMs)
      this.#decisionsMs = [...this.#decisionsMs.slice(-99), took];
    this.#lastDecision = now;
  }

  /** The images that come next: those without a foreground first after this one, then round again from the start. */
  #ahead(image: ImageSummary): ImageSummary[] {
    const { images } = this.#project;
    const at = images.findIndex(({ id }) => id === image.id);
    const round = [...images.slice(at + 1), ...images.slice(0, Math.max(at, 0))];
    return round
      .filter(({ excluded, failure, marks }) => !excluded && !failure && marks.foreground === 'missing')
      .slice(0, aheadCount);
  }

  #loadCandidates(image: ImageSummary): Promise<void> {
    const key = keyOf(image);
    if (this.#candidates.has(key)) return Promise.resolve();
    const asked = this.#asked.get(key);
    if (asked) return asked.promise;
    const controller = new AbortController();
    const { signal } = controller;
    const promise = this.#project.studio
      .attempt(() => this.#project.ask('foreground.candidates', { image: image.id }, { signal }))
      .then((view) => {
        this.#asked.delete(key);
        if (!view) return;
        const kept = [...this.#candidates].slice(1 - keptCandidates);
        this.#candidates = new Map([...kept, [key, view]]);
      });
    this.#asked.set(key, { promise, controller });
    return promise;
  }

  /** Whoever runs through images with D must not wait for those left behind. */
  #giveUpOthers(image: ImageSummary): void {
    for (const [key, { controller }] of this.#asked) {
      if (key === keyOf(image)) continue;
      controller.abort();
      this.#asked.delete(key);
    }
  }
}

function keyOf(image: ImageSummary): string {
  return `${image.id}/${image.pixels}`;
}
