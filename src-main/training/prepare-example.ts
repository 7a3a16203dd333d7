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
 * @throws LacssError `image-size-mismatch` when annotation and planes differ in size, `image-invalid` when the example
 *   has not as many planes as the model has channels
 */
export function prepareExample(
  example: TrainingExample,
  inputChannels: number,
  scale: number,
): PreparedExample {
  const { name, planes, supervision } = example;
  if (planes.length !== inputChannels) {
    throw new LacssError(
      'image-invalid',
      `${name} has ${planes.length} channels where the model takes ${inputChannels}.`,
      { subject: name, remedy: 'Choose the same channels for every image, or start a model from scratch.' },
    );
  }
  const annotation = supervision.kind === 'weak' ? supervision.foreground : supervision.labels;
  for (const { height, width } of planes) {
    if (height === annotation.height && width === annotation.width) continue;
    throw new LacssError(
      'image-size-mismatch',
      `${name} is ${height} × ${width} px, its annotation ${annotation.height} × ${annotation.width}.`,
      { subject: name, remedy: 'Annotate the image anew, or take the annotation that was made for it.' },
    );
  }
  const image = prepareImage(planes, scale);
  return {
    name,
    image,
    supervision,
    scaleY: image.height / annotation.height,
    scaleX: image.width / annotation.width,
  };
}
