import type { Failure } from '../contract/failure.ts';
import type { JobControl } from '../contract/job.ts';
import type { AnnotationState, ImageEntry } from '../contract/project-files.ts';
import type { AnnotationValues } from '../project/annotation-files.ts';
import type { PartChange } from '../project/annotation-change.ts';
import type { Project } from '../project/project.ts';
import { chosenImages } from './chosen-images.ts';
import { forEachItem } from './for-each-item.ts';

/** A new part of an annotation, and the title of the edit in the Undo menu. */
export interface PartRecord<T> {
  title: string;
  change: NonNullable<PartChange<T>>;
}

export interface AnnotateOptions<
  Part extends 'foreground' | 'locations',
  Made extends { record: PartRecord<AnnotationValues[Part]> },
> {
  part: Part;
  /** Ids or names. @default all */
  images: readonly string[] | undefined;
  /** Replaces an existing part. */
  again: boolean;
  /** The progress message without the name of the image: `Finding points in`. */
  message: string;
  /** Makes the record of one image. */
  make: (image: ImageEntry, control: JobControl) => Promise<Made>;
  /** Called when the record of an image is saved. */
  onSaved: (image: ImageEntry, made: Made, state: AnnotationState) => void;
}

/**
 * Gives images one part of their annotation, as edits that can be undone. An image that fails is listed, the
 * rest proceeds.
 * @returns the names of the images that had the part and kept it, and the failures
 * @throws LacssError `no-images`, `file-unwritable`, `disk-full`, `cancelled`
 */
export async function annotateImages<
  Part extends 'foreground' | 'locations',
  Made extends { record: PartRecord<AnnotationValues[Part]> },
>(
  project: Project,
  { part, images, again, message, make, onSaved }: AnnotateOptions<Part, Made>,
  control: JobControl,
): Promise<{ kept: string[]; failures: Failure[] }> {
  const kept: string[] = [];
  const failures = await forEachItem(
    chosenImages(project, images),
    control,
    { message, nameOf: ({ name }) => name },
    async (image, own) => {
      const store = project.annotation(image);
      if (!again && (await store.view()).state[part] !== null) {
        kept.push(image.name);
        return;
      }
      const made = await make(image, own);
      const { title, change } = made.record;
      const { state } = await store.edit(title, { [part]: change });
      onSaved(image, made, state);
    },
  );
  return { kept, failures };
}
