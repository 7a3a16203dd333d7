import { foregroundUses } from './choices.ts';
import { z } from 'zod';
import {
  countSchema,
  durationMsSchema,
  magnitudeSchema,
  positiveCountSchema,
  realSchema,
} from './numbers.ts';
import { computedBySchema } from './inference.ts';
import { stackAxesSchema } from './stack-axes.ts';
import { projectionSchema } from './stack-planes.ts';
import { shownName } from './visible-text.ts';

/**
 * The JSON files of a project folder. An unknown field is refused by name, so that nothing written by a newer
 * program is lost silently.
 */

/** The version of `project.json` this program writes; older ones are migrated, newer ones refused. */
export const projectSchemaVersion = 4;

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** The most pixels of an image: an array of labels has at most 2³⁰ × 4 bytes. */
export const mostPixels = 2 ** 30;

/** The largest number of cells or pixels. */
const cellCountSchema = countSchema.max(mostPixels);

/** Width or height of a pixel: from electron microscopes to magnifying glasses. */
const pixelWidthUmSchema = z.number().min(1e-4).max(1e4);
export const pixelSizeUmSchema = z.strictObject({ y: pixelWidthUmSchema, x: pixelWidthUmSchema });

/** One file of an image. */
const imageFileSchema = z.strictObject({
  /**
   * From the project folder, with forward slashes; absolute where no relative path exists (another drive).
   */
  path: z.string().min(1),
  /** The last known path, to find the file when only the project folder has moved. */
  lastSeenAt: z.string().min(1),
  sha256: sha256Schema,
  bytes: countSchema,
  /** Channels of the image in this file. */
  channels: z.int().positive().max(65_536),
  /** Index of the image in a file with several positions or series, from 0. */
  image: z.int().positive().max(65_536).optional(),
});

/** The channels that show cells and nuclei, as indices into `channelNames`; `null` if none does. */
export const channelRolesSchema = z.strictObject({
  cells: countSchema.nullable(),
  nuclei: countSchema.nullable(),
});

/** How foreground candidates are made. */
export const foregroundSettingsSchema = z.strictObject({
  /** The quantity to threshold: intensity, or local contrast (for phase contrast). */
  feature: z.enum(['auto', 'intensity', 'local-contrast']),
  method: z.enum(['graph-cut', 'threshold']),
  /** Five multiples of the automatic threshold; `null` uses the defaults. */
  presets: z.array(z.number().positive().max(1000)).length(5).nullable(),
  /**
   * Five thresholds that are the same for all images; they replace the multiples. Grey values of the image
   * for intensity, values of the feature for local contrast.
   */
  thresholds: z.array(realSchema).length(5).exactOptional(),
});

/** The largest σ: no nucleus is that wide. */
export const mostSigmaPx = 200;

/** How locations are found. */
export const locationSettingsSchema = z.strictObject({
  /** The smaller σ of the difference of Gaussians; `auto` estimates it from the image. */
  sigma: z.union([
    z.literal('auto'),
    z.strictObject({ px: z.number().positive().max(mostSigmaPx) }),
    z.strictObject({ um: z.number().positive().max(1e4) }),
  ]),
  /** Filter the logarithm of the intensity, so that dim nuclei count as much as bright ones. */
  logIntensity: z.boolean(),
  /** Multiplies the automatic response threshold. 0: every local maximum above 0 counts. */
  thresholdFactor: z.number().min(0).max(100),
  /** The larger σ as a multiple of the smaller. The default is that of the paper. */
  outerSigmaRatio: z
    .number()
    .min(1.01)
    .max(10)
    .default(5 / 4.2),
  /**
   * Least drop of the response on every path to a higher maximum, as a share of the lower maximum. 0 keeps
   * every local maximum.
   */
  prominence: z.number().min(0).max(0.99).default(0.15),
  /** Least distance between two locations in multiples of the smaller σ; the stronger one stays. */
  minDistanceSigmas: z.number().min(0).max(100).default(1),
  /** Locations nearer to the edge of the image than this are dropped, in px. */
  borderPx: z.number().min(0).max(10_000).default(0),
});

/** Suits most images. */
export const usualLocationSettings = locationSettingsSchema.parse({
  sigma: 'auto',
  logIntensity: true,
  thresholdFactor: 1,
});

/**
 * The difference of Gaussians as published: σ of 4.2 and 5 px on the plain intensity, and every 4-connected
 * local maximum above 0 (Shrestha, Kuang, Yu, IEEE-TMI 2023).
 */
export const publishedLocationSettings: z.infer<typeof locationSettingsSchema> = {
  sigma: { px: 4.2 },
  logIntensity: false,
  thresholdFactor: 0,
  outerSigmaRatio: 5 / 4.2,
  prominence: 0,
  minDistanceSigmas: 0,
  borderPx: 0,
};

const imageFieldsSchema = z.strictObject({
  /** Names the folders of its annotations and predictions; never changes. */
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/),
  name: shownName.pipe(z.string().min(1)),
  files: z.array(imageFileSchema).min(1),
  height: z.int().positive().max(mostPixels),
  width: z.int().positive().max(mostPixels),
  /** The channels of its files, one after the other. */
  channelNames: z.array(shownName).min(1),
  roles: channelRolesSchema,
  /** Confidence of guessed roles. Absent: a person chose them, or they are certain. */
  rolesConfidence: z.number().min(0).max(1).optional(),
  /** Order of the planes in its files, if a person corrected it. */
  axes: stackAxesSchema.nullable(),
  /** Time points and focal planes in the files. */
  sizes: z.strictObject({ t: z.int().positive().max(mostPixels), z: z.int().positive().max(mostPixels) }),
  /** The time point and focal plane in use. With a projection of all focal planes, `z` is 0. */
  plane: z.strictObject({ t: countSchema, z: countSchema, projection: projectionSchema.exactOptional() }),
  pixelSizeUm: pixelSizeUmSchema.nullable(),
  pixelSizeOrigin: z.enum(['file', 'typed', 'unknown']),
  /** Its location settings, if they differ from those of the project. */
  ownLocationSettings: locationSettingsSchema.nullable(),
  /** Whether it is used at all (not excluded). */
  included: z.boolean(),
  /** Whether it is a validation image. */
  validation: z.boolean(),
});

export const imageEntrySchema = imageFieldsSchema
  .refine(({ height, width }) => height * width <= mostPixels, {
    path: ['height'],
    message: `more than ${mostPixels} pixels`,
  })
  .refine(({ roles, channelNames }) => Math.max(roles.cells ?? 0, roles.nuclei ?? 0) < channelNames.length, {
    path: ['roles'],
    message: 'a channel that the image does not have',
  })
  .refine(({ plane, sizes }) => plane.t < sizes.t && plane.z < sizes.z, {
    path: ['plane'],
    message: 'a time point or focal plane that the image does not have',
  })
  .refine(({ plane }) => plane.projection === undefined || plane.z === 0, {
    path: ['plane'],
    message: 'a projection of one focal plane',
  });

/** Settings of one image. Changes of them can be undone like annotations. */
export const imageSettingsSchema = imageFieldsSchema.pick({
  roles: true,
  plane: true,
  pixelSizeUm: true,
  pixelSizeOrigin: true,
  included: true,
  validation: true,
});

/** Image settings of one step of undo. It has the values from the files if the step updated changed files. */
const imageStepSchema = imageSettingsSchema.extend({
  /** If the step renamed the image. */
  name: imageFieldsSchema.shape.name.exactOptional(),
  files: imageFieldsSchema.shape.files.exactOptional(),
  channelNames: imageFieldsSchema.shape.channelNames.exactOptional(),
  axes: imageFieldsSchema.shape.axes.exactOptional(),
  sizes: imageFieldsSchema.shape.sizes.exactOptional(),
});

/** Which cells Review shows and export writes. */
export const reviewSettingsSchema = z.strictObject({
  /** Hides unseen cells with a lower score. `null`: the minimum score of the model that found them. */
  minScore: z.number().min(0).max(1).nullable(),
});

/** What trainings learn from. */
export const trainingChoicesSchema = z.strictObject({
  /** With `none` they need only points. */
  foreground: z.enum(foregroundUses),
});

/** The settings of the project: the defaults of every verb. */
export const projectSettingsSchema = z.strictObject({
  foreground: foregroundSettingsSchema,
  locations: locationSettingsSchema,
  review: reviewSettingsSchema,
  /** Absent: the picked foregrounds are used. */
  training: trainingChoicesSchema.exactOptional(),
});

export const projectManifestSchema = z.strictObject({
  format: z.literal('lacss-project'),
  schemaVersion: z.literal(projectSchemaVersion),
  name: shownName.pipe(z.string().min(1)),
  createdAt: z.iso.datetime(),
  settings: projectSettingsSchema,
  images: z.array(imageEntrySchema),
  /**
   * The steps of undo of the last change of image settings. One write saves the change and its steps. Then
   * the steps go to the journals of the images, after a crash at the next opening.
   */
  pendingSteps: z
    .strictObject({
      edit: z.uuid(),
      title: z.string(),
      steps: z.array(z.strictObject({ image: z.string(), before: imageStepSchema, after: imageStepSchema })),
    })
    .optional(),
});

/** How an annotation was made. */
export const annotationSourceSchema = z.strictObject({
  method: z.enum([
    'candidate',
    'threshold',
    'difference-of-gaussians',
    'labels',
    'file',
    'edited',
    'none-will-do',
    'review',
  ]),
  by: z.enum(['machine', 'person']),
  /** The parameters needed to make it again: threshold, σ, index of the candidate, file. */
  parameters: z.record(z.string(), z.json()),
});

/** One part of an image's annotation: the file beside the record, and its origin. */
const annotationPartSchema = z.strictObject({
  sha256: sha256Schema.nullable(),
  source: annotationSourceSchema,
  /** Number of locations or instances, of foreground pixels, or of reviewed cells. */
  count: cellCountSchema,
});

/** The annotation of an image. `sha256` is `null` for a part that a person left empty on purpose. */
const annotationStateSchema = z.strictObject({
  foreground: annotationPartSchema.nullable(),
  locations: annotationPartSchema.nullable(),
  labels: annotationPartSchema.nullable(),
  review: annotationPartSchema.nullable(),
});

/** `annotations/<image>/record.json`. */
export const annotationRecordSchema = z.strictObject({
  /** The journal entry that this record and its files show. */
  revision: countSchema,
  state: annotationStateSchema,
});

/**
 * Names one edit of a window. The window sends an unanswered edit again with the same id. The journal keeps
 * the id, so that a restarted host makes the edit only once. Absent in older entries and in edits of the
 * command line.
 */
export const editIdSchema = z.uuid();

const stepFields = {
  revision: positiveCountSchema,
  at: z.iso.datetime(),
  edit: editIdSchema.optional(),
};

/** One line of `annotations/<image>/history.jsonl`. */
export const journalEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('edit'),
    revision: positiveCountSchema,
    at: z.iso.datetime(),
    /** The edit, for the Undo menu: `Pick candidate 3`. */
    title: z.string(),
    state: annotationStateSchema,
    /** For an edit of image settings (kept in the manifest): the settings before and after. */
    image: z.strictObject({ before: imageStepSchema, after: imageStepSchema }).optional(),
    /** For an edit that left the annotation as it was: no step of undo. Only its id counts. */
    isUnchanged: z.literal(true).optional(),
    edit: editIdSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('undo'), ...stepFields }),
  z.strictObject({ kind: z.literal('redo'), ...stepFields }),
]);

/** `predictions/<model>/<image>/record.json`. Written last: the prediction is complete if it exists. */
export const predictionRecordSchema = z.strictObject({
  imageName: z.string(),
  /** Content of the image and of the weights. The image is segmented again when either changes. */
  imageSha256: z.array(sha256Schema).min(1),
  weightsSha256: sha256Schema,
  parameters: z.record(z.string(), z.json()),
  cells: cellCountSchema,
  /** The mean cell diameter used, in px of the image; absent in older records. */
  diameterPx: magnitudeSchema.optional(),
  /** A note for people: the image has no cells, or looks unlike the training images. */
  note: z.string().max(1000).optional(),
  /** The model's own minimum score; absent if the model was not calibrated. */
  modelMinScore: z.number().min(0).max(1).optional(),
  /** Absent in older records. */
  computedBy: computedBySchema.optional(),
  elapsedMs: durationMsSchema,
  at: z.iso.datetime(),
});

/** Why a copy of `project.json` was kept: during work, before a program update, or before a restore. */
export type ManifestCopyKind = 'recent' | 'migrated' | 'replaced';

/** A copy of `project.json` that can be restored. */
export interface ManifestCopy {
  id: string;
  /** Until when it was used, as ISO 8601 in UTC. */
  at: string;
  kind: ManifestCopyKind;
  /** Name of the project and number of images in it; `null` if it cannot be read. */
  name: string | null;
  images: number | null;
}

export type ImageFile = z.infer<typeof imageFileSchema>;
export type ChannelRoles = z.infer<typeof channelRolesSchema>;
export type ImageEntry = z.infer<typeof imageEntrySchema>;
export type ImageSettings = z.infer<typeof imageStepSchema>;
export type ReviewSettings = z.infer<typeof reviewSettingsSchema>;
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;
export type ProjectManifest = z.infer<typeof projectManifestSchema>;
export type PendingSteps = NonNullable<ProjectManifest['pendingSteps']>;
export type AnnotationSource = z.infer<typeof annotationSourceSchema>;
export type AnnotationPart = z.infer<typeof annotationPartSchema>;
export type AnnotationState = z.infer<typeof annotationStateSchema>;
export type AnnotationRecord = z.infer<typeof annotationRecordSchema>;
export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type PredictionRecord = z.infer<typeof predictionRecordSchema>;

/** The names of the parts of an annotation. */
export type AnnotationPartName = keyof AnnotationState;
