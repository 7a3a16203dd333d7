import type { EventName, Events } from '../contract/events.ts';
import type { ProjectId } from '../contract/fields.ts';
import type { CheckedParams, RequestName, RequestResult } from '../contract/requests.ts';
import type { EngineStatus } from '../contract/requests/host.ts';
import type { StartChild } from '../processes/child.ts';
import type { ChangedImages, ImagingJobs } from '../processes/entries/imaging-jobs.ts';
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

/** Requests of windows that the imaging process answers: those about one project that it has a job for. */
export type ImagingRequest = {
  [Name in RequestName & keyof ImagingJobs]: CheckedParams<Name> extends { project: ProjectId }
    ? Name
    : never;
}[RequestName & keyof ImagingJobs];

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
   * @param extra what the job takes besides the request's own params
   */
  runImaging<Name extends ImagingRequest>(
    name: Name,
    params: CheckedParams<Name>,
    call: Pick<Call, 'signal' | 'onProgress'>,
    extra?: object,
  ): Promise<RequestResult<Name>>;
  /** Remembers and tells every window what computes. */
  tellEngine(status: EngineStatus): void;
  /** Tells every window of images that have changed. */
  tellChanges(held: HeldProject, changes: ChangedImages): void;
  /** Tells every window of images that another process than imaging has changed. */
  tellChangesOf(held: HeldProject, images: string[]): Promise<void>;
  /** Tells every window to read the project again. */
  tellProjectChanged(held: HeldProject): void;
}
