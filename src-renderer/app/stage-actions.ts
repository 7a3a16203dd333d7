import type { ActionGroup } from '../state/keyboard.svelte.ts';
import type { ProjectState } from '../state/project.svelte.ts';
import type { Stage } from '../state/stage.ts';
import { foregroundActions } from '../stages/foreground/foreground-actions.ts';
import { locationActions } from '../stages/locations/location-actions.ts';
import { keyPointerMoves, keyPointerPresses } from '../stages/review/key-pointer-actions.ts';
import { reviewActions } from '../stages/review/review-actions.ts';
import { trainActions } from '../stages/train/train-actions.ts';

/** The actions of each stage that has its own, for the key sheet and the palette. */
export function stageActions(project: ProjectState): { stage: Stage; group: ActionGroup }[] {
  return [
    { stage: 'foreground', group: foregroundActions(project) },
    { stage: 'locations', group: locationActions(project) },
    { stage: 'train', group: trainActions(project) },
    { stage: 'review', group: reviewActions(project) },
    { stage: 'review', group: keyPointerMoves(project) },
    { stage: 'review', group: keyPointerPresses(project) },
  ];
}
