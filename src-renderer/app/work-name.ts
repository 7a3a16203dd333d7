/** A job that runs in a project, as the window names it. */
export function workName(work: 'training' | 'segmenting'): string {
  return work === 'training' ? 'Training' : 'Segmenting';
}
