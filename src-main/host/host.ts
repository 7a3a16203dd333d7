import type { EventName, Events } from '../contract/events.ts';
import { detailsOf } from '../contract/failure.ts';
import type { UpMessage } from '../contract/messages.ts';
import type { EngineStatus } from '../contract/requests/host-requests.ts';
import { parsePixelUrl } from '../contract/urls.ts';
import type { StartWorker } from '../processes/worker-handle.ts';
import type { ImagingJobs } from '../processes/entries/imaging-jobs.ts';
import type { ProjectChanges } from '../tasks/images/project-changes.ts';
import type { LearningJobs } from '../processes/entries/learning-jobs.ts';
import { Supervisor } from '../processes/supervisor.ts';
import { AppStore } from './app-store.ts';
import { ErrorLog } from '../project/error-log.ts';
import { allowedSources } from '../project/image-sources.ts';
import { createHandlers } from './create-handlers.ts';
import type { HostOptions, HostServices } from './host-services.ts';
import { OpenProjects } from './open-projects.ts';
import type { HeldProject } from './open-projects.ts';
import { PathGrants } from './path-grants.ts';
import { OutgoingFailures } from './outgoing-failures.ts';
import { Session } from './session.ts';
import { unknownEngine } from './unknown-engine.ts';

/** Pixels for a page. */
export interface PixelAnswer {
  bytes: Uint8Array;
  mediaType: string;
}

/** Time for a cancelled job to stop before its process is killed: enough for one image or one step, ms. */
const patienceMs = { imaging: 30_000, learning: 15_000 };

/**
 * The common part of both hosts: sessions of windows, open projects, the two worker processes, and the
 * routing between them. It touches no pixel.
 */
export class Host implements HostServices {
  readonly options: HostOptions;
  readonly grants = new PathGrants();
  readonly store: AppStore;
  readonly projects = new OpenProjects({
    onReachable: (held) => this.#tellReachable(held),
    grants: () => this.grants.all(),
    allowedSources: (project) => allowedSources(this.options.dataFolder, project),
    isBusy: (held) => this.workUnderWay(held) !== null,
    onClose: async (held) => {
      await this.#handlers.forget(held.id);
      await this.imaging.run('project.forget', held.scope);
    },
  });
  readonly imaging: Supervisor<ImagingJobs>;
  readonly learning: Supervisor<LearningJobs>;
  readonly #sessions = new Map<number, { session: Session; send: (message: UpMessage) => void }>();
  readonly #handlers: ReturnType<typeof createHandlers>;
  readonly #errorLog: ErrorLog;
  readonly #failures: OutgoingFailures;
  #nextWindow = 1;
  #engine: EngineStatus = unknownEngine;

  constructor(options: HostOptions) {
    this.options = options;
    this.store = new AppStore(options.dataFolder);
    this.#errorLog = new ErrorLog(options.dataFolder);
    this.#failures = new OutgoingFailures(this.#errorLog, () => this.#projectFolders());
    this.grants.grant(...options.platform.roots.map(({ path }) => path));
    if (options.projectFolder !== undefined) this.grants.grant(options.projectFolder);
    this.imaging = this.#supervise('imaging', 'The image process', options.start.imaging);
    this.learning = this.#supervise('learning', 'The learning process', options.start.learning);
    this.#handlers = createHandlers(this);
  }

  /** Starts the session of a window; `send` delivers messages to it. */
  connect(send: (message: UpMessage) => void): Session {
    const guarded = (message: UpMessage): void => {
      this.#failures.look(message);
      send(message);
    };
    const session = new Session(this.#nextWindow++, this.#handlers.requests, guarded, (name, error) => {
      this.#errorLog.write(name, detailsOf(error), this.#projectFolders());
    });
    this.#sessions.set(session.window, { session, send: guarded });
    return session;
  }

  #projectFolders(): string[] {
    return this.projects.all().map(({ scope }) => scope.folder);
  }

  /** Ends the session of a window. */
  disconnect(session: Session): void {
    this.#sessions.delete(session.window);
    this.projects.leave(session.window);
    session.close();
  }

  /** Sends an event to every window. */
  emit<Name extends EventName>(name: Name, payload: Events[Name]): void {
    for (const { send } of this.#sessions.values()) {
      send({ type: 'event', name, payload } as UpMessage);
    }
  }

  /** Sends an event to one window. */
  emitTo<Name extends EventName>(window: number, name: Name, payload: Events[Name]): void {
    this.#sessions.get(window)?.send({ type: 'event', name, payload } as UpMessage);
  }

  /**
   * The pixels of a URL, or null for any other URL.
   * @throws LacssError if the project is not open or the image cannot be read
   */
  async pixels(path: string, signal: AbortSignal): Promise<PixelAnswer | null> {
    const address = parsePixelUrl(path);
    if (address === null) return null;
    const { scope } = this.projects.get(address.project);
    const options = { signal, onCrash: 'again' } as const;
    if (address.kind === 'tile') {
      const bytes = await this.imaging.run('tile', { ...scope, address }, options);
      return { bytes, mediaType: 'application/octet-stream' };
    }
    const { image, size } = address;
    const bytes = await this.imaging.run('thumbnail', { ...scope, image, size }, options);
    return { bytes, mediaType: 'image/png' };
  }

  /** The engine, as far as known. */
  get engine(): EngineStatus {
    return this.#engine;
  }

  /** Stores the engine status and sends it to every window. */
  tellEngine(status: EngineStatus): void {
    this.#engine = status;
    this.emit('engine.status', status);
  }

  /** Sends the changes in a project to every window. */
  tellChanges(held: HeldProject, { changed = [], removed = [], project, models }: ProjectChanges): void {
    if (changed.length > 0 || removed.length > 0) {
      held.revision++;
      this.emit('project.imagesChanged', { project: held.id, revision: held.revision, changed, removed });
    }
    if (project === true) this.tellProjectChanged(held);
    if (models === true) this.emit('models.changed', { project: held.id });
  }

  /** Sends images changed outside the imaging process to every window. */
  async tellChangesOf(held: HeldProject, images: string[]): Promise<void> {
    this.tellChanges(
      held,
      await this.imaging.run('summarise', { ...held.scope, images }, { onCrash: 'again' }),
    );
  }

  /** The running job of this project, if any. */
  workUnderWay(held: HeldProject): 'training' | 'segmenting' | null {
    return this.#handlers.workUnderWay(held.id);
  }

  /** Asks every window to read the project again. */
  tellProjectChanged(held: HeldProject): void {
    held.revision++;
    this.emit('project.changed', { project: held.id, revision: held.revision });
  }

  #tellReachable(held: HeldProject): void {
    const { id, scope, unreachable } = held;
    const reachable = unreachable === null;
    this.options.log?.(reachable ? `${scope.folder} is back.` : unreachable.message);
    this.emit('project.reachable', { project: id, reachable, folder: scope.folder });
    // Another program may have changed it meanwhile.
    if (reachable) this.tellProjectChanged(held);
  }

  /**
   * Stops everything cleanly: a training keeps its checkpoint, projects close. Everything is already saved.
   */
  async close(): Promise<void> {
    await this.#handlers.close();
    for (const { session } of this.#sessions.values()) session.close();
    this.imaging.close();
    this.learning.close();
    await this.projects.close();
  }

  #supervise<Jobs extends ImagingJobs | LearningJobs>(
    process: 'imaging' | 'learning',
    title: string,
    start: StartWorker,
  ): Supervisor<Jobs> {
    return new Supervisor<Jobs>({
      title,
      start,
      patienceMs: patienceMs[process],
      onCrash: (end) => {
        const message = `${title} ended unexpectedly (${end}) and was started again. All saved work is safe.`;
        this.options.log?.(message);
        this.emit('process.crashed', { process, message });
      },
    });
  }
}
