import { z } from 'zod';
import type { Failure } from '../failure.ts';
import { grantedPath, imageId, ofImage, ofImages, projectId } from '../fields.ts';
import type { ImageId } from '../fields.ts';
import type { ContourSet, Dtype, PixelSizeUm } from '../pixels.ts';
import { channelRolesSchema, pixelSizeUmSchema } from '../project.ts';
import type { ChannelRoles } from '../project.ts';
import { stackAxesSchema } from '../stack-axes.ts';
import { request } from '../request.ts';

/** What is known of a step for one image: the marks of the film strip. */
export interface ImageMarks {
  /** `guess`: picked by the program for the person; `picked`: by the person; `none-fits`: seen, and refused all five. */
  foreground: 'missing' | 'guess' | 'picked' | 'none-fits';
  /** Where the locations come from; `edited` once a person has touched them. */
  locations: 'missing' | 'found' | 'edited' | 'imported';
  locationCount: number;
  /** Whether it has a label image (truth, or cells reviewed into labels). */
  labels: boolean;
  /** The model whose prediction is kept, or null. */
  predictedBy: string | null;
  /** All that the model has found, whatever their scores; of these accepted, and rejected or deleted. */
  cells: number;
  accepted: number;
  rejected: number;
}

/** What the viewer needs to show one plane of an image. */
export interface ChannelView {
  name: string;
  /**
   * Tiles hold uint16 whatever the file holds; the image's own number is `offset + scale * sample`. 8- and 16-bit unsigned
   * files have offset 0 and scale 1: their numbers are exact.
   */
  offset: number;
  scale: number;
  /** In the image's own numbers. */
  min: number;
  max: number;
  /** Automatic contrast: percentiles 0.1 and 99.9. */
  autoLow: number;
  autoHigh: number;
  /** Counts of 256 equal bins between `min` and `max`. */
  histogram: Uint32Array;
}

/** How to show an image at the time point and focal plane it is worked on. */
export interface ImageDisplay {
  image: ImageId;
  height: number;
  width: number;
  /** Levels of tiles, full resolution first; the last fits in one tile. */
  levels: number;
  dtype: Dtype;
  channels: ChannelView[];
}

/** The outlines of a label image, for the viewer. */
export interface LabelsView {
  image: ImageId;
  contours: ContourSet;
}

/** One image of the project, as the strip and the viewer need it. */
export interface ImageSummary {
  id: ImageId;
  name: string;
  /** Files it is read from, relative to the project. */
  files: string[];
  /** Changes whenever its pixels do; part of the tile URLs. */
  pixels: string;
  height: number;
  width: number;
  sizes: { t: number; z: number; c: number };
  /** Time point and focal plane everything is done on. */
  t: number;
  z: number;
  channelNames: string[];
  /** Which channel shows cells and which nuclei, as indices. */
  roles: ChannelRoles;
  /** What the file says, or what the person has typed; null when unknown. */
  pixelSizeUm: PixelSizeUm | null;
  pixelSizeOrigin: 'file' | 'typed' | 'unknown';
  excluded: boolean;
  /** Kept out of training and used to judge it. */
  validation: boolean;
  marks: ImageMarks;
  /** Why it can't be read now (moved, damaged), else null. */
  failure: Failure | null;
  /** Its label image; `file` is null where it comes from reviewed cells. `warning`: why it may belong to another image. */
  labelImage: { file: string | null; cells: number; warning: string | null } | null;
  /** What `history.undo` and `history.redo` would do: `Pick candidate 3`; null when there is nothing. */
  undo: string | null;
  redo: string | null;
  /** The number of the image's last edit: a view with a lower one is out of date. */
  revision: number;
}

/** One image as it would be added: the guess, with its proof. */
export interface ImageProposal {
  /** The stem its channel files share, or the file's name. */
  name: string;
  /** The files, each with the channel it holds (several for a file that holds several). */
  files: { path: string; channels: string[] }[];
  height: number;
  width: number;
  sizes: { t: number; z: number; c: number };
  channelNames: string[];
  roles: ChannelRoles;
  /** 0 … 1: how sure the guess of the roles is. */
  rolesConfidence: number;
  pixelSizeUm: PixelSizeUm | null;
  dtype: string;
  /** How many planes each of its files holds, one after the other: what `axes` puts in order. */
  stackLength: number;
  /** Whether no file says what its planes are: their number decided, and a person should check. */
  axesAreGuessed: boolean;
  /** One PNG a channel (grey, automatic contrast, longer side 192 px): the proof. */
  thumbnails: Uint8Array[];
}

/** A label image and the image that it is called like. */
export interface LabelPair {
  file: string;
  /** The image's name. */
  image: string;
}

/** An image that was not added. */
export interface SkippedImage {
  name: string;
  /** The image of the project that it is, or was. */
  image: ImageId;
  /** What that image is called. */
  as: string;
}

export interface InspectedImages {
  proposals: ImageProposal[];
  /** Images found in all; only the first are looked at. */
  total: number;
  /** Label images, by their names, and the image each belongs to. */
  labels: LabelPair[];
  /** Files that look like label images by their names, and belong to no image. */
  labelFiles: string[];
  /** Small copies that an instrument made for its own display: left out. */
  thumbnailFiles: string[];
  /** Files that can't be added, each with the reason; the rest proceeds. */
  failures: Failure[];
}

export interface AddedImages {
  added: ImageId[];
  /** Images with the very content of one that the project has already. */
  known: SkippedImage[];
  /** Images whose files have changed since they were added: left out unless `update` says otherwise. */
  changed: SkippedImage[];
  /** Images whose changed files were taken over. */
  updated: SkippedImage[];
  /** Images whose files do not say what their planes are. */
  guessedStacks: string[];
  /** Label images that were attached. */
  attached: (LabelPair & { id: ImageId; cells: number; warning: string | null })[];
  /** Label images that were found and not attached. */
  labels: LabelPair[];
  /** Files that look like label images by their names, and belong to no image. */
  labelFiles: string[];
  /** Small copies that an instrument made for its own display: left out. */
  thumbnailFiles: string[];
  failures: Failure[];
}

/** How files become images; every field has a guess that `images.inspect` shows. */
const addOptions = z.strictObject({
  /** `{stem}_{channel}.tif`: how file names tell image and channel; absent or empty = guessed. */
  channelPattern: z.string().max(200).optional(),
  /** How the planes of a stack follow one another; absent = what the file says, or a guess. */
  axes: stackAxesSchema.optional(),
  roles: channelRolesSchema.optional(),
  pixelSizeUm: pixelSizeUmSchema.optional(),
  /** Attach the label images found among the files to the images they are called like. @default false */
  attachLabels: z.boolean().optional(),
  /** Take over changed files of images that the project has. @default false */
  update: z.boolean().optional(),
});
export type AddOptions = z.infer<typeof addOptions>;

export const imageRequests = {
  /** Looks at files and folders without adding them: axes, channels, roles, pixel size, thumbnails as proof. */
  'images.inspect': request(
    z.strictObject({
      project: projectId,
      paths: z.array(grantedPath).min(1).max(10_000),
      options: addOptions,
      /** Proposals with thumbnails, at most; the rest is counted in files only. @default 12 */
      limit: z.number().int().min(1).max(200).optional(),
    }),
    { effect: 'read', process: 'imaging' },
  ).returns<InspectedImages>(),
  'images.add': request(
    z.strictObject({
      project: projectId,
      paths: z.array(grantedPath).min(1).max(10_000),
      options: addOptions,
    }),
    { effect: 'change', process: 'imaging' },
  ).returns<AddedImages>(),
  /** Takes images out of the project; their files stay where they are. Can be undone for ever. */
  'images.remove': request(ofImages, { effect: 'change', process: 'imaging' }).returns<null>(),
  'images.restore': request(ofImages, { effect: 'change', process: 'imaging' }).returns<null>(),
  /** Changes what is known about images; absent fields stay. */
  'images.change': request(
    z.strictObject({
      project: projectId,
      images: z.array(imageId).min(1).max(100_000),
      excluded: z.boolean().optional(),
      validation: z.boolean().optional(),
      roles: channelRolesSchema.optional(),
      pixelSizeUm: pixelSizeUmSchema.nullable().optional(),
      t: z.number().int().min(0).optional(),
      z: z.number().int().min(0).optional(),
    }),
    { effect: 'change', process: 'imaging' },
  ).returns<ImageSummary[]>(),
  /** Reads the image and tells how to show it. */
  'images.display': request(ofImage, { effect: 'read', process: 'imaging' }).returns<ImageDisplay>(),
  /** Attaches a label image (truth) to an image: for evaluation, for full supervision, for locations. */
  'images.attachLabels': request(z.strictObject({ ...ofImage.shape, path: grantedPath }), {
    effect: 'change',
    process: 'imaging',
  }).returns<ImageSummary>(),
  /** Takes label images away; their files stay. */
  'images.detachLabels': request(ofImages, { effect: 'change', process: 'imaging' }).returns<null>(),
  /** null where the image has no label image. */
  'labels.read': request(ofImage, { effect: 'read', process: 'imaging' }).returns<LabelsView | null>(),
};
