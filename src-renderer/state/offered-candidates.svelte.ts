import type {
  CandidateSettings,
  CandidatesView,
} from '../../src-main/contract/requests/foreground-requests.ts';
import type { ImageSummary } from '../../src-main/contract/requests/image-requests.ts';
import type { ProjectAccess } from './project-access.ts';

/** Candidates kept here: of the current image, of some before it (keys A and U), and of the next. */
const keptCandidates = 8;

/** Larger images are shown coarse first, because their candidates take seconds. */
const coarseFromPixels = 2 ** 22;

/** The candidates of some images, by the current settings. */
export class OfferedCandidates {
  readonly #project: ProjectAccess;
  #settings = $state.raw<CandidateSettings>() as CandidateSettings;
  #views = $state.raw<ReadonlyMap<string, CandidatesView>>(new Map());
  /** The coarse candidates of one large image, until the sharp ones arrive. */
  #coarse = $state.raw<{ key: string; view: CandidatesView } | null>(null);
  readonly #asked = new Map<string, { promise: Promise<void>; controller: AbortController }>();

  constructor(project: ProjectAccess, settings: CandidateSettings) {
    this.#project = project;
    this.#settings = settings;
  }

  get settings(): CandidateSettings {
    return this.#settings;
  }

  of(image: ImageSummary): CandidatesView | null {
    return this.#views.get(this.#keyOf(image)) ?? null;
  }

  /** The shown candidates of an image, coarse or sharp. */
  shown(image: ImageSummary): CandidatesView | null {
    return this.of(image) ?? (this.#coarse?.key === this.#keyOf(image) ? this.#coarse.view : null);
  }

  /** Requests the candidates of an image, unless they are here or requested already. */
  load(image: ImageSummary): Promise<void> {
    const key = this.#keyOf(image);
    if (this.#views.has(key)) return Promise.resolve();
    const asked = this.#asked.get(key);
    if (asked) return asked.promise;
    const controller = new AbortController();
    const { signal } = controller;
    const ask = (coarse: boolean): Promise<CandidatesView | undefined> =>
      this.#project.studio.attempt(() =>
        this.#project.ask('foreground.candidates', { image: image.id, coarse }, { signal }),
      );
    const lookFirst = async (): Promise<CandidatesView | undefined> => {
      const view = await ask(true);
      if (view && isSame(view.settings, this.#settings)) this.#coarse = { key, view };
      // An error is reported once.
      return signal.aborted || !view ? undefined : ask(false);
    };
    const isLarge = image.height * image.width > coarseFromPixels;
    const promise = (isLarge ? lookFirst() : ask(false)).then((view) => {
      if (this.#asked.get(key)?.controller === controller) this.#asked.delete(key);
      // After a change of settings, this answer would show outdated masks.
      if (!view || !isSame(view.settings, this.#settings)) return;
      const kept = [...this.#views].slice(1 - keptCandidates);
      this.#views = new Map([...kept, [key, view]]);
      if (this.#coarse?.key === key) this.#coarse = null;
    });
    this.#asked.set(key, { promise, controller });
    return promise;
  }

  /** Drops the candidates of an image. They are read again when they are needed. */
  forget(image: ImageSummary): void {
    const key = this.#keyOf(image);
    this.#views = new Map([...this.#views].filter(([other]) => other !== key));
  }

  /** Uses settings, and drops candidates of other ones. @returns whether they differ */
  takeSettings(settings: CandidateSettings): boolean {
    if (isSame(settings, this.#settings)) return false;
    this.#settings = settings;
    this.#views = new Map();
    this.#giveUp(() => true);
    return true;
  }

  /** Stops waiting for the candidates of other images, which must not delay this one. */
  giveUpOthers(image: ImageSummary): void {
    this.#giveUp((key) => key !== this.#keyOf(image));
  }

  #giveUp(isGivenUp: (key: string) => boolean): void {
    for (const [key, { controller }] of this.#asked) {
      if (!isGivenUp(key)) continue;
      controller.abort();
      this.#asked.delete(key);
    }
  }

  /** Changes whenever the candidates do. */
  #keyOf(image: ImageSummary): string {
    return `${image.id}/${image.pixels}/${JSON.stringify(this.#settings)}`;
  }
}

function isSame(one: CandidateSettings, other: CandidateSettings): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
