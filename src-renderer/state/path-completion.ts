import type { FolderListing } from '../../src-main/contract/requests/host-requests.ts';

/** The most completions to show. */
const maxCompletions = 20;

/**
 * The paths in a folder that start with a typed path. Upper and lower case count as equal.
 * @param withFiles whether files count too
 */
export function completePath(typed: string, { entries }: FolderListing, withFiles: boolean): string[] {
  const wanted = typed.toLowerCase();
  return entries
    .filter(({ kind, path }) => (withFiles || kind !== 'file') && path.toLowerCase().startsWith(wanted))
    .map(({ path }) => path)
    .filter((path) => path !== typed)
    .slice(0, maxCompletions);
}

/** A typed path with the home folder in place of a leading `~`. */
export function withoutTilde(typed: string, home: string): string {
  return /^~($|[/\\])/.test(typed) ? home + typed.slice(1) : typed;
}
