import type { EventName, Events } from '../contract/events.ts';
import type { EngineStatus } from '../contract/requests/host-requests.ts';
import type { StartWorker } from '../processes/worker-handle.ts';
import type { ImagingJobs } from '../processes/entries/imaging-jobs.ts';
import type { ProjectChanges } from '../tasks/images/project-changes.ts';
import type { LearningJobs } from '../processes/entries/learning-jobs.ts';
import type { Supervisor } from '../processes/supervisor.ts';
import type { AppStore } from './app-store.ts';
import type { HostPlatform } from './host-platform.ts';
import type { HeldProject, OpenProjects } from './open-projects.ts';
import type { PathGrants } from './path-grants.ts';

export interface HostOptions {
  platform: HostPlatform;
  start: { imaging: StartWorker; learning: StartWorker };
  /** The data folder of the application. */
  dataFolder: string;
  /** The project to open first, if any. */
  projectFolder?: string;
  version: string;
  /** Writes a line to the log, such as a crash. */
  log?: (line: string) => void;
}

/** The services of the host for request handlers. */
export interface HostServices {
  readonly options: HostOptions;
  readonly grants: PathGrants;
  readonly store: AppStore;
  readonly projects: OpenProjects;
  readonly imaging: Supervisor<ImagingJobs>;
  readonly learning: Supervisor<LearningJobs>;
  /** The engine, as far as known. */
  readonly engine: EngineStatus;

  /** Sends an event to every window. */
  emit<Name extends EventName>(name: Name, payload: Events[Name]): void;
  /** Stores the engine status and sends it to every window. */
  tellEngine(status: EngineStatus): void;
  /** Sends the changes in a project to every window. */
  tellChanges(held: HeldProject, changes: ProjectChanges): void;
  /** Sends images changed outside the imaging process to every window. */
  tellChangesOf(held: HeldProject, images: string[]): Promise<void>;
  /** The running job of this project, if any. */
  workUnderWay(held: HeldProject): 'training' | 'segmenting' | null;
  /** Asks every window to read the project again. */
  tellProjectChanged(held: HeldProject): void;
}
