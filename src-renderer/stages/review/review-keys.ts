import type { KeyGroup } from '../../state/keyboard.svelte.ts';
import type { ProjectState } from '../../state/project.svelte.ts';
import { showCell } from './show-cell.ts';

export function reviewKeys(project: ProjectState): KeyGroup {
  const { review } = project;
  return {
    title: 'Review',
    bindings: [
      {
        keys: ['j', 'ArrowDown'],
        label: 'Next cell in the list',
        run: () => showCell(project, review.step(1)),
      },
      {
        keys: ['k', 'ArrowUp'],
        label: 'Previous cell in the list',
        run: () => showCell(project, review.step(-1)),
      },
      {
        keys: ['Space', 'Enter'],
        label: 'Accept the cell, select the next',
        run: () =>
          showCell(project, review.selected === null ? review.step(1) : review.judgeSelected('accepted')),
      },
      {
        keys: ['x'],
        label: 'Reject the cell, select the next',
        run: () => showCell(project, review.judgeSelected('rejected')),
      },
      {
        keys: ['Delete', 'Backspace'],
        label: 'Delete the cell',
        run: () => showCell(project, review.deleteSelected()),
      },
      { keys: ['Escape'], label: 'Clear the selection', run: () => (review.selected = null) },
    ],
  };
}
