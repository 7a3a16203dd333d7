import type { AnnotationPart, AnnotationPartName, AnnotationState } from '../contract/project-files.ts';
import type { AnnotationChange, PartChange } from './annotation-change.ts';
import type { AnnotationContents } from './annotation-contents.ts';
import type { AnnotationValues } from './annotation-files.ts';
import type { AnnotationJournal } from './annotation-journal.ts';

/**
 * Stores the contents of the parts that an edit changes, for the journal.
 * @returns the state of the annotation after the edit
 * @throws LacssError `annotation-invalid`, `image-size-mismatch`, `disk-full`, `file-unwritable`
 */
export async function keepChange(
  change: AnnotationChange,
  contents: AnnotationContents,
  journal: AnnotationJournal,
): Promise<AnnotationState> {
  const keep = async <Name extends AnnotationPartName>(
    name: Name,
    part: PartChange<AnnotationValues[Name]>,
  ): Promise<AnnotationPart | null> => {
    if (part === null) return null;
    if (part.value === null) return { sha256: null, source: part.source, count: 0 };
    const base = journal.state.review?.sha256 ?? null;
    const isKnown = (sha256: string): boolean => journal.hasContent(sha256);
    const { sha256, count } = await contents.keep(name, part.value, base, isKnown);
    return { sha256, source: part.source, count };
  };
  const state = { ...journal.state };
  if (change.foreground !== undefined) state.foreground = await keep('foreground', change.foreground);
  if (change.locations !== undefined) state.locations = await keep('locations', change.locations);
  if (change.labels !== undefined) state.labels = await keep('labels', change.labels);
  if (change.review !== undefined) state.review = await keep('review', change.review);
  return state;
}
