import type { ImageId, ProjectId } from '../../src-main/contract/fields.ts';
import type { ImageSummary } from '../../src-main/contract/requests/image-requests.ts';
import type { ProjectView } from '../../src-main/contract/requests/project-requests.ts';
import type { RequestName, RequestParams, RequestResult } from '../../src-main/contract/requests.ts';
import { thumbnailUrl } from '../../src-main/contract/urls.ts';
import type { RequestOptions } from '../client/client.ts';
import { Camera } from '../viewer/camera.svelte.ts';
import { KeyPointer } from '../viewer/key-pointer.svelte.ts';
import { Readout } from '../viewer/readout.svelte.ts';
import { ComparisonState } from './comparison.svelte.ts';
import { DisplayState } from './display.svelte.ts';
import { findImages } from './find-images.ts';
import type { ImageQuery } from './find-images.ts';
import { ForegroundState } from './foreground.svelte.ts';
import { ImageSorting } from './image-sorting.svelte.ts';
import { ImportState } from './import.svelte.ts';
import { IntakeState } from './intake.svelte.ts';
import { LocationsState } from './locations.svelte.ts';
import { ModelsState } from './models.svelte.ts';
import { NextImagesState } from './next-images.svelte.ts';
import { PendingEdits } from './pending-edits.svelte.ts';
import type { Seen } from './place.ts';
import type { ProjectAccess } from './project-access.ts';
import { ResultsState } from './results.svelte.ts';
import { ReviewState } from './review.svelte.ts';
import { SegmentState } from './segment.svelte.ts';
import type { Stage } from './stage.ts';
import { TrainingState } from './training.svelte.ts';
import { said } from '../languages/said.ts';

/** Time that the window shows the last undo or redo, ms. */
const stepShownMs = 5000;

/** The open project: its images, the current one, and a state for every stage. */
export class ProjectState implements ProjectAccess {
  readonly studio: ProjectAccess['studio'];
  readonly id: ProjectId;
  name = $state('');
  folder = $state('');
  readOnly = $state(false);
  /** Folders outside the project that it wants to read images from, until the user has answered. */
  sourcesToAllow = $state.raw<readonly string[]>([]);
  /** The latest images from the host. */
  #confirmed = $state.raw<readonly ImageSummary[]>([]);
  /** Images that were removed and can be restored. */
  removed = $state.raw<readonly ImageId[]>([]);
  currentId = $state<ImageId | null>(null);

  /** The last undo or redo, for a moment: `Undone: Delete 2 cells`. */
  lastStep = $state('');
  #stepTimer: ReturnType<typeof setTimeout> | undefined;

  /** One for all stages, so that the next stage shows the same place. */
  readonly camera = new Camera();
  readonly keyPointer = new KeyPointer(this.camera);
  readonly readout = new Readout();
  readonly edits: PendingEdits;
  readonly display: DisplayState;
  readonly intake: IntakeState;
  readonly imports: ImportState;
  readonly foreground: ForegroundState;
  readonly locations: LocationsState;
  readonly training: TrainingState;
  readonly models: ModelsState;
  readonly segment: SegmentState;
  readonly review: ReviewState;
  readonly results: ResultsState;
  readonly comparison: ComparisonState;
  readonly nextImages: NextImagesState;
  readonly sorting: ImageSorting;

  readonly #endings: (() => void)[];
  /** The project's revision of the last event of each image. Earlier answers are out of date. */
  readonly #toldAt = new Map<ImageId, number>();
  /** The revisions of images in events that arrived while an edit was pending. */
  readonly #toldMeanwhile = new Map<ImageId, Set<number>>();

  constructor(studio: ProjectAccess['studio'], view: ProjectView) {
    this.studio = studio;
    this.id = view.id;
    this.edits = new PendingEdits(this, (image, own) => this.#catchUp(image, own));
    this.display = new DisplayState(this, view.display);
    this.intake = new IntakeState(this);
    this.imports = new ImportState(this);
    this.foreground = new ForegroundState(this, view.candidateSettings);
    this.locations = new LocationsState(this, view.locationSettings);
    this.training = new TrainingState(this, view.foregroundUse);
    this.models = new ModelsState(this);
    this.segment = new SegmentState(this);
    this.review = new ReviewState(this, view.reviewSettings);
    this.results = new ResultsState(this);
    this.comparison = new ComparisonState(this);
    this.nextImages = new NextImagesState(this);
    this.sorting = new ImageSorting(this);
    this.#take(view);
    this.currentId = view.images[0]?.id ?? null;
    this.#endings = [
      studio.client.on('project.imagesChanged', ({ project, revision, changed, removed }) => {
        if (project !== this.id) return;
        const news = changed.filter(({ id }) => revision > (this.#toldAt.get(id) ?? -1));
        for (const { id } of news) this.#toldAt.set(id, revision);
        this.#imagesChanged(news, removed);
        for (const image of changed) this.#noticeChange(image);
      }),
      studio.client.on('project.changed', ({ project }) => {
        if (project === this.id) void studio.attempt(() => this.readAgain());
      }),
      this.training.listen(),
      this.models.listen(),
      this.segment.listen(),
    ];
  }

  /** The images with the marks that pending edits give them. */
  readonly images = $derived.by((): readonly ImageSummary[] => {
    if (this.edits.all.length === 0) return this.#confirmed;
    const edited = new Set(this.edits.all.map(({ image }) => image));
    return this.#confirmed.map((image) => (edited.has(image.id) ? this.#withPendingMarks(image) : image));
  });
  readonly currentIndex = $derived.by(() => this.images.findIndex(({ id }) => id === this.currentId));
  readonly current = $derived.by(() => this.images[this.currentIndex] ?? null);
  /** Which images the lists of images show. */
  query = $state.raw<ImageQuery>({ words: '', status: 'all' });
  readonly listed = $derived.by(() => findImages(this.images, this.query, this.sorting.places));
  readonly listedIndex = $derived.by(() => this.listed.findIndex(({ id }) => id === this.currentId));
  /** Whether the stage Images shows all images, and not one. */
  gridShown = $state(true);
  /** The images that are not excluded. */
  readonly working = $derived.by(() => this.images.filter(({ excluded }) => !excluded));

  /** The images that are not excluded, from the current one on, so that it comes first. */
  get workingFromHere(): readonly ImageSummary[] {
    const at = this.working.findIndex(({ id }) => id === this.currentId);
    return at < 0 ? this.working : [...this.working.slice(at), ...this.working.slice(0, at)];
  }

  /** Sends a request about this project to the host. */
  ask<Name extends RequestName>(
    name: Name,
    params: Omit<RequestParams<Name>, 'project'>,
    options?: RequestOptions,
  ): Promise<RequestResult<Name>> {
    const whole = { ...params, project: this.id } as unknown as RequestParams<Name>;
    return this.studio.client.request(name, whole, options);
  }

  image(id: ImageId): ImageSummary | undefined {
    return this.images.find((image) => image.id === id);
  }

  show(id: ImageId): void {
    this.currentId = id;
  }

  /** Acts at the centre of the view. Until the image is loaded, the camera still shows the image before. */
  atViewCentre(act: (y: number, x: number) => void): void {
    const { camera, current, display } = this;
    if (current !== null && display.source(current) !== null) act(camera.y, camera.x);
  }

  /** The view and the selection, to restore them later. */
  get seen(): Seen {
    const { camera, review, locations } = this;
    return { camera: camera.view, cells: [...review.selection], points: [...locations.selected] };
  }

  /** Shows an image with an earlier view and selection. */
  bringBack(id: ImageId, { camera, cells, points }: Seen): void {
    this.camera.bringBack(camera);
    this.review.bringBack(id, cells);
    this.locations.bringBack(id, points);
  }

  /** Moves by a number of images; stops at the ends. */
  step(by: number): void {
    const next = this.neighbour(by);
    if (next) this.currentId = next.id;
  }

  /** The image after a step by this number. If the current image is listed, it is a listed one, too. */
  neighbour(by: number): ImageSummary | null {
    const [images, at] =
      this.listedIndex < 0 ? [this.images, this.currentIndex] : [this.listed, this.listedIndex];
    return images[at + by] ?? null;
  }

  /** The path of a thumbnail, for {@link Thumbnails}. */
  thumbnail(image: ImageSummary, size: 96 | 192 | 384): string {
    return thumbnailUrl({ project: this.id, image: image.id, pixels: image.pixels, size });
  }

  /** Undoes in the current image. During a trial of settings, undo belongs to the trial. */
  async undo(): Promise<void> {
    if (!this.locations.undoTrial()) await this.#step('history.undo');
  }

  /** Redoes in the current image. During a trial nothing that is saved changes. */
  async redo(): Promise<void> {
    if (this.locations.trial === null) await this.#step('history.redo');
  }

  /** The first stage that is not done. */
  stageToBeginWith(): Stage {
    const working = this.working;
    if (working.length === 0) return 'images';
    const needsForeground = this.training.foregroundUse === 'picked';
    if (needsForeground && working.some(({ marks }) => marks.foreground === 'missing')) return 'foreground';
    if (working.some(({ marks }) => marks.locations === 'missing')) return 'locations';
    if (working.every(({ marks }) => marks.predictedBy === null)) return 'train';
    return 'review';
  }

  /** Lets the project read images from the folders that it names. */
  async allowSources(): Promise<void> {
    await this.studio.attempt(async () => {
      await this.ask('project.allowSources', { folders: [...this.sourcesToAllow] });
      // Images that were refused before are read again.
      this.studio.dismissAll('path-not-granted');
    });
  }

  async readAgain(): Promise<void> {
    this.takeAgain(await this.studio.client.request('project.read', { project: this.id }));
  }

  /** The connection is lost. The next host counts revisions from the start. */
  disconnected(): void {
    this.#toldAt.clear();
  }

  /** The host is there again and has the project open: sends it the pending edits. */
  reconnected(view: ProjectView): void {
    this.takeAgain(view);
    this.edits.resume();
  }

  /** Uses the host's state of the project, and reads the shown parts again. */
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
    clearTimeout(this.#stepTimer);
    for (const end of this.#endings) end();
  }

  /** Loads the data of the current image again. */
  #readViewsAgain(): void {
    const id = this.currentId;
    if (id === null) return;
    for (const stage of [this.foreground, this.locations, this.review]) {
      if (stage.view.wanted === id) stage.readAgain(id);
    }
  }

  /** An event that an image has changed, by this window or by another. */
  #noticeChange({ id, revision }: ImageSummary): void {
    // The event of an own edit comes before its answer, which has the view.
    if (this.edits.of(id).length > 0)
      this.#toldMeanwhile.set(id, (this.#toldMeanwhile.get(id) ?? new Set()).add(revision));
    else if (id === this.currentId) this.#readViewsAgain();
  }

  /** After the last answer to this window's edits of an image, reads changes of other windows. */
  #catchUp(id: ImageId, own: ReadonlySet<number>): void {
    const told = this.#toldMeanwhile.get(id) ?? new Set();
    this.#toldMeanwhile.delete(id);
    if (id === this.currentId && [...told].some((revision) => !own.has(revision))) this.#readViewsAgain();
  }

  /** @returns the same object if no edit changes its marks, so that nothing is painted again */
  #withPendingMarks(image: ImageSummary): ImageSummary {
    const marks = this.edits.of(image.id).reduce((before, edit) => {
      const change = edit.marks(before);
      return Object.keys(change).length === 0 ? before : { ...before, ...change };
    }, image.marks);
    return marks === image.marks ? image : { ...image, marks };
  }

  #take(view: ProjectView): void {
    this.name = view.name;
    this.folder = view.folder;
    this.readOnly = view.readOnly;
    this.sourcesToAllow = view.sourcesToAllow;
    // An event that came before this answer may be newer.
    const isOlder = (id: ImageId): boolean => (this.#toldAt.get(id) ?? -1) > view.revision;
    this.#confirmed = view.images.map((image) =>
      isOlder(image.id) ? (this.#confirmed.find(({ id }) => id === image.id) ?? image) : image,
    );
    this.removed = view.removed;
    this.foreground.takeSettings(view.candidateSettings);
    this.locations.settings = view.locationSettings;
    this.training.foregroundUse = view.foregroundUse;
    if (this.currentId === null || !this.image(this.currentId)) this.currentId = view.images[0]?.id ?? null;
  }

  #imagesChanged(changed: readonly ImageSummary[], removed: readonly ImageId[]): void {
    const news = new Map(changed.map((image) => [image.id, image]));
    const index = this.currentIndex;
    const kept = this.#confirmed
      .filter(({ id }) => !removed.includes(id))
      .map((image) => news.get(image.id) ?? image);
    const known = new Set(kept.map(({ id }) => id));
    this.removed = [...this.removed.filter((id) => !news.has(id) && !removed.includes(id)), ...removed];
    this.#confirmed = [...kept, ...changed.filter(({ id }) => !known.has(id))];
    if (this.currentId === null || !this.image(this.currentId)) {
      this.currentId = this.images[Math.min(Math.max(index, 0), this.images.length - 1)]?.id ?? null;
    }
  }

  /** Shows the last undo or redo for a moment. */
  #tellStep(text: string): void {
    clearTimeout(this.#stepTimer);
    this.lastStep = text;
    this.#stepTimer = setTimeout(() => (this.lastStep = ''), stepShownMs);
  }

  /** Waits for earlier edits, because the host makes the edits of one image in their order. */
  async #step(name: 'history.undo' | 'history.redo'): Promise<void> {
    const image = this.currentId;
    if (image === null) return;
    const { settled } = this.edits.make({
      name,
      image,
      params: {},
      part: 'foreground',
      answered: ({ done, touched }) => {
        if (name === 'history.undo')
          this.#tellStep(done === null ? 'Nothing to undo' : `Undone: ${said(done)}`);
        else this.#tellStep(done === null ? 'Nothing to redo' : `Redone: ${said(done)}`);
        for (const part of touched) this[part].readAgain(image);
      },
    });
    await settled;
  }
}
