import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parts, type Part } from './write-pair.ts';

/** The images of a prepared set: their names by part, their files, and the folders of their true labels. */
export interface PreparedImages {
  images: Record<Part, string[]>;
  files: string[];
  /** The folder of the test images first. */
  truth: [string, ...string[]];
}

const ending = '.tif';

/**
 * The images that `prepare-set.ts` has written.
 * @throws Error if there are none to train or to test
 */
export function preparedImages(folder: string): PreparedImages {
  const images: PreparedImages['images'] = { train: [], validation: [], test: [] };
  const files: string[] = [];
  for (const part of parts) {
    const place = join(folder, part);
    const names = existsSync(place)
      ? readdirSync(place).filter((name) => name.endsWith(`_image${ending}`))
      : [];
    images[part] = names.map((name) => name.slice(0, -ending.length)).sort();
    files.push(...images[part].map((name) => join(place, `${name}${ending}`)));
  }
  if (images.train.length === 0 || images.test.length === 0) {
    throw new Error(
      `${folder} has no images to train and to test. Write them first: test/experiments/prepare-set.ts.`,
    );
  }
  const others = parts.filter((part) => part !== 'test' && images[part].length > 0);
  return { images, files, truth: [join(folder, 'test'), ...others.map((part) => join(folder, part))] };
}
