/** Entries that run in a process or thread of their own. */
export type EntryName = 'imaging' | 'learning' | 'annotating' | 'segmenting' | 'predicting';

/** Where an entry's file is: in the sources' entries, or beside the bundle this code is in. */
export function entryUrl(name: EntryName): URL {
  const here = import.meta.url;
  return here.endsWith('.ts') ? new URL(`./entries/${name}.ts`, here) : new URL(`./${name}.js`, here);
}
