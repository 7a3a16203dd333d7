/** Entries that run in a process or thread of their own. */
export type EntryName = 'imaging' | 'learning' | 'annotating' | 'segmenting' | 'predicting';

/** Where an entry's file is: beside the sources' workers, or beside the bundle this code is in. */
export function entryUrl(name: EntryName): URL {
  const here = import.meta.url;
  return here.endsWith('.ts') ? new URL(`./${name}.ts`, here) : new URL(`./${name}.js`, here);
}
