import type { ImageId, ProjectId } from '../../src-main/contract/fields.ts';
import type { HistoryStep } from '../../src-main/contract/requests/history.ts';
import type { ImageMarks, ImageSummary } from '../../src-main/contract/requests/images.ts';
import type { ProjectView } from '../../src-main/contract/requests/project.ts';
import type { RequestName, RequestParams, RequestResult } from '../../src-main/contract/requests.ts';
import { onlyReads } from '../../src-main/contract/requests.ts';
import { thumbnailUrl } from '../../src-main/contract/urls.ts';
import type { RequestOptions } from '../client/client.ts';
import { Camera } from '../viewer/camera.svelte.ts';
import { Readout } from '../viewer/readout.svelte.ts';
import { DisplayState } from './display.svelte.ts';
import { ForegroundState } from './foreground.svelte.ts';
import { IntakeState } from './intake.svelte.ts';
import { LocationsState } from './locations.svelte.ts';
import { ModelsState } from './models.svelte.ts';
import type { ProjectAccess } from './project-access.ts';
import { ResultsState } from './results.svelte.ts';
import { ReviewState } from './review.svelte.ts';
import { SegmentState } from './segment.svelte.ts';
import type { Stage } from './stage.ts';
import { TrainingState } from './training.svelte.ts';

/** The open project: its images, the one that is looked at, and a state for every stage. */
export class ProjectState implements ProjectAccess {
  readonly studio: ProjectAccess['studio'];
  readonly id: ProjectId;
  name = $state('');
  folder = $state('');
  readOnly = $state(false);
  images = $state.raw<readonly ImageSummary[]>([]);
  /** Images that were taken out and can be put back. */
  removed = $state.raw<readonly ImageId[]>([]);
  currentId = $state<ImageId | null>(null);

  /** One for all stages: whoever zooms in on a cell finds it again in the next. */
  readonly camera = new Camera();
  readonly readout = new Readout();
  readonly display: DisplayState;
  readonly intake: IntakeState;
  readonly foreground: ForegroundState;
  readonly locations: LocationsState;
  readonly training: TrainingState;
  readonly models: ModelsState;
  readonly segment: SegmentState;
  readonly review: ReviewState;
  readonly results: ResultsState;

  readonly #endings: (() => void)[];
  /** Changes this window has asked for and not heard of, each with the image it is of, if it is of one. */
  readonly #writes = new Map<Promise<unknown>, ImageId | undefined>();

  constructor(studio: ProjectAccess['studio'], view: ProjectView) {
    this.studio = studio;
    this.id = view.id;
    this.display = new DisplayState(this, view.display);
    this.intake = new IntakeState(this);
    this.foreground = new ForegroundState(this, view.candidateSettings);
    this.locations = new LocationsState(this, view.locationSettings);
    this.training = new TrainingState(this);
    this.models = new ModelsState(this);
    this.segment = new SegmentState(this);
    this.review = new ReviewState(this, view.reviewSettings);
    this.results = new ResultsState(this);
    this.#take(view);
    this.currentId = view.images[0]?.id ?? null;
    this.#endings = [
      studio.client.on('project.imagesChanged', ({ project, changed, removed }) => {
        if (project !== this.id) return;
        this.#imagesChanged(changed, removed);
        // The event of a change of one's own comes before its answer, which holds the views already.
        if (this.#writes.size === 0 && changed.some(({ id }) => id === this.currentId))
          this.#readViewsAgain();
      }),
      studio.client.on('project.changed', ({ project }) => {
        if (project === this.id) void studio.attempt(() => this.readAgain());
      }),
      this.training.listen(),
      this.models.listen(),
      this.segment.listen(),
    ];
  }

  readonly currentIndex = $derived.by(() => this.images.findIndex(({ id }) => id === this.currentId));
  readonly current = $derived.by(() => this.images[this.currentIndex] ?? null);
  /** Images that count: those not excluded. */
  readonly working = $derived.by(() => this.images.filter(({ excluded }) => !excluded));

  /** Asks the host something about this project. */
  ask<Name extends RequestName>(
    name: Name,
    params: Omit<RequestParams<Name>, 'project'>,
    options?: RequestOptions,
  ): Promise<RequestResult<Name>> {
    const whole = { ...params, project: this.id } as unknown as RequestParams<Name>;
    const asked = this.studio.client.request(name, whole, options);
    if (onlyReads(name)) return asked;
    const { image } = params as { image?: ImageId };
    this.#writes.set(asked, image);
    return asked.finally(() => this.#writes.delete(asked));
  }

  image(id: ImageId): ImageSummary | undefined {
    return this.images.find((image) => image.id === id);
  }

  show(id: ImageId): void {
    this.currentId = id;
  }

  /** Moves on by so many images; stays at the ends. */
  step(by: number): void {
    const next = this.images[this.currentIndex + by];
    if (next) this.currentId = next.id;
  }

  /** The image a step would show, to have it ready. */
  neighbour(by: number): ImageSummary | null {
    return this.images[this.currentIndex + by] ?? null;
  }

  /** The path of a thumbnail, for {@link Thumbnails}. */
  thumbnail(image: ImageSummary, size: 96 | 192 | 384): string {
    return thumbnailUrl({ project: this.id, image: image.id, pixels: image.pixels, size });
  }

  /** Shows at once what the host is about to confirm. */
  patchMarks(id: ImageId, patch: Partial<ImageMarks>): void {
    this.images = this.images.map((image) =>
      image.id === id ? { ...image, marks: { ...image.marks, ...patch } } : image,
    );
  }

  undo(): Promise<void> {
    return this.#travel('history.undo');
  }

  redo(): Promise<void> {
    return this.#travel('history.redo');
  }

  /** Where the work goes on: at the first stage that is not done. */
  stageToBeginWith(): Stage {
    const working = this.working;
    if (working.length === 0) return 'images';
    if (working.some(({ marks }) => marks.foreground === 'missing')) return 'foreground';
    if (working.some(({ marks }) => marks.locations === 'missing')) return 'locations';
    if (working.every(({ marks }) => marks.predictedBy === null)) return 'train';
    return 'review';
  }

  async readAgain(): Promise<void> {
    this.takeAgain(await this.studio.client.request('project.read', { project: this.id }));
  }

  /** Takes up what has become of the project, and reads again what is shown of it. */
  takeAgain(view: ProjectView): void {
    this.#take(view);
    this.training.readAgain();
    this.segment.readAgain();
    void this.models.readAgain();
    this.#readViewsAgain();
  }

  dispose(): void {
    this.display.flush();
    this.review.flush();
    for (const end of this.#endings) end();
  }

  /** Reads again what a stage shows of the image at hand. */
  #readViewsAgain(): void {
    const id = this.currentId;
    if (id === null) return;
    for (const stage of [this.foreground, this.locations, this.review]) {
      if (stage.view.key === id) stage.readAgain(id);
    }
  }

  #take(view: ProjectView): void {
    this.name = view.name;
    this.folder = view.folder;
    this.readOnly = view.readOnly;
    this.images = view.images;
    this.removed = view.removed;
    this.foreground.takeSettings(view.candidateSettings);
    this.locations.settings = view.locationSettings;
    if (this.currentId === null || !this.image(this.currentId)) this.currentId = view.images[0]?.id ?? null;
  }

  #imagesChanged(changed: readonly ImageSummary[], removed: readonly ImageId[]): void {
    const news = new Map(changed.map((image) => [image.id, image]));
    const index = this.currentIndex;
    const kept = this.images
      .filter(({ id }) => !removed.includes(id))
      .map((image) => news.get(image.id) ?? image);
    const known = new Set(kept.map(({ id }) => id));
    this.removed = [...this.removed.filter((id) => !news.has(id) && !removed.includes(id)), ...removed];
    this.images = [...kept, ...changed.filter(({ id }) => !known.has(id))];
    if (this.currentId === null || !this.image(this.currentId)) {
      this.currentId = this.images[Math.min(Math.max(index, 0), this.images.length - 1)]?.id ?? null;
    }
  }

  async #travel(name: 'history.undo' | 'history.redo'): Promise<void> {
    const image = this.currentId;
    if (image === null) return;
    // What was done last may not have reached the disk yet, and would else not be what is taken back.
    await this.locations.edited();
    await Promise.allSettled([...this.#writes].filter(([, of]) => of === image).map(([asked]) => asked));
    await this.studio.attempt(async () => {
      const step: HistoryStep = await this.ask(name, { image });
      this.#imagesChanged([step.image], []);
      if (step.touched.includes('foreground')) this.foreground.readAgain(image);
      if (step.touched.includes('locations')) this.locations.readAgain(image);
      if (step.touched.includes('review')) this.review.readAgain(image);
    });
  }
}
