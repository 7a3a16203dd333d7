import type { Action, ActionGroup } from '../../state/keyboard.svelte.ts';
import type { ProjectState } from '../../state/project.svelte.ts';

const directions = [
  ['ArrowUp', -1, 0],
  ['ArrowDown', 1, 0],
  ['ArrowLeft', 0, -1],
  ['ArrowRight', 0, 1],
] as const;

/** The keys of a tool that draws: arrow keys show the cursor, and move it. */
export function keyPointerMoves({ keyPointer }: ProjectState): ActionGroup {
  const moves = (isLarge: boolean): Action[] =>
    directions.map(([key, down, right], i) => ({
      keys: [isLarge ? `Shift+${key}` : key],
      label: 'Move the cursor of a tool',
      line: isLarge
        ? { label: 'Move the cursor of a tool by large steps', keys: ['Shift+← ↑ → ↓'] }
        : { label: 'Move the cursor of a tool', keys: ['← ↑ → ↓'] },
      silent: i > 0,
      run: () => keyPointer.move(down, right, isLarge),
    }));
  return { title: 'Review', ofTool: true, actions: [...moves(false), ...moves(true)] };
}

/** The keys while the cursor is shown. */
export function keyPointerPresses({ keyPointer, review }: ProjectState): ActionGroup {
  return {
    title: 'Review',
    ofTool: true,
    actions: [
      {
        keys: ['Enter', 'Space'],
        label: 'Begin or end a stroke at the cursor',
        run: () => keyPointer.press(false),
      },
      {
        keys: ['Shift+Enter', 'Shift+Space'],
        label: 'The same, taking pixels from neighbours',
        run: () => keyPointer.press(true),
      },
      {
        keys: ['Escape'],
        label: 'Discard the stroke, then leave the tool',
        run: () => {
          if (!keyPointer.isDown) {
            review.tools.take('select');
            return;
          }
          keyPointer.discard();
          review.tools.leave();
        },
      },
    ],
  };
}
