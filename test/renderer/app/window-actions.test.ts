import { beforeAll, expect, test } from 'vitest';
import { stageActions } from '../../../src-renderer/app/stage-actions.ts';
import { generalActions, navigationActions, viewActions } from '../../../src-renderer/app/window-actions.ts';
import type { Action, ActionGroup } from '../../../src-renderer/state/keyboard.svelte.ts';
import type { ProjectState } from '../../../src-renderer/state/project.svelte.ts';
import { stages } from '../../../src-renderer/state/stage.ts';
import type { Studio } from '../../../src-renderer/state/studio.svelte.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTemplate, openWindow } from '../state/test-window.ts';

let project: ProjectState;
const template = temporaryFolder();

/** Effects of the actions on the window around the project. */
const studio = {
  inspectorOpen: false,
  paletteShown: false,
  shownTheme: 'dark',
  visited: [] as string[],
  goTo: (stage: string) => studio.visited.push(stage),
  setTheme: (theme: string) => (studio.shownTheme = theme),
};
const around = studio as unknown as Studio;

beforeAll(async () => {
  await makeTemplate(template);
  ({ project } = await openWindow(template, temporaryFolder()));
});

function actionOf(groups: readonly ActionGroup[], key: string): Action {
  const found = groups.flatMap(({ actions }) => actions).filter(({ keys }) => keys.includes(key));
  expect(found).toHaveLength(1);
  return found[0]!;
}

test('on every stage a key has one meaning', () => {
  const shared = [generalActions(around), navigationActions(around, project), viewActions(project)];
  const own = stageActions(project);
  for (const stage of stages) {
    const ofStage = own.filter((one) => one.stage === stage);
    const always = ofStage.map(({ group }) => group).filter(({ ofTool }) => !ofTool);
    const withTool = ofStage.map(({ group }) => group).filter(({ ofTool }) => ofTool);
    for (const groups of [[...shared, ...always], withTool]) {
      const keys = groups.flatMap(({ actions }) => actions.flatMap((action) => action.keys));
      expect({ stage, twice: keys.filter((key, i) => keys.indexOf(key) !== i) }).toEqual({
        stage,
        twice: [],
      });
    }
  }
});

test('the stages with keys of their own are stages of the window', () => {
  for (const { stage, group } of stageActions(project)) {
    expect(stages).toContain(stage);
    expect(group.actions.length).toBeGreaterThan(0);
  }
});

test('d and a go to the next image and back', () => {
  const groups = [navigationActions(around, project)];
  const first = project.currentId;
  actionOf(groups, 'd').run();
  expect(project.currentId).not.toBe(first);
  actionOf(groups, 'a').run();
  expect(project.currentId).toBe(first);
});

test('Alt and a number go to the stage of that number', () => {
  const groups = [navigationActions(around, project)];
  stages.forEach((_, i) => actionOf(groups, `Alt+${i + 1}`).run());
  expect(studio.visited).toEqual([...stages]);
});

test('i opens the inspector and closes it, and the theme turns', () => {
  actionOf([navigationActions(around, project)], 'i').run();
  expect(studio.inspectorOpen).toBe(true);
  actionOf([navigationActions(around, project)], 'i').run();
  expect(studio.inspectorOpen).toBe(false);
  actionOf([generalActions(around)], 'Shift+l').run();
  expect(studio.shownTheme).toBe('light');
});

test('h hides the overlays while it is held', () => {
  const hide = actionOf([viewActions(project)], 'h');
  hide.run();
  expect(project.display.overlaysHidden).toBe(true);
  hide.release?.();
  expect(project.display.overlaysHidden).toBe(false);
});

test('an image has one key per channel', () => {
  const { actions } = viewActions(project);
  const channels = actions.filter(({ label }) => label.startsWith('Show or hide channel'));
  expect(channels.map(({ keys }) => keys)).toEqual([['Shift+1'], ['Shift+2']]);
});
