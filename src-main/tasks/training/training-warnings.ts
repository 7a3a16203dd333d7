import type { ForegroundUse } from '../../contract/choices.ts';
import { unpackMask } from '../../contract/packed-mask.ts';
import type { AnnotationState, ImageEntry } from '../../contract/project-files.ts';
import type { TrainingWarning } from '../../contract/requests/training-requests.ts';
import type { Project } from '../../project/project.ts';
import { locationWarnings } from '../locations/location-warnings.ts';
import { foregroundUseOf } from '../../project/foreground-use-of.ts';
import { planTraining } from './plan-training.ts';

/**
 * Suggestions with a lower confidence should be checked. Below it, about one in two is not the best of the
 * five.
 */
const leastConfidence = 0.6;
/** A foreground that covers more has hardly any background to learn from. */
const mostForeground = 0.95;

/** The warnings from the record of an annotation, without reading a mask. */
export function recordWarnings(
  { height, width, rolesConfidence, roles, channelNames }: ImageEntry,
  { foreground }: AnnotationState,
): string[] {
  const messages: string[] = [];
  if (rolesConfidence !== undefined) {
    const cells = channelNames[roles.cells ?? -1] ?? 'none';
    messages.push(`Its cells channel, ${cells}, is a guess with ${percentText(rolesConfidence)} confidence.`);
  }
  if (foreground === null) return messages;
  const { by, method, parameters } = foreground.source;
  const confidence = Number(parameters.confidence ?? 1);
  if (by === 'machine' && method === 'candidate' && confidence < leastConfidence) {
    const sure = percentText(confidence);
    messages.push(`The foreground is a suggestion with ${sure} confidence that nobody has looked at.`);
  }
  const share = foreground.count / (height * width);
  if (share > mostForeground) messages.push(`The foreground covers ${percentText(share)} of the image.`);
  return messages;
}

function percentText(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/**
 * The warnings from masks and points, by their hashes. They are kept, because a plan is made again after each
 * choice of images.
 */
const known = new Map<string, string[]>();
const mostKnown = 10_000;

async function maskWarnings(project: Project, image: ImageEntry, state: AnnotationState): Promise<string[]> {
  const key = `${state.foreground?.sha256} ${state.locations?.sha256}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const annotation = project.annotation(image);
  const [mask, points] = [await annotation.read('foreground'), await annotation.read('locations')];
  if (mask === null || points === null) return [];
  const messages = locationWarnings(points, unpackMask(mask))
    .filter(({ kind }) => kind !== 'speck-without-point')
    .map(({ message }) => `${message}.`);
  if (known.size >= mostKnown) known.clear();
  known.set(key, messages);
  return messages;
}

/**
 * All warnings about the images of a training, for command line and window alike. They are about guessed
 * channels, records, points outside the foreground, and pieces of foreground without a point.
 */
export async function trainingWarnings(
  project: Project,
  images: readonly ImageEntry[],
  use: ForegroundUse,
): Promise<TrainingWarning[]> {
  const warnings: TrainingWarning[] = [];
  for (const image of images) {
    const annotation = project.annotation(image);
    const { state } = await annotation.view();
    const messages =
      use === 'none'
        ? recordWarnings(image, { ...state, foreground: null })
        : [...recordWarnings(image, state), ...(await maskWarnings(project, image, state))];
    warnings.push(...messages.map((message) => ({ image: image.id, name: image.name, message })));
  }
  return warnings;
}

/** The warnings about the images that a training would use. */
export async function planWarnings(
  project: Project,
  images: readonly string[] | undefined,
): Promise<TrainingWarning[]> {
  const { training } = await planTraining(project, images === undefined ? {} : { images });
  return trainingWarnings(project, training, foregroundUseOf(project));
}
