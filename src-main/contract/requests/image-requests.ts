import { z } from 'zod';
import { countSchema } from '../numbers.ts';
import type { Failure } from '../failure.ts';
import { grantedPath, imageId, ofEdit, ofImage, ofImages, projectId } from '../fields.ts';
import type { ImageId } from '../fields.ts';
import type { ContourSet, Dtype, PixelSizeUm } from '../pixels.ts';
import { channelRolesSchema, editIdSchema, pixelSizeUmSchema } from '../project-files.ts';
import type { ChannelRoles } from '../project-files.ts';
import { stackAxesSchema } from '../stack-axes.ts';
import { focusChoiceSchema, projectionSchema, timeChoiceSchema } from '../stack-planes.ts';
import type { Projection } from '../stack-planes.ts';
import { request } from '../request.ts';

/** The progress of one image, as the film strip shows it. */
export interface ImageMarks {
  /**
   * `suggestion`: suggestion accepted automatically. `picked`: by the user. `none-fits`: the user refused all
   * five.
   */
  foreground: 'missing' | 'suggestion' | 'picked' | 'none-fits';
  /** Origin of the locations; `edited` after any manual edit. */
  locations: 'missing' | 'found' | 'edited' | 'imported';
  locationCount: number;
  /** Whether it has a label image (truth, or cells reviewed into labels). */
  labels: boolean;
  /** The model of the latest prediction, or null. */
  predictedBy: string | null;
  /** All cells found, regardless of score; of these accepted, and rejected or deleted. */
  cells: number;
  accepted: number;
  rejected: number;
}

/** What the viewer needs to show one plane of an image. */
export interface ChannelView {
  name: string;
  /**
   * Tiles hold uint16 for every file type. The original value is `offset + scale * sample`. 8- and 16-bit
   * unsigned files have offset 0 and scale 1, so their values are exact.
   */
  offset: number;
  scale: number;
  /** In original values. */
  min: number;
  max: number;
  /** Automatic contrast: percentiles 0.1 and 99.9. */
  autoLow: number;
  autoHigh: number;
  /** Counts of 256 equal bins between `min` and `max`. */
  histogram: Uint32Array;
}

/** How to show an image at its time point and focal plane. */
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
  /** The time point and focal plane in use. */
  t: number;
  z: number;
  /** How all focal planes are used, instead of the one. */
  projection: Projection | null;
  channelNames: string[];
  /** Which channel shows cells and which nuclei, as indices. */
  roles: ChannelRoles;
  /** From the file or entered by the user; null if unknown. */
  pixelSizeUm: PixelSizeUm | null;
  pixelSizeOrigin: 'file' | 'typed' | 'unknown';
  excluded: boolean;
  /** Whether it is a validation image. */
  validation: boolean;
  marks: ImageMarks;
  /** Why it cannot be read now (moved, damaged), otherwise null. */
  failure: Failure | null;
  /**
   * Its label image. `file` is null if it comes from reviewed cells. `warning`: why it may belong to another
   * image, and how many cells of the file were left out.
   */
  labelImage: { file: string | null; cells: number; warning: string | null } | null;
  /** The title of the step for `history.undo` and `history.redo`: `Pick candidate 3`. Null without a step. */
  undo: string | null;
  redo: string | null;
  /** The number of the image's last edit: a view with a lower one is out of date. */
  revision: number;
}

/** One image as it would be added, with thumbnails to check it. */
export interface ImageProposal {
  /** The common part of its file names, or the file name. */
  name: string;
  /** The files, each with its channels. */
  files: { path: string; channels: string[] }[];
  height: number;
  width: number;
  sizes: { t: number; z: number; c: number };
  channelNames: string[];
  roles: ChannelRoles;
  /** Confidence of the suggested roles, 0 … 1. */
  rolesConfidence: number;
  pixelSizeUm: PixelSizeUm | null;
  dtype: string;
  /** Planes per file, whose order `axes` gives. */
  stackLength: number;
  /**
   * Whether the axes are guessed from the number of planes, because no file states them. A person should
   * check them.
   */
  axesAreGuessed: boolean;
  /** Whether its files belong together only by similar names. A person should check them. */
  channelsAreGuessed: boolean;
  /** The (first) plane that becomes an image, and how many images the stack becomes. */
  plane: { t: number; z: number; projection?: Projection };
  images: number;
  /** One PNG per channel (grey, automatic contrast, longer side 192 px), to check the guess. */
  thumbnails: Uint8Array[];
}

/** The choices for the focal planes of a stack, each with a PNG of the channel that shows the cells. */
export interface FocusViews {
  /** The stack's name, and its number of focal planes. */
  name: string;
  count: number;
  plane: Uint8Array;
  maximum: Uint8Array;
  'best-focus': Uint8Array;
}

/** A label image and the image with the same name. */
export interface LabelPair {
  file: string;
  /** The image's name. */
  image: string;
}

/** An image that was not added. */
export interface SkippedImage {
  name: string;
  /** The image of the project with its present or former content. */
  image: ImageId;
  /** The name of that image. */
  as: string;
}

export interface InspectedImages {
  proposals: ImageProposal[];
  /** Of the first stack with several focal planes. */
  focusViews: FocusViews | null;
  /** Number of images found; only the first are inspected. */
  total: number;
  /** Label images by their names, the image of each, and why they may not fit. */
  labels: (LabelPair & { unfit: string | null })[];
  /** Files whose names look like label images, but that belong to no image. */
  labelFiles: string[];
  /** Small copies that the microscope's software made for its own display. They are left out. */
  thumbnailFiles: string[];
  /** Files that cannot be added, each with the reason. The others are added. */
  failures: Failure[];
}

export interface AddedImages {
  added: ImageId[];
  /** Images with the same content as an image of the project. */
  known: SkippedImage[];
  /** Images whose files have changed since they were added. They are left out unless `update` is set. */
  changed: SkippedImage[];
  /** Images that were updated from changed files. */
  updated: SkippedImage[];
  /** Images whose files do not state the order of their planes. */
  guessedStacks: string[];
  /** Images whose channel roles are uncertain by names and pixels. */
  guessedRoles: string[];
  /** Images of several files that belong together only by similar names. */
  guessedChannels: string[];
  /** Label images that were attached. */
  attached: (LabelPair & { id: ImageId; cells: number; warning: string | null })[];
  /** Label images that were found and not attached. */
  labels: LabelPair[];
  /** Files whose names look like label images, but that belong to no image. */
  labelFiles: string[];
  /** Small copies that the microscope's software made for its own display. They are left out. */
  thumbnailFiles: string[];
  failures: Failure[];
}

/** With a lower confidence of the suggested roles, a person should check them. */
export const sureOfRoles = 0.6;

/** How files become images. `images.inspect` shows the defaults. */
const addOptions = z.strictObject({
  /**
   * `{stem}_{channel}.tif`: which parts of a file name give image and channel. Absent or empty: automatic.
   * `none`: every file is an image.
   */
  channelPattern: z.string().max(200).optional(),
  /** Order of the planes in a stack. Absent: from the file, or automatic. */
  axes: stackAxesSchema.optional(),
  roles: channelRolesSchema.optional(),
  pixelSizeUm: pixelSizeUmSchema.optional(),
  /** Which focal planes of a stack become images. @default 0 */
  focus: focusChoiceSchema.optional(),
  /** Which time points become images. @default 0 */
  time: timeChoiceSchema.optional(),
  /** Attach the label images among the files to the images with the same names. @default false */
  attachLabels: z.boolean().optional(),
  /** Update images of the project whose files have changed. @default false */
  update: z.boolean().optional(),
});
export type AddImagesOptions = z.infer<typeof addOptions>;

export const imageRequests = {
  /** Inspects files and folders without adding them: axes, channels, roles, pixel size, thumbnails. */
  'images.inspect': request(
    z.strictObject({
      project: projectId,
      paths: z.array(grantedPath).min(1).max(10_000),
      options: addOptions,
      /** The most images to inspect; the others are only counted. @default 12 */
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
  /** Removes images from the project. Their files stay. `images.restore` restores them at any time. */
  'images.remove': request(ofImages, { effect: 'change', process: 'imaging' }).returns<null>(),
  'images.restore': request(ofImages, { effect: 'change', process: 'imaging' }).returns<null>(),
  /** Changes settings of images; absent fields stay. */
  'images.change': request(
    z.strictObject({
      project: projectId,
      edit: editIdSchema,
      images: z.array(imageId).min(1).max(100_000),
      /** Only for one image. Names of images in a project differ by more than upper and lower case. */
      name: z.string().trim().min(1).max(200).optional(),
      excluded: z.boolean().optional(),
      validation: z.boolean().optional(),
      roles: channelRolesSchema.optional(),
      pixelSizeUm: pixelSizeUmSchema.nullable().optional(),
      t: countSchema.optional(),
      z: countSchema.optional(),
      /** null uses one focal plane again. */
      projection: projectionSchema.nullable().optional(),
    }),
    { effect: 'change', process: 'imaging' },
  ).returns<ImageSummary[]>(),
  /** Reads the image and returns how to show it. */
  'images.display': request(ofImage, { effect: 'read', process: 'imaging' }).returns<ImageDisplay>(),
  /** Attaches a label image (truth) to an image: for evaluation, full supervision and locations. */
  'images.attachLabels': request(z.strictObject({ ...ofEdit.shape, path: grantedPath }), {
    effect: 'change',
    process: 'imaging',
  }).returns<ImageSummary>(),
  /** Detaches label images. Their files stay. */
  'images.detachLabels': request(z.strictObject({ ...ofImages.shape, edit: editIdSchema }), {
    effect: 'change',
    process: 'imaging',
  }).returns<null>(),
  /** null if the image has no label image. */
  'labels.read': request(ofImage, { effect: 'import', process: 'imaging' }).returns<LabelsView | null>(),
};
