import { z } from 'zod';
import { grantedPath, imageId, ofProject, projectId } from '../fields.ts';
import type { ImageId, ProjectId } from '../fields.ts';
import type { ManifestCopy, ReviewSettings } from '../project.ts';
import { request } from '../request.ts';
import { shownName } from '../visible-text.ts';
import type { CandidateSettings } from './foreground.ts';
import type { ImageSummary } from './images.ts';
import type { LocationSettings } from './locations.ts';

/** Everything the window needs to paint a project at once; details come by their own requests. */
export interface ProjectView {
  id: ProjectId;
  name: string;
  folder: string;
  /** Whether it is the sample that the program makes: what the tour speaks of. */
  sample: boolean;
  /** Grows by one with every change anyone makes; events carry it too. */
  revision: number;
  readOnly: boolean;
  images: ImageSummary[];
  /** Images that were taken out and can be put back, the last one last. */
  removed: ImageId[];
  candidateSettings: CandidateSettings;
  locationSettings: LocationSettings;
  reviewSettings: ReviewSettings;
  display: DisplaySettings;
  /** What was put right on opening, in words: a change recovered from the journal, a file found under a new name. */
  notices: string[];
}

/** Whether the host has let a project go, and else what holds it. */
export interface ClosedProject {
  heldBy: 'window' | 'training' | 'segmenting' | null;
}

const channelDisplay = z.strictObject({
  visible: z.boolean(),
  /** `#rrggbb`. */
  colour: z.string().regex(/^#[0-9a-f]{6}$/i),
  /** Intensities shown black and full; null = automatic (percentiles 0.1 and 99.9 of each image). */
  low: z.number().nullable(),
  high: z.number().nullable(),
  gamma: z.number().min(0.2).max(2),
});
export type ChannelDisplay = z.infer<typeof channelDisplay>;

/** How images are shown; never touches data. Remembered with the project. */
export const displaySettings = z.strictObject({
  mode: z.enum(['composite', 'single', 'grey']),
  /** The channel of modes `single` and `grey`. */
  channel: z.number().int().min(0),
  /** One entry a channel, for every image that has no entry of its own. */
  channels: z.array(channelDisplay).max(64),
  images: z.record(imageId, z.array(channelDisplay).max(64)),
  overlay: z.strictObject({
    outline: z.boolean(),
    fill: z.boolean(),
    /** 0 … 0.4. */
    fillOpacity: z.number().min(0).max(1),
    points: z.boolean(),
  }),
});
export type DisplaySettings = z.infer<typeof displaySettings>;

export const projectRequests = {
  /** Makes an empty project in a new folder below `parent` and opens it. */
  'project.create': request(
    z.strictObject({ parent: grantedPath, name: shownName.pipe(z.string().min(1).max(120)) }),
    {
      effect: 'change',
      process: 'host',
    },
  ).returns<ProjectView>(),
  'project.open': request(z.strictObject({ folder: grantedPath }), {
    effect: 'change',
    process: 'host',
  }).returns<ProjectView>(),
  /** Opens the sample project, making it first if need be (seeded images, a few seconds; reports progress). */
  'project.openSample': request(z.strictObject({}), {
    effect: 'change',
    process: 'host',
  }).returns<ProjectView>(),
  /** The copies of `project.json` that can be put back, newest first; also of a project that is damaged. */
  'project.copies': request(z.strictObject({ folder: grantedPath }), {
    effect: 'read',
    process: 'host',
  }).returns<ManifestCopy[]>(),
  /** Puts a copy in place of `project.json`, which is kept as a copy too, and opens the project. */
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
   * This window is done with a project. The host lets it go, so that other programs may open it, unless another window shows
   * it or work is under way in it.
   */
  'project.close': request(ofProject, { effect: 'change', process: 'host' }).returns<ClosedProject>(),
  'project.read': request(ofProject, { effect: 'read', process: 'host' }).returns<ProjectView>(),
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
