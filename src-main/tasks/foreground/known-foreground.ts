import { unpackMask } from '../../contract/packed-mask.ts';
import type { PackedMask } from '../../contract/packed-mask.ts';
import type { ContourSet } from '../../contract/pixels.ts';
import type { AnnotationPart, ImageEntry } from '../../contract/project-files.ts';
import { traceContours } from '../../imaging/contours/trace-contours.ts';
import type { AnnotationView } from '../../project/annotation-journal.ts';
import type { Project } from '../../project/project.ts';
import { ByteCache } from '../../imaging/source/byte-cache.ts';

/** A foreground for display, at the size of its image. */
export interface KnownForeground {
  mask: PackedMask;
  contours: ContourSet;
}

/** Foregrounds by their content. Reading a file and tracing it takes longer than a pick may take. */
const known = new ByteCache<KnownForeground>(128 * 2 ** 20);

/** Keeps a foreground that was just written. */
export function rememberForeground(
  project: Project,
  image: ImageEntry,
  part: AnnotationPart | null,
  mask: PackedMask,
  contours: ContourSet = traceContours(unpackMask(mask)),
): KnownForeground {
  const foreground = { mask, contours };
  const key = keyOf(project, image, part);
  if (key !== null) known.set(key, foreground, mask.bits.byteLength + contours.points.byteLength);
  return foreground;
}

/**
 * The foreground of an image; null if there is none. The file is read only if its content is not in memory. A
 * change by another program shows when the image is opened again ({@link forgetChangedForeground}).
 */
export async function foregroundOf(project: Project, image: ImageEntry): Promise<KnownForeground | null> {
  return (await foregroundWithView(project, image)).found;
}

/** The same, together with the state of the annotation that it belongs to. */
export async function foregroundWithView(
  project: Project,
  image: ImageEntry,
): Promise<AnnotationView & { found: KnownForeground | null }> {
  const annotation = project.annotation(image);
  const before = await annotation.view();
  const key = keyOf(project, image, before.state.foreground);
  if (key === null) return { ...before, found: null };
  const found = known.get(key);
  if (found !== undefined) return { ...before, found };
  const { value, ...view } = await annotation.readWithView('foreground');
  if (value === null) return { ...view, found: null };
  return { ...view, found: rememberForeground(project, image, view.state.foreground, value) };
}

/** If another program has changed the file, the next read imports it. */
export async function forgetChangedForeground(project: Project, image: ImageEntry): Promise<void> {
  const annotation = project.annotation(image);
  if (await annotation.isAsWritten('foreground')) return;
  const key = keyOf(project, image, (await annotation.view()).state.foreground);
  if (key !== null) known.delete(key);
}

function keyOf(project: Project, image: ImageEntry, part: AnnotationPart | null): string | null {
  return part === null || part.sha256 === null ? null : `${project.folder}|${image.id}|${part.sha256}`;
}
