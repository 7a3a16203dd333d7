import type { ImageEntry } from '../../contract/project.ts';
import { hashBytes } from '../../project/hash-bytes.ts';

/** Changes whenever what is behind an image's tile URLs does: the content of its files, and the order of their planes. */
export function pixelsKey({ files, axes }: ImageEntry): string {
  return hashBytes([...files.map(({ sha256 }) => sha256), axes ?? ''].join()).slice(0, 16);
}
