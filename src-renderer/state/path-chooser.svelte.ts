import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import { maxPinnedFolders, maxRecentFolders } from '../../src-main/contract/requests/host-requests.ts';
import type { ChoosePurpose, FolderListing } from '../../src-main/contract/requests/host-requests.ts';
import type { RequestParams } from '../../src-main/contract/requests.ts';
import { Latest } from './latest.ts';
import { completePath, withoutTilde } from './path-completion.ts';
import type { StudioAccess } from './studio-access.ts';

const wantsFolder: readonly ChoosePurpose[] = [
  'image-folder',
  'cell-folder',
  'new-project',
  'model-save',
  'export-folder',
];

const takesSeveral: readonly ChoosePurpose[] = ['images', 'cell-files'];

interface OpenQuestion {
  purpose: ChoosePurpose;
  answer: (paths: string[]) => void;
}

/**
 * Asks the user for files or folders, with the system's dialog or, in a browser, with a dialog of the window.
 */
export class PathChooser {
  readonly #studio: StudioAccess;
  question = $state.raw<OpenQuestion | null>(null);
  listing = $state.raw<FolderListing | null>(null);
  chosen = $state.raw<readonly string[]>([]);
  /** The folders of the last choices, also from earlier sessions. */
  recent = $state.raw<readonly string[]>([]);
  pinned = $state.raw<readonly string[]>([]);
  /** The path in the field while a person types; null while it is that of the folder. */
  typed = $state<string | null>(null);
  /** Paths that complete the typed one. */
  completions = $state.raw<readonly string[]>([]);
  /** Why the typed path does not lead anywhere. */
  problem = $state.raw<Failure | null>(null);
  readonly #typing = new Latest();
  /** Grows with each change of folder. Only the newest answer is shown. */
  #moves = 0;

  constructor(studio: StudioAccess) {
    this.#studio = studio;
  }

  title = $derived(this.question ? titleOf(this.question.purpose) : '');
  wantsFolder = $derived(this.question !== null && wantsFolder.includes(this.question.purpose));
  takesSeveral = $derived(this.question !== null && takesSeveral.includes(this.question.purpose));
  isPinned = $derived(this.listing !== null && this.pinned.includes(this.listing.path));

  /** The chosen paths; empty after Cancel. */
  async choose(purpose: ChoosePurpose, suggestedName?: string): Promise<string[]> {
    if (this.#studio.host?.chooser === 'native') {
      const answer = await this.#studio.attempt(() =>
        this.#studio.client.request('host.choose', {
          purpose,
          ...(suggestedName === undefined ? {} : { suggestedName }),
        }),
      );
      return answer?.paths ?? [];
    }
    this.answer([]);
    return new Promise((answer) => {
      this.question = { purpose, answer };
      this.chosen = [];
      this.typed = null;
      void this.#start();
    });
  }

  async list(path: string | undefined): Promise<void> {
    const move = ++this.#moves;
    const listing = await this.#studio.attempt(() => this.#ask(path));
    if (listing && move === this.#moves) this.#show(listing);
  }

  /** Offers paths that complete a typed one. `~` is the home folder. */
  type(text: string): void {
    this.typed = text;
    this.problem = null;
    const typed = this.#absolute(text);
    this.#typing.run(async () => {
      const parent = /^.*[/\\]/.exec(typed)?.[0];
      const listing = parent === undefined ? null : await this.#ask(parent).catch(() => null);
      this.completions = listing ? completePath(typed, listing, !this.wantsFolder) : [];
    });
  }

  /** Goes to a typed path. A file is chosen in its folder. */
  async go(text: string): Promise<void> {
    this.problem = null;
    const path = this.#absolute(text);
    const move = ++this.#moves;
    try {
      const listing = await this.#ask(path);
      if (move === this.#moves) this.#show(listing);
    } catch (thrown) {
      const parent = path.replace(/[/\\][^/\\]*$/, '');
      const around = parent === path ? null : await this.#ask(parent).catch(() => null);
      const file = around?.entries.find((entry) => entry.kind === 'file' && entry.path === path);
      if (move !== this.#moves) return;
      if (!around || !file || this.wantsFolder) {
        this.problem = toFailure(thrown);
        return;
      }
      this.#show(around);
      this.chosen = [file.path];
    }
  }

  /** Pins the shown folder, or removes it from the pinned ones. */
  togglePin(): void {
    const folder = this.listing?.path;
    if (folder === undefined) return;
    const others = this.pinned.filter((other) => other !== folder);
    this.pinned = (this.isPinned ? others : [...others, folder]).slice(-maxPinnedFolders);
    this.#save({ pinnedFolders: [...this.pinned] });
  }

  async createFolder(name: string): Promise<void> {
    const parent = this.listing?.path;
    if (parent === undefined) return;
    const made = await this.#studio.attempt(() =>
      this.#studio.client.request('host.createFolder', { parent, name }),
    );
    if (made) await this.list(made.path);
  }

  toggle(path: string): void {
    const without = this.chosen.filter((other) => other !== path);
    if (without.length < this.chosen.length) this.chosen = without;
    else this.chosen = this.takesSeveral ? [...this.chosen, path] : [path];
  }

  answer(paths: string[]): void {
    this.question?.answer(paths);
    this.question = null;
    const folder = this.listing?.path;
    if (paths.length === 0 || folder === undefined || folder === this.recent[0]) return;
    this.recent = [folder, ...this.recent.filter((other) => other !== folder)].slice(0, maxRecentFolders);
    this.#save({ recentFolders: [...this.recent] });
  }

  #save(settings: RequestParams<'host.saveSettings'>): void {
    void this.#studio.attempt(() => this.#studio.client.request('host.saveSettings', settings));
  }

  /**
   * Starts where the dialog is, at the last folder, or at the first root, which is the home folder. A path
   * that a person types meanwhile stays.
   */
  async #start(): Promise<void> {
    const move = ++this.#moves;
    for (const path of [this.listing?.path, ...this.recent, this.#home]) {
      // A folder may be deleted or on a disconnected drive.
      const listing = path ? await this.#ask(path).catch(() => null) : null;
      if (move !== this.#moves) return;
      if (!listing) continue;
      const { typed } = this;
      this.#show(listing);
      this.typed = typed;
      return;
    }
    await this.list(this.#home);
  }

  get #home(): string | undefined {
    return this.#studio.host?.roots[0]?.path;
  }

  #absolute(text: string): string {
    return withoutTilde(text.trim(), this.#home ?? '');
  }

  #ask(path: string | undefined): Promise<FolderListing> {
    return this.#studio.client.request('host.list', path === undefined ? {} : { path });
  }

  #show(listing: FolderListing): void {
    this.listing = listing;
    this.typed = null;
    this.chosen = [];
    this.completions = [];
    this.problem = null;
  }
}

/** The title of the dialog. */
function titleOf(purpose: ChoosePurpose): string {
  switch (purpose) {
    case 'images':
      return 'Choose images';
    case 'image-folder':
      return 'Choose a folder of images';
    case 'open-project':
      return 'Open a project';
    case 'new-project':
      return 'Choose where to save the project';
    case 'locations-csv':
      return 'Choose a CSV file of points';
    case 'label-image':
      return 'Choose a label image';
    case 'cell-files':
      return 'Choose files with cells';
    case 'cell-folder':
      return 'Choose a folder of files with cells';
    case 'model-open':
      return 'Choose a model file';
    case 'model-save':
      return 'Choose where to save the model';
    case 'export-folder':
      return 'Choose where to save the files';
  }
}
