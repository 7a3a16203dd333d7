import type { EventName, Events } from '../contract/events.ts';
import type { CheckedParams, RequestResult, RequestsOf } from '../contract/requests.ts';
import type { EngineStatus } from '../contract/requests/host.ts';
import type { StartChild } from '../processes/child.ts';
import type { ProjectChanges, ImagingJobs } from '../processes/entries/imaging-jobs.ts';
import type { LearningJobs } from '../processes/entries/learning-jobs.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import type { AppStore } from './app-store.ts';
import type { Call } from './call.ts';
import type { HostPlatform } from './host-platform.ts';
import type { HeldProject, OpenProjects } from './open-projects.ts';
import type { PathGrants } from './path-grants.ts';

export interface HostOptions {
  platform: HostPlatform;
  start: { imaging: StartChild; learning: StartChild };
  /** Where the application's own memory is kept. */
  dataFolder: string;
  /** The project to open first, if any. */
  projectFolder?: string;
  version: string;
  /** A line for the log: crashes, in plain words. */
  log?: (line: string) => void;
}

/** What those who answer requests may ask of the host. */
export interface HostServices {
  readonly options: HostOptions;
  readonly grants: PathGrants;
  readonly store: AppStore;
  readonly projects: OpenProjects;
  readonly imaging: Supervisor<ImagingJobs>;
  readonly learning: Supervisor<LearningJobs>;
  /** What computes, as far as is known. */
  readonly engine: EngineStatus;

  /** Tells every window. */
  emit<Name extends EventName>(name: Name, payload: Events[Name]): void;
  /**
   * Runs a request of a window in the imaging process, on the project it names; changes are told to every window.
   */
  runImaging<Name extends RequestsOf<'imaging'>>(
    name: Name,
    params: CheckedParams<Name>,
    call: Pick<Call, 'signal' | 'onProgress'>,
  ): Promise<RequestResult<Name>>;
  /** Remembers and tells every window what computes. */
  tellEngine(status: EngineStatus): void;
  /** Tells every window what has changed in a project. */
  tellChanges(held: HeldProject, changes: ProjectChanges): void;
  /** Tells every window of images that another process than imaging has changed. */
  tellChangesOf(held: HeldProject, images: string[]): Promise<void>;
  /** What of this project is being computed, if anything is. */
  workUnderWay(held: HeldProject): 'training' | 'segmenting' | null;
  /** Lets a project go, so that other programs may open it. */
  letGo(held: HeldProject): Promise<void>;
  /** Tells every window to read the project again. */
  tellProjectChanged(held: HeldProject): void;
}
