import { z } from 'zod';
import { countSchema } from '../contract/numbers.ts';
import { LacssError } from '../contract/errors.ts';
import { modelCardSchema } from '../contract/model-card.ts';
import type { ModelCard } from '../contract/model-card.ts';
import { parseJson } from './read-json.ts';

const knownVersion = modelCardSchema.shape.version.value;
const headerSchema = z.looseObject({ format: modelCardSchema.shape.format, version: countSchema });

/**
 * Checks a model card from `path`.
 * @throws LacssError `model-invalid` for another version of the program, or with the first wrong field
 */
export function parseModelCard(value: unknown, path: string): ModelCard {
  const header = headerSchema.safeParse(value);
  if (header.success && header.data.version > knownVersion) {
    throw new LacssError(
      'model-invalid',
      `${path} was written by a newer LACSS Studio (version ${header.data.version}; this program supports ${knownVersion}).`,
      { subject: path, remedy: 'Update LACSS Studio to use this model. Nothing in it was changed.' },
    );
  }
  return parseJson(value, modelCardSchema, path, 'model-invalid');
}
