import { untrack } from 'svelte';
import type { ProjectState } from '../state/project.svelte.ts';

/**
 * Calls a function when a stage shows another image, or when the pixels of its image change. For a component
 * that is just set up.
 */
export function visitImages(
  project: ProjectState,
  visit: (image: NonNullable<ProjectState['current']>) => void,
): void {
  const subject = $derived(project.current ? `${project.current.id}/${project.current.pixels}` : null);
  $effect(() => {
    if (subject === null) return;
    untrack(() => {
      if (project.current) visit(project.current);
    });
  });
}
