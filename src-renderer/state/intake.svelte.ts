import type { AddOptions, InspectedImages } from '../../src-main/contract/requests/images.ts';
import type { ImageId } from '../../src-main/contract/fields.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { Progress } from '../../src-main/contract/job.ts';
import { uploadFile } from '../client/upload-file.ts';
import { debounce } from './debounce.ts';
import { filesOfDrop } from './files-of-drop.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/** Bringing images in: looked at first, added when the guess is right. */
export class IntakeState {
  readonly #project: ProjectAccess;
  /** What is being looked at; empty when nothing is. */
  paths = $state.raw<readonly string[]>([]);
  options = $state.raw<AddOptions>({});
  readonly inspected = new Loaded<InspectedImages>();
  progress = $state.raw<Progress | null>(null);
  adding = $state(false);
  /** Files the last intake left out, each with the reason. */
  failures = $state.raw<readonly Failure[]>([]);
  readonly #inspectSoon = debounce(() => this.#inspect(), 300);

  constructor(project: ProjectAccess) {
    this.#project = project;
  }

  async chooseFiles(): Promise<void> {
    this.offer(await this.#project.studio.chooser.choose('images'));
  }

  async chooseFolder(): Promise<void> {
    this.offer(await this.#project.studio.chooser.choose('image-folder'));
  }

  /** Files and folders dropped on the window: Electron knows their paths, a browser hands over their bytes. */
  async drop(transfer: DataTransfer): Promise<void> {
    const { studio } = this.#project;
    const paths = await studio.attempt(async () => {
      if (window.lacss) return window.lacss.pathsOfDrop([...transfer.files]);
      const files = await filesOfDrop(transfer);
      const uploaded: string[] = [];
      for (const [done, file] of files.entries()) {
        this.progress = { done, total: files.length, message: `Reading ${file.name}` };
        uploaded.push(await uploadFile(studio.client, file));
      }
      return uploaded;
    });
    this.progress = null;
    if (paths) this.offer(paths);
  }

  /** Looks at files and shows what they would become. */
  offer(paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.paths = paths;
    this.options = {};
    this.inspected.clear();
    this.#inspect();
  }

  /** Changes how the files are understood, and looks again. */
  change(options: Partial<AddOptions>): void {
    this.options = { ...this.options, ...options };
    this.#inspectSoon();
  }

  /** Changes how the planes of the stacks follow one another; what was said of their channels is void with it. */
  changeAxes(axes: string | null): void {
    const { channelPattern, pixelSizeUm } = this.options;
    this.options = {
      ...(channelPattern === undefined ? {} : { channelPattern }),
      ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }),
      ...(axes === null ? {} : { axes }),
    };
    this.#inspectSoon();
  }

  cancel(): void {
    this.#inspectSoon.cancel();
    this.inspected.clear();
    this.paths = [];
  }

  async add(): Promise<void> {
    this.adding = true;
    const answer = await this.#project.studio.attempt(() =>
      this.#project.ask(
        'images.add',
        { paths: [...this.paths], options: this.options },
        { onProgress: (progress) => (this.progress = progress) },
      ),
    );
    this.adding = false;
    this.progress = null;
    if (!answer) return;
    this.failures = answer.failures;
    this.cancel();
    const [first] = answer.added;
    if (first !== undefined && this.#project.currentId === null) this.#project.show(first);
  }

  async remove(images: readonly ImageId[]): Promise<void> {
    await this.#project.studio.attempt(() => this.#project.ask('images.remove', { images: [...images] }));
  }

  async restore(): Promise<void> {
    const images = [...this.#project.removed];
    await this.#project.studio.attempt(() => this.#project.ask('images.restore', { images }));
  }

  #inspect(): void {
    const paths = [...this.paths];
    void this.inspected
      .load('intake', (signal) =>
        this.#project.ask(
          'images.inspect',
          { paths, options: this.options },
          { signal, onProgress: (progress) => (this.progress = progress) },
        ),
      )
      .then(() => (this.progress = null));
  }
}
