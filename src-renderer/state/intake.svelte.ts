import type {
  AddImagesOptions,
  AddedImages,
  InspectedImages,
  SkippedImage,
} from '../../src-main/contract/requests/image-requests.ts';
import type { ImageId } from '../../src-main/contract/fields.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { Progress } from '../../src-main/contract/job.ts';
import { uploadFile } from '../client/upload-file.ts';
import { BatchWork } from './batch-work.svelte.ts';
import { debounce } from './debounce.ts';
import { filesOfDrop } from './files-of-drop.ts';
import { Loaded } from './loaded.svelte.ts';
import type { ProjectAccess } from './project-access.ts';

/** Adding images: inspects files first, adds them after confirmation. */
export class IntakeState {
  readonly #project: ProjectAccess;
  /** The inspected files and folders; empty while the dialog is closed. */
  paths = $state.raw<readonly string[]>([]);
  options = $state.raw<AddImagesOptions>({});
  readonly inspected = new Loaded<InspectedImages>();
  progress = $state.raw<Progress | null>(null);
  readonly adding = new BatchWork();
  /** Files that the last addition left out, each with the reason. */
  failures = $state.raw<readonly Failure[]>([]);
  /** Images of the last intake that the project has already. */
  known = $state.raw<readonly SkippedImage[]>([]);
  /** Images whose files have changed since they were added, and the files to update them from. */
  changed = $state.raw<readonly SkippedImage[]>([]);
  #changedPaths: readonly string[] = [];
  /** Why label images that were attached may belong to other images. */
  labelWarnings = $state.raw<readonly { subject: string; text: string }[]>([]);
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

  /**
   * The paths of files and folders dropped on the window. Electron gives their paths, a browser their bytes.
   * @param isWanted which files of dropped folders a browser hands over
   * @returns undefined if that failed and was reported
   */
  async receive(
    transfer: DataTransfer,
    isWanted: (name: string) => boolean,
  ): Promise<readonly string[] | undefined> {
    const { studio } = this.#project;
    const paths = await studio.attempt(async () => {
      if (window.lacss) return window.lacss.pathsOfDrop([...transfer.files]);
      const files = await filesOfDrop(transfer, isWanted);
      const uploaded: string[] = [];
      for (const [done, file] of files.entries()) {
        this.progress = { done, total: files.length, message: `Reading ${file.name}` };
        uploaded.push(await uploadFile(studio.client, file));
      }
      return uploaded;
    });
    this.progress = null;
    return paths;
  }

  /** Inspects files and shows them as images. */
  offer(paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.paths = paths;
    this.options = { attachLabels: true };
    this.inspected.clear();
    this.#inspect();
  }

  /** Changes how the files are read, and inspects them again. */
  change(options: Partial<AddImagesOptions>): void {
    this.options = { ...this.options, ...options };
    this.#inspectSoon();
  }

  /** Changes the order of the planes in stacks, and resets the roles of their channels. */
  changeAxes(axes: string | null): void {
    const { channelPattern, pixelSizeUm, attachLabels = true } = this.options;
    this.options = {
      attachLabels,
      ...(channelPattern === undefined ? {} : { channelPattern }),
      ...(pixelSizeUm === undefined ? {} : { pixelSizeUm }),
      ...(axes === null ? {} : { axes }),
    };
    this.#inspectSoon();
  }

  /** Closes the dialog. Images that were added before stay. */
  cancel(): void {
    this.adding.cancel();
    this.#inspectSoon.cancel();
    this.inspected.clear();
    this.paths = [];
  }

  async add(): Promise<void> {
    const answer = await this.#add(this.paths, this.options);
    if (!answer) return;
    this.cancel();
    const [first] = answer.added;
    if (first !== undefined && this.#project.currentId === null) this.#project.show(first);
  }

  /** Updates images whose files have changed since they were added. */
  async update(): Promise<void> {
    await this.#add(this.#changedPaths, { update: true });
  }

  /** Clears the report of the last intake. */
  clearReport(): void {
    this.failures = [];
    this.known = [];
    this.changed = [];
    this.labelWarnings = [];
  }

  async #add(paths: readonly string[], options: AddImagesOptions): Promise<AddedImages | undefined> {
    const answer = await this.#project.studio.attempt(() =>
      this.adding.run(this.inspected.value?.total ?? 0, (work) =>
        this.#project.ask('images.add', { paths: [...paths], options }, work),
      ),
    );
    if (!answer) return undefined;
    this.failures = answer.failures;
    // An update reads the same files again, so its skipped images are known already.
    if (options.update !== true) this.known = answer.known;
    this.changed = answer.changed;
    this.#changedPaths = paths;
    this.labelWarnings = answer.attached.flatMap(({ image, warning }) =>
      warning === null ? [] : [{ subject: image, text: warning }],
    );
    return answer;
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
