import { fileURLToPath } from 'node:url';

/** Where the built page is: beside the bundle this code is in, or in `out/` of a development checkout. */
export function pageFolder(): string {
  const here = import.meta.url;
  return fileURLToPath(new URL(here.endsWith('.ts') ? '../../out/renderer' : '../renderer', here));
}
