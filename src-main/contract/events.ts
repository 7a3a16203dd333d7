import type { ImageId, ProjectId } from './fields.ts';
import type { EngineStatus } from './requests/host.ts';
import type { ImageSummary } from './requests/images.ts';
import type { SegmentItem, SegmentQueue } from './requests/segment.ts';
import type { TrainingEpoch, TrainingStatus, TrainingStep } from './requests/training.ts';

/**
 * Everything a host tells its windows unasked. Every window gets every event, also of the changes it made itself; the event of a
 * change arrives before the answer to the request that made it.
 */
export interface Events {
  /** Images were added, removed or changed, or their annotations were: the new summaries; read details again if shown. */
  'project.imagesChanged': {
    project: ProjectId;
    revision: number;
    changed: ImageSummary[];
    removed: ImageId[];
  };
  /** Name, settings or display changed: read the project again. */
  'project.changed': { project: ProjectId; revision: number };
  /**
   * The folder of an open project is gone, moved or replaced, or is back. While it is gone, all that is asked of the
   * project ends with `project-unreachable`; when it is back, `project.changed` follows.
   */
  'project.reachable': { project: ProjectId; reachable: boolean; folder: string };
  'training.state': TrainingStatus;
  /** Reports since the last event, at most ten times a second. */
  'training.steps': { project: ProjectId; steps: TrainingStep[] };
  /** An epoch ended; its preview can be asked for when `preview`. */
  'training.epoch': { project: ProjectId; epoch: TrainingEpoch; preview: boolean };
  'models.changed': { project: ProjectId };
  'segment.queue': SegmentQueue;
  /** One entry of the queue, and how far the whole is by now. */
  'segment.item': {
    project: ProjectId;
    index: number;
    item: SegmentItem;
    done: number;
    failed: number;
    secondsLeft: number | null;
  };
  'engine.status': EngineStatus;
  /** A child process died and was started again; `message` says so in plain words and what became of its work. */
  'process.crashed': { process: 'imaging' | 'learning'; message: string };
  /** The application menu asks the window for something (Electron). */
  'menu.command':
    | { command: Exclude<MenuCommand, 'open-folder' | 'import-model'> }
    | { command: 'open-folder'; folder: string }
    | { command: 'import-model'; file: string };
}

export type MenuCommand =
  | 'new-project'
  | 'open-project'
  | 'open-sample'
  /** Opens the project in this folder: a recent one, or one given to the program by the system. */
  | 'open-folder'
  /** Imports this model file, given to the program by the system. */
  | 'import-model'
  | 'add-images'
  | 'undo'
  | 'redo'
  | 'show-keys'
  | 'toggle-theme';

export type EventName = keyof Events;
