import type { ErrorCode } from '../../src-main/contract/errors.ts';
import { toFailure } from '../../src-main/contract/failure.ts';
import type { Failure } from '../../src-main/contract/failure.ts';
import type { ImageId, ProjectId } from '../../src-main/contract/fields.ts';
import type { ForegroundView } from '../../src-main/contract/requests/foreground-requests.ts';
import type { ImageMarks } from '../../src-main/contract/requests/image-requests.ts';
import type { LocationsView } from '../../src-main/contract/requests/location-requests.ts';
import type { ReviewView } from '../../src-main/contract/requests/review-requests.ts';
import type {
  EditName,
  RequestName,
  RequestParams,
  RequestResult,
} from '../../src-main/contract/requests.ts';
import type { RequestOptions } from '../client/client.ts';
import type { StudioAccess } from './studio-access.ts';

/** Requests that carry the id of an edit, of one image or of many. */
export type OnceName = {
  [Name in RequestName]: RequestParams<Name> extends { edit: string } ? Name : never;
}[RequestName];

/** The window's view of each part of an annotation. */
export interface PartViews {
  foreground: ForegroundView;
  locations: LocationsView;
  review: ReviewView;
}
export type PartName = keyof PartViews;

/** The part of the project that pending edits need. */
export interface EditedProject {
  readonly id: ProjectId;
  readonly studio: Pick<StudioAccess, 'client' | 'report'>;
}

export type EditParams<Name extends EditName> = Omit<RequestParams<Name>, 'project' | 'image' | 'edit'>;

/** An edit, as a stage requests it. */
export interface Edit<Name extends EditName, Part extends PartName> {
  name: Name;
  image: ImageId;
  /** A function gives the params when the edit is sent, after the answers to earlier edits. */
  params: EditParams<Name> | (() => EditParams<Name>);
  /** The part that {@link apply} changes. */
  part: Part;
  /** Applies the edit to a view. If the view has it already, it must not change again. */
  apply?: (view: PartViews[Part], editId: string) => PartViews[Part];
  /** The change of the image's marks. */
  marks?: (marks: ImageMarks) => Partial<ImageMarks>;
  /** Called with the host's answer. */
  answered: (answer: RequestResult<Name>) => void;
  /** Called if the edit was refused. The failure is reported already. */
  refused?: (failure: Failure) => void;
}

/** An edit that the host has not answered yet. */
export interface PendingEdit {
  readonly id: string;
  readonly name: EditName;
  readonly image: ImageId;
  readonly part: PartName;
  /** The params, as far as known before it is sent. */
  readonly params: object;
  readonly apply: (view: PartViews[PartName]) => PartViews[PartName];
  readonly marks: (marks: ImageMarks) => Partial<ImageMarks>;
  /** Sends it to the host. @throws LacssError the host's error */
  readonly ask: () => Promise<() => void>;
  readonly refused: (failure: Failure) => void;
  readonly settle: () => void;
}

/** Failures with another cause than the edit. It stays pending and is sent again. */
const sentAgainAfter = new Set<ErrorCode>([
  'connection-lost',
  // The host ends, or has dropped this window.
  'cancelled',
  // The host was restarted and has not opened the project yet.
  'project-missing',
  'project-unreachable',
]);

/** Interval between tries while the project's folder is missing. */
const unreachableRetryMs = 2000;

/**
 * The edits of a project that the host has not answered yet, in their order. Views show them on top of the
 * confirmed state (see `EditedView`).
 *
 * The edits of one image go to the host one after the other, each with its own id. An answer drops the edit.
 * A refusal drops and reports it. Without an answer it stays and is sent again with the same id, also to a
 * restarted host. The image's journal has the id, so the host makes the edit once.
 */
export class PendingEdits {
  readonly #project: EditedProject;
  #edits = $state.raw<readonly PendingEdit[]>([]);
  /** How many changes of {@link askOnce} have no answer yet. */
  #asked = $state(0);
  /** Called at the next connection. */
  #waiting: (() => void)[] = [];
  readonly #sending = new Set<ImageId>();
  /** The revisions in the answers to each image's edits, since its edits were last all answered. */
  readonly #revisions = new Map<ImageId, Set<number>>();
  readonly #onDrained: (image: ImageId, revisions: ReadonlySet<number>) => void;
  /** Grows with every new connection. */
  #connections = 0;
  /** Called when nothing is pending. */
  #onSaved: (() => void)[] = [];
  /** Whether the missing folder was reported. */
  #toldUnreachable = false;
  #retry: ReturnType<typeof setTimeout> | null = null;

  /**
   * @param onDrained called when the last pending edit of an image is answered or refused, with the revisions
   *   of the answers
   */
  constructor(project: EditedProject, onDrained: (image: ImageId, revisions: ReadonlySet<number>) => void) {
    this.#project = project;
    this.#onDrained = onDrained;
  }

  /** All pending edits, oldest first. */
  get all(): readonly PendingEdit[] {
    return this.#edits;
  }

  /** How many changes wait to be saved. */
  get count(): number {
    return this.#edits.length + this.#asked;
  }

  of(image: ImageId): PendingEdit[] {
    return this.#edits.filter((edit) => edit.image === image);
  }

  /**
   * Shows an edit at once and sends it when those before it are answered.
   * @returns the edit's id, and a promise that resolves once it is answered or refused
   */
  make<Name extends EditName, Part extends PartName>(
    edit: Edit<Name, Part>,
  ): { id: string; settled: Promise<void> } {
    const { name, image, part, params, apply, marks, answered, refused } = edit;
    const id = crypto.randomUUID();
    const settled = new Promise<void>((resolve) => {
      const pending: PendingEdit = {
        id,
        name,
        image,
        part,
        params: typeof params === 'function' ? {} : params,
        apply: (view) => (apply ? apply(view as PartViews[Part], id) : view),
        marks: marks ?? (() => ({})),
        ask: async () => {
          const own = typeof params === 'function' ? params() : params;
          const whole = { ...own, image, edit: id } as unknown as Omit<RequestParams<Name>, 'project'>;
          const answer = await this.#ask(name, whole);
          this.#noteRevision(image, revisionOf(answer as RequestResult<EditName>));
          return () => answered(answer);
        },
        refused: (failure) => refused?.(failure),
        settle: resolve,
      };
      this.#edits = [...this.#edits, pending];
      void this.#send(image);
    });
    return { id, settled };
  }

  /**
   * Requests a change of one or many images that is not shown before its answer. Without an answer it is sent
   * again with the same id, also to a restarted host.
   * @throws LacssError as the host refuses
   */
  async askOnce<Name extends OnceName>(
    name: Name,
    params: Omit<RequestParams<Name>, 'project' | 'edit'>,
    options?: RequestOptions,
  ): Promise<RequestResult<Name>> {
    const whole = { ...params, edit: crypto.randomUUID() } as unknown as Omit<RequestParams<Name>, 'project'>;
    this.#asked++;
    try {
      for (;;) {
        const connections = this.#connections;
        try {
          return await this.#ask(name, whole, options);
        } catch (thrown) {
          const failure = toFailure(thrown);
          if (!sentAgainAfter.has(failure.code) || options?.signal?.aborted === true) throw thrown;
          if (failure.code === 'project-unreachable') this.#waitForFolder(failure);
          if (connections === this.#connections) await new Promise<void>((go) => this.#waiting.push(go));
        }
      }
    } finally {
      this.#asked--;
      this.#noteSaved();
    }
  }

  /** Resolves when every change is answered or refused. */
  saved(): Promise<void> {
    return new Promise((resolve) => {
      this.#onSaved.push(resolve);
      this.#noteSaved();
    });
  }

  #noteSaved(): void {
    if (this.count > 0) return;
    for (const resolve of this.#onSaved.splice(0)) resolve();
  }

  /** Sends all pending edits again: the host is there (again) and has the project open. */
  resume(): void {
    this.#connections++;
    for (const go of this.#waiting.splice(0)) go();
    for (const image of new Set(this.#edits.map((edit) => edit.image))) void this.#send(image);
  }

  async #send(image: ImageId): Promise<void> {
    if (this.#sending.has(image)) return;
    this.#sending.add(image);
    for (let [edit] = this.of(image); edit; [edit] = this.of(image)) {
      const connections = this.#connections;
      const isSettled = await this.#try(edit);
      // A new connection may bring the missing answer.
      if (!isSettled && connections === this.#connections) break;
    }
    this.#sending.delete(image);
    if (this.of(image).length > 0) return;
    const revisions = this.#revisions.get(image) ?? new Set();
    this.#revisions.delete(image);
    this.#onDrained(image, revisions);
  }

  #noteRevision(image: ImageId, revision: number): void {
    this.#revisions.set(image, (this.#revisions.get(image) ?? new Set()).add(revision));
  }

  #ask<Name extends OnceName>(
    name: Name,
    params: Omit<RequestParams<Name>, 'project'>,
    options?: RequestOptions,
  ): Promise<RequestResult<Name>> {
    const whole = { ...params, project: this.#project.id } as unknown as RequestParams<Name>;
    return this.#project.studio.client.request(name, whole, options);
  }

  /** @returns whether the host has answered or refused */
  async #try(edit: PendingEdit): Promise<boolean> {
    try {
      const take = await edit.ask();
      this.#toldUnreachable = false;
      this.#drop(edit);
      take();
      return true;
    } catch (thrown) {
      const failure = toFailure(thrown);
      if (sentAgainAfter.has(failure.code)) {
        if (failure.code === 'project-unreachable') this.#waitForFolder(failure);
        return false;
      }
      this.#drop(edit);
      this.#project.studio.report(failure);
      edit.refused(failure);
      return true;
    }
  }

  #drop(edit: PendingEdit): void {
    this.#edits = this.#edits.filter((other) => other !== edit);
    edit.settle();
    this.#noteSaved();
  }

  #waitForFolder(failure: Failure): void {
    if (!this.#toldUnreachable) this.#project.studio.report(failure);
    this.#toldUnreachable = true;
    if (this.#retry !== null) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.resume();
    }, unreachableRetryMs);
  }
}

function revisionOf(answer: RequestResult<EditName>): number {
  return 'revision' in answer ? answer.revision : answer.image.revision;
}
