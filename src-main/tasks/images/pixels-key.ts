import type { ImageEntry } from '../../contract/project-files.ts';
import { hashBytes } from '../../project/hash-bytes.ts';

/**
 * Changes whenever an image's tiles change: with the content of its files, the order of their planes, and
 * their projection.
 */
export function pixelsKey({ files, axes, plane: { projection } }: ImageEntry): string {
  const parts = files.map(({ sha256, image }) => (image === undefined ? sha256 : `${sha256}#${image}`));
  return hashBytes([...parts, axes ?? '', ...(projection === undefined ? [] : [projection])].join()).slice(
    0,
    16,
  );
}
