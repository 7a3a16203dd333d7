import type { ManifestCopy } from '../../src-main/contract/project-files.ts';
import type { ProjectView } from '../../src-main/contract/requests/project-requests.ts';
import type { Client } from '../client/client.ts';

/** The parts of the window that the restore dialog needs. */
interface RestoreAccess {
  client: Pick<Client, 'request'>;
  attempt: <T>(work: () => Promise<T>) => Promise<T | undefined>;
  show: (view: ProjectView) => void;
}

/** The earlier versions of a project, and the choice among them. */
export class RestoreState {
  /** The project they are of; `null` while the dialog is closed. */
  folder = $state<string | null>(null);
  copies = $state.raw<ManifestCopy[]>([]);
  readonly #window: RestoreAccess;

  constructor(window: RestoreAccess) {
    this.#window = window;
  }

  /** Lists the earlier versions of a project, which may be damaged. */
  async open(folder: string): Promise<void> {
    const copies = await this.#window.attempt(() =>
      this.#window.client.request('project.copies', { folder }),
    );
    if (copies === undefined) return;
    this.copies = copies;
    this.folder = folder;
  }

  close(): void {
    this.folder = null;
  }

  /** Restores a copy and shows the project. The dialog stays open after an error. */
  async putBack(copy: string): Promise<void> {
    const { folder } = this;
    if (folder === null) return;
    const view = await this.#window.attempt(() =>
      this.#window.client.request('project.restore', { folder, copy }),
    );
    if (view === undefined) return;
    this.close();
    this.#window.show(view);
  }
}
