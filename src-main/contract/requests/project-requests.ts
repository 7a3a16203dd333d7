import type { ForegroundUse } from '../choices.ts';
import { z } from 'zod';
import { realSchema } from '../numbers.ts';
import { grantedPath, imageId, ofProject, projectId } from '../fields.ts';
import type { ImageId, ProjectId } from '../fields.ts';
import type { ManifestCopy, ReviewSettings } from '../project-files.ts';
import { request } from '../request.ts';
import { shownName } from '../visible-text.ts';
import type { CandidateSettings } from './foreground-requests.ts';
import type { ImageSummary } from './image-requests.ts';
import type { LocationSettings } from './location-requests.ts';

/** All that the window needs to show a project at once. Details have their own requests. */
export interface ProjectView {
  id: ProjectId;
  name: string;
  folder: string;
  /** Whether it is the sample project of the program, for the tour. */
  sample: boolean;
  /** Grows by one with every change; events carry it too. */
  revision: number;
  readOnly: boolean;
  images: ImageSummary[];
  /** Removed images, which can be restored; the last removed is last. */
  removed: ImageId[];
  candidateSettings: CandidateSettings;
  locationSettings: LocationSettings;
  reviewSettings: ReviewSettings;
  /** Whether trainings use the picked foregrounds, or points only. */
  foregroundUse: ForegroundUse;
  display: DisplaySettings;
  /** Repairs on opening, for people: a change recovered from the journal, a file found under a new name. */
  notices: string[];
  /** Folders outside the project that its images need, and that are not allowed yet. */
  sourcesToAllow: string[];
}

/** Whether the host has closed a project. If not, the reason. */
export interface ClosedProject {
  heldBy: 'window' | 'training' | 'segmenting' | null;
}

const channelDisplay = z.strictObject({
  visible: z.boolean(),
  /** `#rrggbb`. */
  colour: z.string().regex(/^#[0-9a-f]{6}$/i),
  /** Intensities shown black and full; null = automatic (percentiles 0.1 and 99.9 of each image). */
  low: realSchema.nullable(),
  high: realSchema.nullable(),
  gamma: z.number().min(0.2).max(2),
});
export type ChannelDisplay = z.infer<typeof channelDisplay>;

/** In which order images are listed. `folder`: that of their files. `doubt`: most doubtful cells first. */
export const imageOrders = ['added', 'name', 'status', 'folder', 'doubt'] as const;
export type ImageOrder = (typeof imageOrders)[number];

/** How images are shown. Never changes data. Saved with the project. */
export const displaySettings = z.strictObject({
  mode: z.enum(['composite', 'single', 'grey']),
  /** The channel of modes `single` and `grey`. */
  channel: z.int().min(0).max(65_536),
  /** One entry per channel, for images without their own entry. */
  channels: z.array(channelDisplay).max(64),
  images: z.record(imageId, z.array(channelDisplay).max(64)),
  overlay: z.strictObject({
    outline: z.boolean(),
    fill: z.boolean(),
    /** 0 … 0.4. */
    fillOpacity: z.number().min(0).max(1),
    points: z.boolean(),
  }),
  imageOrder: z.enum(imageOrders).default('added'),
});
export type DisplaySettings = z.infer<typeof displaySettings>;

export const projectRequests = {
  /** Creates an empty project in a new folder below `parent` and opens it. */
  'project.create': request(
    z.strictObject({ parent: grantedPath, name: shownName.pipe(z.string().min(1).max(120)) }),
    {
      effect: 'change',
      process: 'host',
    },
  ).returns<ProjectView>(),
  /**
   * Opens a project. `only` is the id of the project that a window shows already. Another project in its
   * place is refused with `project-unreachable`.
   */
  'project.open': request(z.strictObject({ folder: grantedPath, only: projectId.optional() }), {
    effect: 'change',
    process: 'host',
  }).returns<ProjectView>(),
  /**
   * Lets the project read images from these of its `sourcesToAllow`, also when it is opened again on this
   * computer.
   */
  'project.allowSources': request(
    z.strictObject({ project: projectId, folders: z.array(z.string().min(1)).max(100_000) }),
    { effect: 'change', process: 'host' },
  ).returns<null>(),
  /** Opens the sample project. Creates it first if needed, in a few seconds, with progress. */
  'project.openSample': request(z.strictObject({}), {
    effect: 'change',
    process: 'host',
  }).returns<ProjectView>(),
  /** The copies of `project.json` that can be restored, newest first. Also works for a damaged project. */
  'project.copies': request(z.strictObject({ folder: grantedPath }), {
    effect: 'read',
    process: 'host',
  }).returns<ManifestCopy[]>(),
  /** Replaces `project.json` by a copy, keeps the current file as a copy, and opens the project. */
  'project.restore': request(z.strictObject({ folder: grantedPath, copy: z.string().min(1).max(120) }), {
    effect: 'change',
    process: 'host',
  }).returns<ProjectView>(),
  /** The project the host was started with, if any. */
  'project.initial': request(z.strictObject({}), {
    effect: 'change',
    process: 'host',
  }).returns<ProjectView | null>(),
  /**
   * Closes a project in this window. The host then releases it for other programs, unless another window
   * shows it or a job runs in it.
   */
  'project.close': request(ofProject, { effect: 'change', process: 'host' }).returns<ClosedProject>(),
  'project.read': request(ofProject, { effect: 'import', process: 'host' }).returns<ProjectView>(),
  'project.rename': request(
    z.strictObject({ project: projectId, name: shownName.pipe(z.string().min(1).max(120)) }),
    {
      effect: 'change',
      process: 'host',
    },
  ).returns<ProjectView>(),
  'display.save': request(z.strictObject({ project: projectId, display: displaySettings }), {
    effect: 'change',
    process: 'host',
  }).returns<null>(),
};
