import type { ImageEntry } from '../../contract/project.ts';
import { hashBytes } from '../../project/hash-bytes.ts';

/**
 * Changes whenever what is behind an image's tile URLs does: the content of its files, and the order of their
 * planes.
 */
export function pixelsKey({ files, axes }: ImageEntry): string {
  const parts = files.map(({ sha256, image }) => (image === undefined ? sha256 : `${sha256}#${image}`));
  return hashBytes([...parts, axes ?? ''].join()).slice(0, 16);
}
