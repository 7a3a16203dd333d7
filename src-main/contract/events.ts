import type { ImageId, ProjectId } from './fields.ts';
import type { EngineStatus } from './requests/host-requests.ts';
import type { ImageSummary } from './requests/image-requests.ts';
import type { SegmentItem, SegmentQueue } from './requests/segment-requests.ts';
import type { TrainingEpoch, TrainingStatus, TrainingStep } from './requests/training-requests.ts';

/**
 * All events of a host. Every window gets every event, including those of its own changes. The event of a
 * change arrives before the answer to its request.
 */
export interface Events {
  /** Images or their annotations changed. Has the new summaries; read shown details again. */
  'project.imagesChanged': {
    project: ProjectId;
    revision: number;
    changed: ImageSummary[];
    removed: ImageId[];
  };
  /** Name, settings or display changed: read the project again. */
  'project.changed': { project: ProjectId; revision: number };
  /**
   * The folder of an open project is missing or back. While it is missing, every request of the project fails
   * with `project-unreachable`. When it is back, `project.changed` follows.
   */
  'project.reachable': { project: ProjectId; reachable: boolean; folder: string };
  'training.state': TrainingStatus;
  /** Reports since the last event, at most ten per second. */
  'training.steps': { project: ProjectId; steps: TrainingStep[] };
  /** An epoch ended. `preview` is true if it has a preview. */
  'training.epoch': { project: ProjectId; epoch: TrainingEpoch; preview: boolean };
  'models.changed': { project: ProjectId };
  'segment.queue': SegmentQueue;
  /** One entry of the queue, and the progress of the whole. */
  'segment.item': {
    project: ProjectId;
    index: number;
    item: SegmentItem;
    done: number;
    failed: number;
    secondsLeft: number | null;
  };
  'engine.status': EngineStatus;
  /** A worker process crashed and was started again. `message` has the consequence for its work. */
  'process.crashed': { process: 'imaging' | 'learning'; message: string };
  /** A command of the application menu (Electron). */
  'menu.command':
    | { command: Exclude<MenuCommand, 'open-folder' | 'import-model'> }
    | { command: 'open-folder'; folder: string }
    | { command: 'import-model'; file: string };
}

export type MenuCommand =
  | 'new-project'
  | 'open-project'
  | 'open-sample'
  /** Opens the project in this folder: a recent one, or one that the system passed to the program. */
  | 'open-folder'
  /** Imports this model file, which the system passed to the program. */
  | 'import-model'
  | 'add-images'
  | 'undo'
  | 'redo'
  | 'show-keys'
  | 'toggle-theme';

export type EventName = keyof Events;
