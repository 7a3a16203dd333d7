import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { LacssError } from '../contract/errors.ts';
import { weightManifestSchema } from '../contract/model-card.ts';
import type { ModelCard, WeightManifest } from '../contract/model-card.ts';
import { hashBytes } from './hash-bytes.ts';
import { parseModelCard } from './parse-model-card.ts';
import { jsonText, parseJson, parseJsonText } from './read-json.ts';

/** The extension of a model file. */
export const modelFileEnding = '.lacss';

/** The names of the files in the zip. */
const names = { card: 'card.json', manifest: 'weights-manifest.json', weights: 'weights.bin' };

/** A stored model: its model card and its weights. */
export interface StoredModel {
  card: ModelCard;
  manifest: WeightManifest;
  bytes: Uint8Array;
}

/** A model as one file: a zip with the model card, tfjs's weight manifest, and the weights. */
export function packModel({ card, manifest, bytes }: StoredModel): Uint8Array {
  return zipSync({
    [names.card]: strToU8(jsonText(card)),
    [names.manifest]: strToU8(jsonText(manifest)),
    // Weights do not compress, so they are stored.
    [names.weights]: [bytes, { level: 0 }],
  });
}

/**
 * Reads such a file.
 * @throws LacssError `model-invalid`
 */
export function unpackModel(file: Uint8Array, fileName: string): StoredModel {
  const entry = unzip(file, fileName);
  const json = (name: string): unknown =>
    parseJsonText(strFromU8(entry(name)), `${fileName}/${name}`, 'model-invalid');
  const card = parseModelCard(json(names.card), `${fileName}/${names.card}`);
  const manifest = parseJson(
    json(names.manifest),
    weightManifestSchema,
    `${fileName}/${names.manifest}`,
    'model-invalid',
  );
  const bytes = entry(names.weights);
  if (hashBytes(bytes) !== card.weights.sha256)
    throw notAModel(fileName, 'its weights are not those of its card');
  return { card, manifest, bytes };
}

/** The largest unpacked weights, in bytes: ten times those of the largest preset. */
const mostWeightBytes = 2 ** 28;
/** The largest unpacked card or list of weights: parsed, it takes up to 30 times as much. */
const mostTextBytes = 2 ** 24;

/** The files of a zip, by name. */
function unzip(file: Uint8Array, fileName: string): (name: string) => Uint8Array {
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(file, {
      // The directory of the zip gives each size, and no more than that is unpacked.
      filter: ({ name, originalSize }) => {
        if (!Object.values(names).includes(name)) return false;
        if (originalSize <= (name === names.weights ? mostWeightBytes : mostTextBytes)) return true;
        throw notAModel(fileName, `its ${name} would unpack to ${originalSize} bytes`);
      },
    });
  } catch (cause) {
    if (cause instanceof LacssError) throw cause;
    throw notAModel(fileName, 'it is no whole zip file', cause);
  }
  return (name) => {
    const bytes = entries[name];
    if (bytes === undefined) throw notAModel(fileName, `it contains no ${name}`);
    return bytes;
  };
}

function notAModel(fileName: string, reason: string, cause?: unknown): LacssError {
  return new LacssError('model-invalid', `${fileName} is not a model of LACSS Studio: ${reason}.`, {
    subject: fileName,
    remedy: `Choose an exported ${modelFileEnding} file, or the folder of a model in a project.`,
    cause,
  });
}
