import { LacssError } from '../contract/errors.ts';
import { prepareImage, type PreparedImage } from '../model/prepare-image.ts';
import type { Supervision, TrainingExample } from './training-example.ts';

/** An example ready to cut crops from: the image as the network takes it, the annotation as it came. */
export interface PreparedExample {
  name: string;
  image: PreparedImage;
  supervision: Supervision;
  /** Rescaled px a px of the annotation, (y, x); rounding makes them differ a little. */
  scaleY: number;
  scaleX: number;
}

/**
 * @param scale new size / old size
 * @param example whose annotation has the size of its planes (`sourceOf` sees to it)
 * @throws LacssError `image-invalid` when the example has not as many planes as the model has channels
 */
export function prepareExample(
  example: TrainingExample,
  inputChannels: number,
  scale: number,
): PreparedExample {
  const { name, planes, supervision } = example;
  requireChannels({ name, channels: planes.length }, inputChannels);
  const annotation = supervision.kind === 'weak' ? supervision.foreground : supervision.labels;
  const image = prepareImage(planes, scale);
  return {
    name,
    image,
    supervision,
    scaleY: image.height / annotation.height,
    scaleX: image.width / annotation.width,
  };
}

/** @throws LacssError `image-invalid` when an example has not as many planes as the model has channels */
export function requireChannels(
  { name, channels }: { name: string; channels: number },
  inputChannels: number,
): void {
  if (channels === inputChannels) return;
  throw new LacssError(
    'image-invalid',
    `${name} has ${channels} channels where the model takes ${inputChannels}.`,
    { subject: name, remedy: 'Choose the same channels for every image, or start a model from scratch.' },
  );
}
