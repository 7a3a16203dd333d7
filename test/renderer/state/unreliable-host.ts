import { join } from 'node:path';
import { LacssError } from '../../../src-main/contract/errors.ts';
import type { ErrorCode } from '../../../src-main/contract/errors.ts';
import type { EventName, Events } from '../../../src-main/contract/events.ts';
import { toFailure } from '../../../src-main/contract/failure.ts';
import type { DownMessage, UpMessage } from '../../../src-main/contract/messages.ts';
import { requests } from '../../../src-main/contract/requests.ts';
import type { CheckedParams, RequestName } from '../../../src-main/contract/requests.ts';
import type { ProjectView } from '../../../src-main/contract/requests/project-requests.ts';
import { decodeMessage, encodeMessage } from '../../../src-main/contract/wire.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { candidatesOf } from '../../../src-main/tasks/foreground/candidate-desk.ts';
import { previewThreshold, thresholdRange } from '../../../src-main/tasks/foreground/edit-foreground.ts';
import { defaultDisplay } from '../../../src-main/host/display-file.ts';
import { readForeground } from '../../../src-main/tasks/foreground/read-foreground.ts';
import { annotationEdits } from '../../../src-main/tasks/edits/annotation-edits.ts';
import type { EditName } from '../../../src-main/contract/requests.ts';
import { changeImages } from '../../../src-main/tasks/images/change-images.ts';
import { describeProject, summariseImages } from '../../../src-main/tasks/images/describe-project.ts';
import { changedSinceSummary } from '../../../src-main/tasks/images/summarise-image.ts';
import { findLocationsOf } from '../../../src-main/tasks/locations/edit-locations.ts';
import { readLocations } from '../../../src-main/tasks/locations/read-locations.ts';
import { readReview } from '../../../src-main/tasks/review/review-view.ts';
import type { ConnectionStatus, Transport } from '../../../src-renderer/client/transport.ts';

type Request = Extract<DownMessage, { type: 'request' }>;
const projectId = 'p1';
const none = new AbortController().signal;

/** Faults of a request: the host fails before the work is done, or after it. */
interface Fault {
  code: ErrorCode;
  isMade: boolean;
}

/**
 * A host on a real project folder, behind a transport that a test controls. Nothing is sent or done before
 * {@link step}, which chooses among all possible next events.
 */
export class UnreliableHost {
  readonly transport: Transport;
  /** Faults of the next edits, in order. */
  readonly faults: Fault[] = [];
  /** The faults of edits, by the id of the edit. */
  readonly #failed = new Map<string, Fault>();
  readonly #folder: string;
  #project: Project | null = null;
  /** Whether the window has opened the project since the host was started. */
  #isOpened = true;
  #isConnected = true;
  #revision = 0;
  /** Messages that the window has sent without a connection. The next connection sends them. */
  #waiting: DownMessage[] = [];
  /** Requests on their way to the host, and messages on their way to the window. */
  #down: Request[] = [];
  #up: UpMessage[] = [];
  #receive: (message: UpMessage) => void = () => undefined;
  #turn: (status: ConnectionStatus) => void = () => undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.transport = {
      send: (message) => {
        const sent = decodeMessage(encodeMessage(message)) as DownMessage;
        if (!this.#isConnected) this.#waiting.push(sent);
        else this.#take(sent);
      },
      start: (receive, status) => {
        this.#receive = receive;
        this.#turn = status;
      },
      pixels: () => Promise.reject(new TypeError('These tests show no pixels.')),
    };
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** The number of messages on their way. */
  get load(): number {
    return this.#down.length + this.#up.length;
  }

  async start(): Promise<ProjectView> {
    this.#project = await openProject(this.#folder, { purpose: 'test', access: 'shared' });
    return this.#view();
  }

  /** The project as its files hold it, from a new reader. */
  readDisk(): Promise<Project> {
    return openProject(this.#folder, { purpose: 'test', access: 'read' });
  }

  /** Lets one event happen. @param choose a number from 0 up to, but without, its argument */
  async step(choose: (count: number) => number): Promise<void> {
    const at = choose(this.load);
    if (at < this.#up.length) this.#receive(this.#up.splice(at, 1)[0]!);
    else await this.#serve(this.#down.splice(at - this.#up.length, 1)[0]!);
  }

  /** Sends a request once more, like a window without an answer. It also repeats an answer. */
  duplicate(choose: (count: number) => number): void {
    if (this.#down.length > 0) this.#down.push(this.#down[choose(this.#down.length)]!);
    const answers = this.#up.filter(({ type }) => type !== 'event');
    if (answers.length > 0) this.#up.push(answers[choose(answers.length)]!);
  }

  /** Breaks the connection. The host may still process messages on their way to it, but answers no more. */
  async lose(isDone: () => boolean): Promise<void> {
    const down = this.#down;
    this.#down = [];
    this.#waiting = [];
    this.#isConnected = false;
    this.#turn('lost');
    for (const request of down) if (isDone()) await this.#serve(request);
    this.#up = [];
  }

  /** Ends the host and starts another, which knows only the project's folder. */
  async restart(isDone: () => boolean): Promise<void> {
    if (this.#isConnected) await this.lose(isDone);
    this.#project = await openProject(this.#folder, { purpose: 'test', access: 'shared' });
    this.#isOpened = false;
    this.#revision = 0;
  }

  connect(): void {
    this.#isConnected = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) this.#take(message);
    this.#turn('open');
  }

  /** A change that this window has not requested. */
  async change(image: string, work: (project: Project) => Promise<unknown>): Promise<void> {
    await work(this.#project!);
    await this.#tell(image);
  }

  #take(message: DownMessage): void {
    if (message.type === 'request') this.#down.push(message);
    else this.#down = this.#down.filter(({ job }) => job !== message.job);
  }

  async #serve({ job, name, params }: Request): Promise<void> {
    try {
      const checked = requests[name as RequestName].params.parse(params) as never;
      const value = await this.#answer(name as RequestName, checked);
      if (requests[name as RequestName].effect === 'import') await this.#tellImported();
      this.#say({ type: 'result', job, value });
    } catch (thrown) {
      this.#say({ type: 'error', job, failure: toFailure(thrown) });
    }
  }

  async #answer(name: RequestName, params: CheckedParams<never>): Promise<unknown> {
    const project = this.#project!;
    if (name === 'project.open') {
      this.#isOpened = true;
      return this.#view();
    }
    if (!this.#isOpened) throw new LacssError('project-missing', 'This project is not open.');
    const { image } = params as { image: string };
    switch (name) {
      case 'project.read':
        return this.#view();
      case 'locations.read':
        return readLocations(project, image);
      case 'foreground.read':
        return readForeground(project, image);
      case 'review.read':
        return readReview(project, image);
      case 'foreground.candidates':
        return candidatesOf(project, project.image(image), none);
      case 'foreground.range':
        return thresholdRange(project, project.image(image), none);
      case 'foreground.preview': {
        const { threshold } = params as { threshold: number };
        return previewThreshold(project, project.image(image), threshold, none);
      }
      case 'foreground.saveSettings': {
        const { settings } = params as CheckedParams<'foreground.saveSettings'>;
        await project.update((manifest) => ({
          ...manifest,
          settings: { ...manifest.settings, foreground: settings },
        }));
        this.#emit('project.changed', { project: projectId, revision: ++this.#revision });
        return null;
      }
      case 'images.change': {
        const change = params as CheckedParams<'images.change'>;
        await changeImages(project, change);
        for (const changed of change.images) await this.#tell(changed);
        return summariseImages(project, project.images(change.images));
      }
      case 'locations.find': {
        const wanted = params as CheckedParams<'locations.find'>;
        const answer = await findLocationsOf(project, wanted, { signal: none, onProgress: () => undefined });
        for (const changed of wanted.images) await this.#tell(changed);
        return answer;
      }
      case 'foreground.pick':
      case 'foreground.paint':
      case 'locations.edit':
      case 'review.setState':
      case 'review.edit':
      case 'review.setAllChecked':
      case 'review.import':
      case 'locations.import':
      case 'images.attachLabels':
      case 'history.undo':
      case 'history.redo':
        return this.#edit(name, params);
      default:
        // Not part of these tests, so nobody receives it.
        throw new LacssError('cancelled', name);
    }
  }

  async #edit(name: EditName, params: CheckedParams<never>): Promise<unknown> {
    const { image, edit } = params as { image: string; edit: string };
    const isRepeated = await this.#project!.annotation(this.#project!.image(image)).holds(edit);
    // An edit that is already made needs no room on a disk. An edit that failed fails again.
    const fault = this.#failed.get(edit) ?? (isRepeated ? undefined : this.faults.shift());
    if (fault !== undefined && fault.code !== 'project-unreachable') this.#failed.set(edit, fault);
    const failure = fault && new LacssError(fault.code, 'A fault of the test.');
    if (failure && !fault.isMade) throw failure;
    const answer = await annotationEdits[name](this.#project!, params, { signal: none });
    await this.#tell(image);
    if (failure) throw failure;
    return answer;
  }

  /** Reading may have imported another program's files. */
  async #tellImported(): Promise<void> {
    const { manifest } = this.#project!;
    for (const image of await changedSinceSummary(this.#project!, manifest.images)) await this.#tell(image);
  }

  async #tell(image: string): Promise<void> {
    const project = this.#project!;
    const changed = await summariseImages(project, [project.image(image)]);
    const revision = ++this.#revision;
    this.#emit('project.imagesChanged', { project: projectId, revision, changed, removed: [] });
  }

  #emit<Name extends EventName>(name: Name, payload: Events[Name]): void {
    this.#say({ type: 'event', name, payload } as UpMessage);
  }

  #say(message: UpMessage): void {
    if (this.#isConnected) this.#up.push(decodeMessage(encodeMessage(message)) as UpMessage);
  }

  async #view(): Promise<ProjectView> {
    const revision = this.#revision;
    return {
      ...(await describeProject(this.#project!)),
      id: projectId,
      folder: join(this.#folder),
      sample: false,
      revision,
      notices: [],
      sourcesToAllow: [],
      display: defaultDisplay,
    };
  }
}
