/** Entries that run in their own process or thread. */
export type EntryName = 'imaging' | 'learning' | 'annotating' | 'segmenting' | 'predicting';

/** The file of an entry: in the sources, or beside this bundle. */
export function entryUrl(name: EntryName): URL {
  const here = import.meta.url;
  return here.endsWith('.ts') ? new URL(`./entries/${name}.ts`, here) : new URL(`./${name}.js`, here);
}
