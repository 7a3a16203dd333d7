import type { FolderListing } from '../../src-main/contract/requests/host.ts';
import type { RequestParams } from '../../src-main/contract/requests.ts';
import type { StudioAccess } from './studio-access.ts';

export type ChoosePurpose = RequestParams<'host.choose'>['purpose'];

const titles: Record<ChoosePurpose, string> = {
  images: 'Choose images',
  'image-folder': 'Choose a folder of images',
  'open-project': 'Open a project',
  'new-project': 'Choose where to save the project',
  'locations-csv': 'Choose a CSV file of points',
  'label-image': 'Choose a label image',
  'cell-files': 'Choose files with cells',
  'cell-folder': 'Choose a folder of files with cells',
  'model-open': 'Choose a model file',
  'model-save': 'Choose where to save the model',
  'export-folder': 'Choose where to save the files',
};

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
  /** The folder of the last choice, also from an earlier session. */
  lastFolder: string | null = null;

  constructor(studio: StudioAccess) {
    this.#studio = studio;
  }

  title = $derived(this.question ? titles[this.question.purpose] : '');
  wantsFolder = $derived(this.question !== null && wantsFolder.includes(this.question.purpose));
  takesSeveral = $derived(this.question !== null && takesSeveral.includes(this.question.purpose));

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
      void this.#start();
    });
  }

  async list(path: string | undefined): Promise<void> {
    const listing = await this.#studio.attempt(() => this.#ask(path));
    if (listing) this.#show(listing);
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
    if (paths.length === 0 || folder === undefined || folder === this.lastFolder) return;
    this.lastFolder = folder;
    void this.#studio.attempt(() => this.#studio.client.request('host.saveSettings', { lastFolder: folder }));
  }

  /** Starts at the last folder, otherwise at the project, otherwise at the first root. */
  async #start(): Promise<void> {
    const folder = this.#studio.project?.folder;
    // The parent folder of the project can be listed only below a root.
    const around = folder?.replace(/[/\\][^/\\]+$/, '');
    for (const path of [this.listing?.path, this.lastFolder, around, folder]) {
      // A folder may be deleted or on a disconnected drive.
      const listing = path ? await this.#ask(path).catch(() => null) : null;
      if (listing) return this.#show(listing);
    }
    await this.list(this.#studio.host?.roots[0]?.path);
  }

  #ask(path: string | undefined): Promise<FolderListing> {
    return this.#studio.client.request('host.list', path === undefined ? {} : { path });
  }

  #show(listing: FolderListing): void {
    this.listing = listing;
    this.chosen = [];
  }
}
