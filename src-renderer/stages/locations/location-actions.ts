import type { ActionGroup } from '../../state/keyboard.svelte.ts';
import type { ProjectState } from '../../state/project.svelte.ts';

/** The actions of the Points stage. */
export function locationActions(project: ProjectState): ActionGroup {
  const { locations, camera } = project;
  const goTo = (place: { y: number; x: number } | null) => {
    if (place) camera.centreOn(place.y, place.x, 60, 60);
  };
  return {
    title: 'Points',
    actions: [
      { keys: [], label: 'Find points in all images', run: () => void locations.find('project') },
      { keys: [], label: 'Find points in this image', run: () => void locations.find('images') },
      { keys: ['n'], label: 'Select the next point', run: () => goTo(locations.selectNext(1)) },
      { keys: ['Shift+n'], label: 'Select the previous point', run: () => goTo(locations.selectNext(-1)) },
      {
        keys: ['p'],
        label: 'Add a point at the centre of the view',
        run: () => project.atViewCentre((y, x) => locations.add(y, x)),
      },
      {
        keys: ['Delete', 'Backspace', 'x'],
        label: 'Delete the selected points',
        run: () => locations.deleteSelected(),
      },
      { keys: ['Alt+ArrowUp'], label: 'Move the selected points up', run: () => locations.nudge(-1, 0) },
      { keys: ['Alt+ArrowDown'], label: 'Move the selected points down', run: () => locations.nudge(1, 0) },
      { keys: ['Alt+ArrowLeft'], label: 'Move the selected points left', run: () => locations.nudge(0, -1) },
      { keys: ['Alt+ArrowRight'], label: 'Move the selected points right', run: () => locations.nudge(0, 1) },
      {
        keys: ['Escape'],
        label: 'Discard changes, or clear the selection',
        run: () => {
          if (locations.trial) locations.dropTrial();
          else locations.unselect();
        },
      },
    ],
  };
}
