import { unpackMask } from '../../contract/packed-mask.ts';
import type { AnnotationState, ImageEntry } from '../../contract/project.ts';
import type { Project } from '../../project/project.ts';
import { locationWarnings } from '../locations/location-warnings.ts';

/** Suggestions of a lower confidence need a look: below it, about one in two is not the best of the five. */
const leastConfidence = 0.6;
/** A foreground that covers more has hardly any background to learn from. */
const mostForeground = 0.95;

/** What a training would learn from an image although it is probably wrong. */
export interface TrainingWarning {
  image: string;
  name: string;
  message: string;
}

/** The warnings that the record of an annotation gives, without reading a mask. */
export function recordWarnings({ height, width }: ImageEntry, { foreground }: AnnotationState): string[] {
  if (foreground === null) return [];
  const messages: string[] = [];
  const { by, method, parameters } = foreground.source;
  const confidence = Number(parameters.confidence ?? 1);
  if (by === 'machine' && method === 'candidate' && confidence < leastConfidence) {
    const percent = Math.round(100 * confidence);
    messages.push(`The foreground is a suggestion with ${percent} % confidence that nobody has looked at.`);
  }
  const share = foreground.count / (height * width);
  if (share > mostForeground)
    messages.push(`The foreground covers ${Math.round(100 * share)} % of the image.`);
  return messages;
}

/**
 * All warnings about the images of a training: those of the records, points outside the foreground, and
 * pieces of foreground without a point.
 */
export async function trainingWarnings(
  project: Project,
  images: readonly ImageEntry[],
): Promise<TrainingWarning[]> {
  const warnings: TrainingWarning[] = [];
  for (const image of images) {
    const annotation = project.annotation(image);
    const { state } = await annotation.view();
    const messages = recordWarnings(image, state);
    const [mask, points] = [await annotation.read('foreground'), await annotation.read('locations')];
    if (mask !== null && points !== null) {
      for (const { kind, message } of locationWarnings(points, unpackMask(mask))) {
        if (kind !== 'speck-without-point') messages.push(`${message}.`);
      }
    }
    warnings.push(...messages.map((message) => ({ image: image.id, name: image.name, message })));
  }
  return warnings;
}
