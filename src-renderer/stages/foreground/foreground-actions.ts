import type { ActionGroup } from '../../state/keyboard.svelte.ts';
import type { ProjectState } from '../../state/project.svelte.ts';

/** The keys of the Foreground stage. */
export function foregroundActions(project: ProjectState): ActionGroup {
  const { foreground, display } = project;
  return {
    title: 'Foreground',
    actions: [
      ...[1, 2, 3, 4, 5].map((number) => ({
        keys: [String(number)],
        label: `Pick candidate ${number}`,
        line: { label: 'Pick a candidate, show the next image', keys: ['1–5'] },
        silent: number > 1,
        run: () => foreground.pickCandidate(number - 1),
      })),
      { keys: ['0'], label: 'None fits', run: () => foreground.pickNone() },
      {
        keys: ['Enter'],
        label: 'Accept the suggestion ★',
        run: () => {
          if (foreground.ownThreshold) void foreground.useThreshold();
          else foreground.acceptSuggestion();
        },
      },
      { keys: ['t'], label: 'Custom threshold', run: () => void foreground.startOwnThreshold() },
      { keys: ['b'], label: 'Brush', run: () => foreground.toggleBrush('add') },
      { keys: ['e'], label: 'Eraser', run: () => foreground.toggleBrush('erase') },
      {
        keys: ['['],
        label: 'Smaller brush',
        run: () => (foreground.brushRadiusPx = Math.max(1, foreground.brushRadiusPx / 1.25)),
      },
      {
        keys: [']'],
        label: 'Larger brush',
        run: () => (foreground.brushRadiusPx = Math.min(100, foreground.brushRadiusPx * 1.25)),
      },
      {
        keys: ['p'],
        label: 'Paint or erase at the centre of the view',
        run: () => project.atViewCentre((y, x) => void foreground.paintAt(y, x)),
      },
      { keys: ['u'], label: 'Undo last pick', run: () => foreground.takeBack() },
      {
        keys: ['c'],
        label: 'Switch between outline and fill',
        run: () => {
          const { fill } = display.settings.overlay;
          display.changeOverlay({ fill: !fill, outline: fill });
        },
      },
      { keys: ['Escape'], label: 'Back to the candidates', run: () => foreground.leaveModes() },
    ],
  };
}
