import type { ImageEntry } from '../../contract/project.ts';
import { hashBytes } from '../../project/hash-bytes.ts';

/** Changes whenever what is behind an image's tile URLs does: the content of its files. */
export function pixelsKey({ files }: ImageEntry): string {
  return hashBytes(files.map(({ sha256 }) => sha256).join()).slice(0, 16);
}
