import { LacssError } from '../contract/errors.ts';
import { fillPadding } from '../imaging/padding/fill-padding.ts';
import { commonPadding, findPadding } from '../imaging/padding/find-padding.ts';
import { prepareImage, type PreparedImage } from '../model/prepare-image.ts';
import { annotationSize, type Supervision, type TrainingExample } from './training-example.ts';

/** An example ready for cropping: the image as the network takes it, the annotation unscaled. */
export interface PreparedExample {
  name: string;
  image: PreparedImage;
  supervision: Supervision;
  /** Rescaled px per px of the annotation. The values for y and x differ slightly because of rounding. */
  scaleY: number;
  scaleX: number;
}

/**
 * @param scale new size / old size
 * @param example its annotation must have the size of its planes (`asExampleSource` checks this)
 * @throws LacssError `image-invalid` if the number of planes is not the model's number of channels
 */
export function prepareExample(
  example: TrainingExample,
  inputChannels: number,
  scale: number,
): PreparedExample {
  const { name, planes, supervision, statistics = null } = example;
  requireChannels({ name, channels: planes.length }, inputChannels);
  const annotation = annotationSize(supervision);
  const padding = commonPadding(planes.map(findPadding));
  const filled = padding === null ? planes : planes.map((plane) => fillPadding(plane, padding));
  const image = prepareImage(filled, scale, padding, statistics);
  return {
    name,
    image,
    supervision,
    scaleY: image.height / annotation.height,
    scaleX: image.width / annotation.width,
  };
}

/** @throws LacssError `image-invalid` if the number of channels differs from the model's */
export function requireChannels(
  { name, channels }: { name: string; channels: number },
  inputChannels: number,
): void {
  if (channels === inputChannels) return;
  throw new LacssError(
    'image-invalid',
    `${name} has ${channels} channels, but the model takes ${inputChannels}.`,
    { subject: name, remedy: 'Choose the same channels for every image, or train a model from scratch.' },
  );
}
