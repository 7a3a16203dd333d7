import { z } from 'zod';
import { computedBySchema } from './inference.ts';
import { stackAxesSchema } from './stack-axes.ts';
import { shownName } from './visible-text.ts';

/**
 * What a project folder holds, as its JSON files state it. A field that is not known is refused by name, so that
 * nothing a newer program wrote is dropped in silence.
 */

/** The version of `project.json` this program writes; older ones are migrated, newer ones refused. */
export const projectSchemaVersion = 3;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const countSchema = z.int().nonnegative();

/** More pixels than this, no array of labels can hold: 2³⁰ × 4 bytes is the most the runtime gives. */
export const mostPixels = 2 ** 30;

/** No label, cell or pixel of an image has a larger number. */
const cellCountSchema = countSchema.max(mostPixels);
const cellLabelSchema = z.int().positive().max(mostPixels);

/** Width or height of a pixel: from below an electron microscope's to above a magnifying glass's. */
const pixelWidthUmSchema = z.number().min(1e-4).max(1e4);
export const pixelSizeUmSchema = z.strictObject({ y: pixelWidthUmSchema, x: pixelWidthUmSchema });

/** One file of an image: where it lies and what it holds. */
export const imageFileSchema = z.strictObject({
  /** From the project folder, with forward slashes; absolute where no relative path exists (another drive). */
  path: z.string().min(1),
  /** Where the file was last seen: found again when only the project folder has moved. */
  lastSeenAt: z.string().min(1),
  sha256: sha256Schema,
  bytes: countSchema,
  /** How many channels of the image come from this file. */
  channels: z.int().positive().max(65_536),
  /** Which image of the file, counted from 0, where it holds several positions or series. */
  image: z.int().positive().max(65_536).optional(),
});

/** Which channel shows what, as an index into `channelNames`; `null` where none does. */
export const channelRolesSchema = z.strictObject({
  cells: countSchema.nullable(),
  nuclei: countSchema.nullable(),
});

/** How foreground candidates are made. */
export const foregroundSettingsSchema = z.strictObject({
  /** What is thresholded: brightness, or local contrast where brightness says nothing (phase contrast). */
  feature: z.enum(['auto', 'intensity', 'local-contrast']),
  method: z.enum(['graph-cut', 'threshold']),
  /** Five multiples of the automatic threshold; `null` takes the program's own. */
  presets: z.array(z.number().positive().max(1000)).length(5).nullable(),
});

/** No nucleus is as wide as a filter of this σ. */
export const mostSigmaPx = 200;

/** How locations are found. */
export const locationSettingsSchema = z.strictObject({
  /** The smaller σ of the difference of Gaussians; `auto` estimates it from the image. */
  sigma: z.union([
    z.literal('auto'),
    z.strictObject({ px: z.number().positive().max(mostSigmaPx) }),
    z.strictObject({ um: z.number().positive().max(1e4) }),
  ]),
  /** Filter the logarithm of the intensity, in which a dim nucleus counts as much as a bright one. */
  logIntensity: z.boolean(),
  /** Multiplies the automatic response threshold. */
  thresholdFactor: z.number().min(0).max(100),
});

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
  /** How the planes of its files follow one another, where a person has corrected what was read or guessed. */
  axes: stackAxesSchema.nullable(),
  /** How many time points and focal planes the files hold. */
  sizes: z.strictObject({ t: z.int().positive().max(mostPixels), z: z.int().positive().max(mostPixels) }),
  /** The time point and focal plane that are worked on. */
  plane: z.strictObject({ t: countSchema, z: countSchema }),
  pixelSizeUm: pixelSizeUmSchema.nullable(),
  pixelSizeOrigin: z.enum(['file', 'typed', 'unknown']),
  /** How its locations are found, where that differs from the project. */
  ownLocationSettings: locationSettingsSchema.nullable(),
  /** Whether it takes part in training. */
  included: z.boolean(),
  /** Whether it is kept out of training to judge the model. */
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
  });

/** What a person says of an image as a whole; all of it can be taken back like an annotation. */
export const imageSettingsSchema = imageFieldsSchema.pick({
  roles: true,
  plane: true,
  pixelSizeUm: true,
  pixelSizeOrigin: true,
  included: true,
  validation: true,
});

/** Which of the cells that were found are shown and exported. */
export const reviewSettingsSchema = z.strictObject({
  /** Cells of a lower score that nobody has judged are left out. */
  minScore: z.number().min(0).max(1),
});

/** The settings of the project: what a verb uses where nothing else is said. */
export const projectSettingsSchema = z.strictObject({
  foreground: foregroundSettingsSchema,
  locations: locationSettingsSchema,
  review: reviewSettingsSchema,
});

export const projectManifestSchema = z.strictObject({
  format: z.literal('lacss-project'),
  schemaVersion: z.literal(projectSchemaVersion),
  name: shownName.pipe(z.string().min(1)),
  createdAt: z.iso.datetime(),
  settings: projectSettingsSchema,
  images: z.array(imageEntrySchema),
});

/** How an annotation came about. */
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
  /** What a person needs to make it again: thresholds, σ, the index of the candidate, the file. */
  parameters: z.record(z.string(), z.json()),
});

/** One part of an image's annotation: the file beside the record, and its origin. */
export const annotationPartSchema = z.strictObject({
  sha256: sha256Schema.nullable(),
  source: annotationSourceSchema,
  /** Locations or instances in it; foreground pixels for a foreground; judged cells for a review. */
  count: cellCountSchema,
});

/** What is annotated in an image. `sha256` is `null` for a part that a person has looked at and left empty. */
export const annotationStateSchema = z.strictObject({
  foreground: annotationPartSchema.nullable(),
  locations: annotationPartSchema.nullable(),
  labels: annotationPartSchema.nullable(),
  review: annotationPartSchema.nullable(),
});

/** `annotations/<image>/review.json`: what a person said of the cells that a model found, by label. */
export const reviewFileSchema = z.strictObject({
  model: z.string(),
  /** When the prediction was made: a later one needs a review of its own. */
  madeAt: z.string(),
  cells: cellCountSchema,
  accepted: z.array(cellLabelSchema),
  rejected: z.array(cellLabelSchema),
  deleted: z.array(cellLabelSchema),
});

/** `annotations/<image>/record.json`. */
export const annotationRecordSchema = z.strictObject({
  /** The number of the journal's entry that this record and the files beside it show. */
  revision: countSchema,
  state: annotationStateSchema,
});

/**
 * Names one edit that a window asked for. The window sends an unanswered edit again with the same id. The journal keeps
 * the id, so that also a restarted host makes the edit once. Absent in older entries and in edits of the command line.
 */
export const editIdSchema = z.uuid();

const stepFields = {
  revision: z.int().positive(),
  at: z.iso.datetime(),
  edit: editIdSchema.optional(),
};

/** One line of `annotations/<image>/history.jsonl`. */
export const journalEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('edit'),
    revision: z.int().positive(),
    at: z.iso.datetime(),
    /** What was done, for the Undo menu: `Pick candidate 3`. */
    title: z.string(),
    state: annotationStateSchema,
    /** Where the edit was one of the image's settings, which the manifest holds: what they were and became. */
    image: z.strictObject({ before: imageSettingsSchema, after: imageSettingsSchema }).optional(),
    edit: editIdSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('undo'), ...stepFields }),
  z.strictObject({ kind: z.literal('redo'), ...stepFields }),
]);

/** `predictions/<model>/<image>/record.json`, written last: where it is, the prediction is whole. */
export const predictionRecordSchema = z.strictObject({
  imageName: z.string(),
  /** The content of the image and of the weights it was made from: it is done again when either changes. */
  imageSha256: z.array(sha256Schema).min(1),
  weightsSha256: sha256Schema,
  parameters: z.record(z.string(), z.json()),
  cells: cellCountSchema,
  /** The mean diameter its cells were taken to have, in px of the image; unknown in older records. */
  diameterPx: z.number().positive().optional(),
  /** Unknown in older records. */
  computedBy: computedBySchema.optional(),
  elapsedMs: z.number().nonnegative(),
  at: z.iso.datetime(),
});

/** Why a copy of `project.json` was kept: while working, before an update of the program, or replaced by a restore. */
export type ManifestCopyKind = 'recent' | 'migrated' | 'replaced';

/** A copy of `project.json` that can be put back. */
export interface ManifestCopy {
  id: string;
  /** Until when it was in force, as ISO 8601 in UTC. */
  at: string;
  kind: ManifestCopyKind;
  /** The name of the project in it, and how many images; `null` where it cannot be read. */
  name: string | null;
  images: number | null;
}

export type ImageFile = z.infer<typeof imageFileSchema>;
export type ChannelRoles = z.infer<typeof channelRolesSchema>;
export type ImageEntry = z.infer<typeof imageEntrySchema>;
export type ImageSettings = z.infer<typeof imageSettingsSchema>;
export type ReviewSettings = z.infer<typeof reviewSettingsSchema>;
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;
export type ProjectManifest = z.infer<typeof projectManifestSchema>;
export type AnnotationSource = z.infer<typeof annotationSourceSchema>;
export type AnnotationPart = z.infer<typeof annotationPartSchema>;
export type AnnotationState = z.infer<typeof annotationStateSchema>;
export type AnnotationRecord = z.infer<typeof annotationRecordSchema>;
export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type ReviewFile = z.infer<typeof reviewFileSchema>;
export type PredictionRecord = z.infer<typeof predictionRecordSchema>;

/** The parts an annotation is made of, by name. */
export type AnnotationPartName = keyof AnnotationState;
