import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/**
 * What an image may be read for. `teaches`: the base model learns from it. `kept`: its licence allows
 * teaching, but it only judges the base model. `development`: it only judges. `held-out`: nobody reads it
 * before the final run.
 */
const useSchema = z.enum(['teaches', 'kept', 'development', 'held-out']);
export type Use = z.infer<typeof useSchema>;

const dataSetSchema = z.strictObject({
  licence: z.string(),
  /** Whether its licence allows training of a model that ships. */
  teach: z.boolean(),
  /** What its images show; `null` where each image's name says it. */
  look: z.string().nullable(),
  /** Names of the files of an image. */
  image: z.string(),
  label: z.string().nullable(),
  /** The channel that shows the cells. `mean`: the mean of all channels, as for an RGB image. */
  channel: z.union([z.int(), z.literal('mean')]),
  experiments: z.record(z.string(), z.strictObject({ use: useSchema, images: z.array(z.string()) })),
});
export type DataSet = z.infer<typeof dataSetSchema>;

export const dataUseSchema = z.strictObject({ sets: z.record(z.string(), dataSetSchema) });
export type DataUse = z.infer<typeof dataUseSchema>;

export const dataUsePath = fileURLToPath(new URL('data-use.json', import.meta.url));

/** Who wants to read images: the base's teaching, development, or the final run. */
export type Purpose = 'teach' | 'develop' | 'final';

const allowed: Record<Purpose, readonly Use[]> = {
  teach: ['teaches'],
  develop: ['teaches', 'kept', 'development'],
  final: ['held-out'],
};

/** A real image with its truth. */
export interface RealImage {
  set: string;
  name: string;
  look: string;
  experiment: string;
  use: Use;
  /** Paths relative to the folder of real images. */
  image: string;
  /** `null` where nobody has outlined its cells. */
  label: string | null;
  channel: number | 'mean';
}

/** `build/base/data-use.json`. */
export function readDataUse(): DataUse {
  return dataUseSchema.parse(JSON.parse(readFileSync(dataUsePath, 'utf8')));
}

/** The real images that may be read for a purpose. No other function lists them. */
export function imagesFor(purpose: Purpose, { sets }: DataUse = readDataUse()): RealImage[] {
  return Object.entries(sets).flatMap(([set, { image, label, look, channel, experiments, teach }]) =>
    Object.entries(experiments).flatMap(([experiment, { use, images }]) => {
      if (!allowed[purpose].includes(use) || (purpose === 'teach' && !teach)) return [];
      return images.map((name) => ({
        set,
        name,
        look: look ?? `${set} ${name.split('_')[0]}`,
        experiment,
        use,
        image: join(set, image.replace('{name}', name)),
        label: label === null ? null : join(set, label.replace('{name}', name)),
        channel,
      }));
    }),
  );
}

/**
 * Refuses an experiment that reads images it may not read.
 *
 * @param sets folders of real images
 * @param names of images in them, with or without the ending of their channel
 * @throws Error naming the first image that is held out until the final run, or that is in no list
 */
export function requireReadable(
  sets: readonly string[],
  names: readonly string[],
  use: DataUse = readDataUse(),
): void {
  const namesFor = (purpose: Purpose): Set<string> =>
    new Set(imagesFor(purpose, use).flatMap((each) => (sets.includes(each.set) ? namesOf(each) : [])));
  const [readable, heldOut] = [namesFor('develop'), namesFor('final')];
  for (const name of names) {
    if (readable.has(name)) continue;
    throw new Error(
      heldOut.has(name)
        ? `${name} of ${sets.join(', ')} is held out until the final run (build/base/data-use.json). Choose another image.`
        : `${name} of ${sets.join(', ')} is not in build/base/data-use.json. Write down first what it may be read for.`,
    );
  }
}

/**
 * The files of a set, without the images that are held out.
 *
 * @param data the folder of real images
 * @returns paths of images and label images
 */
export function readableFiles(data: string, set: string, use: DataUse = readDataUse()): string[] {
  const heldOut = imagesFor('final', use).filter((each) => each.set === set);
  const isHeldOut = (file: string): boolean =>
    heldOut.some(({ name }) => file === name || file.startsWith(`${name}_`) || file.startsWith(`${name}.`));
  return readdirSync(join(data, set), { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tif$/.test(entry.name) && !isHeldOut(entry.name))
    .map(({ name }) => join(data, set, name));
}

/** An image's own name, and the name of its file without ending. */
function namesOf({ name, image }: RealImage): string[] {
  return [name, image.replace(/^.*[/\\]/, '').replace(/\.tif$/, '')];
}
