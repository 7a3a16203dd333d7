import type { ActionGroup } from '../../state/keyboard.svelte.ts';
import type { ProjectState } from '../../state/project.svelte.ts';
import type { CellToolName } from '../../state/cell-tools.svelte.ts';
import { reviewTools } from './review-tools.ts';
import { showBox, showCell } from './show-cell.ts';

/** The actions of the Review stage. */
export function reviewActions(project: ProjectState): ActionGroup {
  const { review } = project;
  const { tools } = review;
  return {
    title: 'Review',
    actions: [
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
      ...reviewTools()
        .filter(({ name }) => name !== 'merge')
        .map(({ name, label, key }) => ({ keys: [key], label, run: () => takeTool(project, name) })),
      {
        keys: ['m'],
        label: 'Merge the selected cells, or those a line joins',
        run: () => {
          if (!review.mergeSelected()) takeTool(project, 'merge');
        },
      },
      { keys: [], label: 'Accept the remaining cells', run: () => review.acceptRest() },
      {
        keys: [],
        label: 'Segment all images',
        run: () => void project.segment.startOnImages(project.workingFromHere.map(({ id }) => id)),
      },
      { keys: [], label: 'Import cells of another program', run: () => void project.imports.choose('cells') },
      {
        keys: ['g'],
        label: 'Go to the image to correct next',
        run: () => void project.nextImages.goToBest(),
      },
      {
        keys: ['t'],
        label: 'Compare with the truth, or stop',
        run: () => project.comparison.toggleTruth(),
      },
      {
        keys: ['n'],
        label: 'Next difference',
        line: { label: 'Next or previous difference', keys: ['N', 'Shift+N'] },
        run: () => showBox(project, project.comparison.step(1)?.box ?? null),
      },
      {
        keys: ['Shift+n'],
        label: 'Previous difference',
        silent: true,
        run: () => showBox(project, project.comparison.step(-1)?.box ?? null),
      },
      { keys: ['o'], label: 'Fill holes of the selected cells', run: () => review.fillHoles() },
      { keys: ['s'], label: 'Smooth the selected cells', run: () => review.smooth() },
      {
        keys: ['['],
        label: 'Smaller brush',
        line: { label: 'Smaller or larger brush', keys: ['[', ']'] },
        run: () => tools.resizeBrush(false),
      },
      { keys: [']'], label: 'Larger brush', silent: true, run: () => tools.resizeBrush(true) },
      {
        keys: ['Escape'],
        label: 'Leave the tool, then clear the selection',
        run: () => {
          if (tools.name === 'select') review.select(null);
          else tools.take('select');
        },
      },
    ],
  };
}

function takeTool({ review, readOnly }: ProjectState, name: CellToolName): void {
  if (!readOnly || name === 'select') review.tools.take(name);
}
