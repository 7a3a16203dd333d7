import { z } from 'zod';
import { countSchema, positiveCountSchema } from '../numbers.ts';
import { grantedPath, imageId, ofEdit, ofImage, ofProject, position, projectId } from '../fields.ts';
import type { ImageId, Position } from '../fields.ts';
import type { ComputedBy } from '../inference.ts';
import type { Failure } from '../failure.ts';
import type { ContourSet, Locations } from '../pixels.ts';
import type { ImageSummary } from './image-requests.ts';
import { reviewSettingsSchema } from '../project-files.ts';
import { request } from '../request.ts';
import { cellEdit, judgements, predictionId } from '../review-document.ts';
import type { CellMask, PredictionId } from '../review-document.ts';

/** How a prediction was made; null for values that the record lacks. */
export interface PredictionOrigin {
  at: string;
  elapsedMs: number;
  views: 1 | 4;
  /** The mean cell diameter used, in px. */
  diameterPx: number | null;
  computedBy: ComputedBy | null;
  /** A note for people: the image looks unlike the training images. */
  note?: string;
}

/** Some cells under review. Entry i of each array belongs to cell i; ids ascend. */
export interface ReviewCells {
  ids: Uint32Array;
  /** One index in `cellStates` per cell. */
  states: Uint8Array;
  scores: Float32Array;
  areasPx: Float32Array;
  /** One position per cell. */
  locations: Locations;
  /** The outlines; their labels are the ids. */
  contours: ContourSet;
}

/** Values that depend on all cells of an image. */
export interface ReviewFigures {
  /** Indices of cells, worst first: low scores and unusual sizes. */
  order: Uint32Array;
  /** Whether a person has confirmed that every cell of the image is there and right. */
  allChecked: boolean;
  /** The number of the image's last edit that is in these cells. */
  revision: number;
  /** The id of the next new cell. */
  nextId: number;
  /** The median cell of the image. The others are compared with it. */
  usual: { score: number; areaPx: number };
}

/** The cells of an image under review. */
export interface ReviewView extends ReviewCells, ReviewFigures {
  image: ImageId;
  /** The prediction that the cells come from, and how it was made; `null` for imported cells. */
  prediction: PredictionId | null;
  madeBy: PredictionOrigin | null;
  /** The minimum score if the project sets none: the model's, or the usual one. */
  modelMinScore: number;
}

/** The changes since the revision that an edit named. */
export interface ReviewPatch extends ReviewFigures {
  image: ImageId;
  /** The revision of the cells that the patch changes. */
  since: number;
  /** Changed and new cells. */
  changed: ReviewCells;
  /** The ids of cells that are no longer there. */
  removed: Uint32Array;
  /** Indices in `order` refer to the cells after the change, by ascending id. */
  prediction: PredictionId | null;
  madeBy: PredictionOrigin | null;
  modelMinScore: number;
}

/** An edit of cells names the prediction and the revision that the person saw. */
const ofCellEdit = {
  ...ofEdit.shape,
  prediction: predictionId.nullable(),
  revision: countSchema,
};

/** Why an image is worth correcting next, in words for people. */
export const nextReasons = {
  unlike: 'unlike the corrected images',
  doubtful: 'doubtful cells',
  'many-cells': 'many cells',
} as const;

/** An image whose corrections should teach the model much. */
export interface NextImage {
  image: ImageId;
  name: string;
  /** Doubt × number of cells × unlikeness to what was corrected. */
  gain: number;
  /** Mean of 1 − score over the cells that nobody has judged, 0 … 1. */
  doubt: number;
  reason: keyof typeof nextReasons;
  /** Cells that nobody has judged. */
  cells: number;
}

/** The outline of the model at a place. */
export type PromptAnswer =
  | {
      kind: 'cell';
      location: Position;
      mask: CellMask;
      /** The model's probability of a cell there, 0 … 1. */
      score: number;
      /** Its outline, with label 1. */
      contours: ContourSet;
    }
  /** The model sees no cell there, or the place is outside the image. */
  | { kind: 'nothing' }
  /** The model is in use. Repeat the request when that has ended. */
  | { kind: 'busy'; work: 'training' | 'segmenting' };

/** The possible roles of imported cells, in words for people. */
export const importRoles = {
  cells: 'cells under review',
  truth: 'truth (label image)',
  annotation: 'annotation (foreground and points)',
} as const;
export type ImportRole = keyof typeof importRoles;
const importRole = z.enum(['cells', 'truth', 'annotation']);

/** A file of another program and the image it belongs to. */
export interface ImportPair {
  file: string;
  image: ImageId;
  /** The image's name. */
  name: string;
  /** Its content; null if it was not read. */
  content:
    | { kind: 'cells'; count: number; contours: ContourSet }
    | { kind: 'points'; count: number; points: Locations }
    | null;
  /** Why it cannot be imported. */
  failure: Failure | null;
}

/** The plan of an import. */
export interface ImportPlan {
  pairs: ImportPair[];
  /** Files without an image, or without a certain one. */
  unpaired: string[];
  /** Images that a COCO file names beside those of the project. */
  strays: StrayEntry[];
}

/** An image that a COCO file names and the project does not have. */
export interface StrayEntry {
  file: string;
  /** As the file names it. */
  entry: string;
}

/** The result of an import. */
export interface ImportedFile {
  image: ImageSummary;
  /** Cells that are left out, because cells that a person accepted, edited or added cover them. */
  leftOut: number;
  /** Why the file may belong to another image, and how many of its cells have no pixel. */
  warning: string | null;
}

export const reviewRequests = {
  /** Images by expected gain of correcting them, highest first. */
  'review.next': request(ofProject, { effect: 'import', process: 'imaging' }).returns<NextImage[]>(),
  /** null while the image has no cells. */
  'review.read': request(ofImage, { effect: 'import', process: 'imaging' }).returns<ReviewView | null>(),
  /** Sets the state of cells; one step of undo. Refused if one of them has another shape now. */
  'review.setState': request(
    z.strictObject({
      ...ofCellEdit,
      ids: z.array(positiveCountSchema).min(1).max(1_000_000),
      state: z.enum(judgements),
    }),
    { effect: 'change', process: 'imaging' },
  ).returns<ReviewPatch>(),
  /** Changes the shapes of cells; one step of undo. Refused if one of them has another shape now. */
  'review.edit': request(z.strictObject({ ...ofCellEdit, change: cellEdit }), {
    effect: 'change',
    process: 'imaging',
  }).returns<ReviewPatch>(),
  /** Sets whether every cell of the image is there and right; one step of undo. */
  'review.setAllChecked': request(z.strictObject({ ...ofCellEdit, allChecked: z.boolean() }), {
    effect: 'change',
    process: 'imaging',
  }).returns<ReviewPatch>(),
  /** Outlines the cell at a place with the model; changes nothing. A newer request cancels it. */
  'review.prompt': request(z.strictObject({ ...ofImage.shape, at: position }), {
    effect: 'read',
    process: 'learning',
  }).returns<PromptAnswer>(),
  /** Reads files of other programs, pairs them with images and shows their cells; changes nothing. */
  'review.planImport': request(
    z.strictObject({
      project: projectId,
      paths: z.array(grantedPath).min(1).max(10_000),
      /** The image that a single file is for if its name fits none. */
      image: imageId.nullable(),
    }),
    { effect: 'read', process: 'imaging' },
  ).returns<ImportPlan>(),
  /** Imports a file of another program for one image; one step of undo. */
  'review.import': request(z.strictObject({ ...ofEdit.shape, path: grantedPath, as: importRole }), {
    effect: 'change',
    process: 'imaging',
  }).returns<ImportedFile>(),
  'review.saveSettings': request(z.strictObject({ project: projectId, settings: reviewSettingsSchema }), {
    effect: 'change',
    process: 'imaging',
  }).returns<null>(),
};
