import { z } from 'zod';
import type { Failure } from '../failure.ts';
import { grantedPath, imageId, ofEdit, ofImage, pointId, positions, projectId } from '../fields.ts';
import type { ImageId } from '../fields.ts';
import type { Locations } from '../pixels.ts';
import { editIdSchema, projectSettingsSchema } from '../project-files.ts';
import { request } from '../request.ts';

/** How difference of Gaussians finds locations in the nuclei channel: settings of the project. */
const locationSettings = projectSettingsSchema.shape.locations;
export type LocationSettings = z.infer<typeof locationSettings>;

/** All places of one kind that the user should check. */
export interface LocationWarning {
  kind: 'no-points' | 'point-outside-foreground' | 'foreground-without-point' | 'speck-without-point';
  /** With their number: `37 small specks without a point`. */
  message: string;
  /** The first few hundred places; none if the warning is about the whole image. */
  places: { y: number; x: number }[];
}

export interface LocationsView {
  image: ImageId;
  points: Locations;
  /** One entry per point: 1 if a person added or moved it. */
  byHand: Uint8Array;
  /** One id per point, which stays the same while the point is there, moved or not. */
  ids: readonly string[];
  /** The number of the image's last edit that is in this view. */
  revision: number;
  origin: 'missing' | 'found' | 'edited' | 'imported';
  /** The settings of this image. `own` if they override those of the project. */
  settings: LocationSettings;
  own: boolean;
  /** The σ used, also for `auto`. */
  sigmaPx: number;
  threshold: number;
  warnings: LocationWarning[];
}

export interface LocationsPreview {
  points: Locations;
  sigmaPx: number;
  threshold: number;
  /** Why nothing was found, in one sentence, if the image is the reason. */
  note?: string;
  /** True when computed at reduced resolution, while the slider moves. */
  coarse: boolean;
}

const namedPoints = z.array(pointId).min(1).max(1_000_000);

/**
 * One edit by hand. It names points by their ids. An edit of a point that no longer exists is refused. The
 * ids of added points follow from the edit's own id (see `apply-location-edit.ts`).
 */
const locationEdit = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add'), points: positions }),
  z
    .strictObject({ kind: z.literal('move'), ids: namedPoints, to: positions })
    .refine(({ ids, to }) => to.length === 2 * ids.length, 'needs one position per point'),
  z.strictObject({ kind: z.literal('delete'), ids: namedPoints }),
]);
export type LocationEdit = z.infer<typeof locationEdit>;

export const locationRequests = {
  'locations.read': request(ofImage, { effect: 'import', process: 'imaging' }).returns<LocationsView>(),
  /** The locations these settings find. Saves nothing. `coarse` while a slider moves. */
  'locations.preview': request(
    z.strictObject({ ...ofImage.shape, settings: locationSettings, coarse: z.boolean() }),
    { effect: 'read', process: 'imaging' },
  ).returns<LocationsPreview>(),
  /**
   * Finds locations in images. Given `settings` become those of the images, or of the project (
   * `scope: project`). `keepByHand` keeps points set by hand.
   */
  'locations.find': request(
    z.strictObject({
      project: projectId,
      edit: editIdSchema,
      images: z.array(imageId).min(1).max(100_000),
      settings: locationSettings.optional(),
      scope: z.enum(['images', 'project']),
      keepByHand: z.boolean(),
    }),
    { effect: 'change', process: 'imaging' },
  ).returns<{ found: { image: ImageId; count: number }[]; failures: Failure[] }>(),
  /** Replaces an image's own settings by the project's. Points that were found are found again with them. */
  'locations.useProjectSettings': request(z.strictObject({ ...ofEdit.shape, keepByHand: z.boolean() }), {
    effect: 'change',
    process: 'imaging',
  }).returns<LocationsView>(),
  'locations.edit': request(z.strictObject({ ...ofEdit.shape, change: locationEdit }), {
    effect: 'change',
    process: 'imaging',
  }).returns<LocationsView>(),
  /** From a CSV with the header `y,x`, or as centres of mass of a label image. */
  'locations.import': request(
    z.strictObject({ ...ofEdit.shape, path: grantedPath, format: z.enum(['csv', 'labels']) }),
    { effect: 'change', process: 'imaging' },
  ).returns<LocationsView>(),
};
