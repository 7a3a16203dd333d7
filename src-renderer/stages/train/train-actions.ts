import type { ActionGroup } from '../../state/keyboard.svelte.ts';
import type { ProjectState } from '../../state/project.svelte.ts';

/** The actions of the Train stage. */
export function trainActions({ training, models, readOnly }: ProjectState): ActionGroup {
  const { active, busy, plan } = training;
  const canStart = !active && !busy && !readOnly && plan.value !== null && plan.value.obstacle === null;
  return {
    title: 'Train',
    actions: [
      ...(canStart ? [{ keys: [], label: 'Start training', run: () => void training.start() }] : []),
      ...(active && training.status?.phase === 'running'
        ? [{ keys: [], label: 'Pause training', run: () => void training.pause() }]
        : []),
      ...(training.status?.phase === 'paused'
        ? [{ keys: [], label: 'Resume training', run: () => void training.resume() }]
        : []),
      { keys: [], label: 'Import model', run: () => void models.importFile() },
    ],
  };
}
