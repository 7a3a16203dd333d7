import AppWindow from '@lucide/svelte/icons/app-window';
import BookOpen from '@lucide/svelte/icons/book-open';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import History from '@lucide/svelte/icons/history';
import ImagePlus from '@lucide/svelte/icons/image-plus';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Languages from '@lucide/svelte/icons/languages';
import LogOut from '@lucide/svelte/icons/log-out';
import Map from '@lucide/svelte/icons/map';
import Moon from '@lucide/svelte/icons/moon';
import Plus from '@lucide/svelte/icons/plus';
import Scale from '@lucide/svelte/icons/scale';
import Search from '@lucide/svelte/icons/search';
import Sprout from '@lucide/svelte/icons/sprout';
import Sun from '@lucide/svelte/icons/sun';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import { languageNames } from '../languages/shown-language.svelte.ts';
import type { Language } from '../languages/shown-language.svelte.ts';
import { startScreen } from '../state/place.ts';
import type { Action, ActionGroup } from '../state/keyboard.svelte.ts';
import type { ProjectState } from '../state/project.svelte.ts';
import { stageName, stages } from '../state/stage.ts';
import type { Studio } from '../state/studio.svelte.ts';

/** The actions of every screen. */
export function generalActions(studio: Studio): ActionGroup {
  return {
    title: 'General',
    actions: [
      ...helpActions(studio),
      {
        keys: ['Shift+l'],
        label: 'Switch between light and dark',
        run: () => studio.setTheme(studio.shownTheme === 'dark' ? 'light' : 'dark'),
      },
      ...themeActions(studio).map((action) => ({ ...action, label: `Theme: ${action.label}` })),
      ...languageActions(studio),
      ...openingActions(studio),
      { keys: [], label: 'Try it on sample images', icon: Sprout, run: () => void studio.openSample() },
    ],
  };
}

/** The help menu. */
export function helpActions(studio: Studio): Action[] {
  return [
    { keys: [], label: 'Guide', icon: BookOpen, run: () => void window.open('help/', '_blank') },
    {
      keys: ['Mod+k'],
      label: 'Search all commands',
      icon: Search,
      everywhere: true,
      run: () => (studio.paletteShown = !studio.paletteShown),
    },
    {
      keys: ['?', 'F1'],
      label: 'Show keyboard shortcuts',
      icon: Keyboard,
      run: () => (studio.keysShown = true),
    },
    {
      keys: [],
      label: 'Licences of other packages',
      icon: Scale,
      run: () => void window.open('help/licences.txt', '_blank'),
    },
  ];
}

/** The menu of themes. */
export function themeActions(studio: Studio): Action[] {
  return [
    { keys: [], label: 'Dark', icon: Moon, run: () => studio.setTheme('dark') },
    { keys: [], label: 'Light', icon: Sun, run: () => studio.setTheme('light') },
    { keys: [], label: 'Same as the system', icon: SunMoon, run: () => studio.setTheme('system') },
  ];
}

/** The menu of languages. Each has its own name, so that everyone finds it. */
export function languageActions(studio: Studio): Action[] {
  const named = Object.entries(languageNames) as [Language, string][];
  return [
    { keys: [], label: 'Language of the system', icon: Languages, run: () => studio.setLanguage('system') },
    ...named.map(([language, label]) => ({
      keys: [],
      label,
      icon: Languages,
      run: () => studio.setLanguage(language),
    })),
  ];
}

/** Ways to another project. */
export function openingActions(studio: Studio): Action[] {
  // The new window gets the secret of this one, which opens it. In Electron the system menu opens windows.
  const another: Action = {
    keys: [],
    label: 'Open another window',
    icon: AppWindow,
    run: () => void window.open(startScreen),
  };
  return [
    { keys: [], label: 'New project', icon: Plus, run: () => (studio.newProjectShown = true) },
    { keys: [], label: 'Open a project', icon: FolderOpen, run: () => void studio.chooseProject() },
    ...(studio.host?.kind === 'browser' ? [another] : []),
  ];
}

/** The actions on the open project as a whole. */
export function projectActions(studio: Studio, project: ProjectState): Action[] {
  return [
    { keys: [], label: 'Add images', icon: ImagePlus, run: () => void project.intake.chooseFiles() },
    {
      keys: [],
      label: 'Restore an earlier version',
      icon: History,
      run: () => void studio.restore.open(project.folder),
    },
    { keys: [], label: 'Take the tour', icon: Map, run: () => studio.startTour() },
    { keys: [], label: 'Close project', icon: LogOut, run: () => void studio.closeProject() },
  ];
}

/** Moving between images and stages, and undo. */
export function navigationActions(studio: Studio, project: ProjectState): ActionGroup {
  return {
    title: 'Project',
    actions: [
      { keys: ['d', 'ArrowRight'], label: 'Next image', run: () => project.step(1) },
      { keys: ['a', 'ArrowLeft'], label: 'Previous image', run: () => project.step(-1) },
      { keys: ['Mod+z', 'z'], label: 'Undo in this image', run: () => void project.undo() },
      {
        keys: ['Mod+Shift+z', 'Shift+z', 'Mod+y'],
        label: 'Redo in this image',
        run: () => void project.redo(),
      },
      ...stages.map((stage, i) => ({
        keys: [`Alt+${i + 1}`],
        label: `Go to ${stageName(stage)}`,
        line: { label: 'Go to a stage', keys: [`Alt+1–${stages.length}`] },
        silent: i > 0,
        run: () => studio.goTo(stage),
      })),
      {
        keys: ['i'],
        label: 'Open or close the inspector',
        run: () => (studio.inspectorOpen = !studio.inspectorOpen),
      },
      ...projectActions(studio, project),
    ],
  };
}

/** Zoom, channels and overlays of the viewer. */
export function viewActions({ camera, display, current }: ProjectState): ActionGroup {
  const pan = { line: { label: 'Pan', keys: ['Shift+← ↑ → ↓'] } };
  return {
    title: 'View',
    actions: [
      { keys: ['f'], label: 'Fit the image', run: () => camera.fit() },
      { keys: ['=', '+'], label: 'Zoom in', run: () => camera.zoom(1.25) },
      { keys: ['-'], label: 'Zoom out', run: () => camera.zoom(0.8) },
      { keys: ['Shift+ArrowLeft'], label: 'Pan left', ...pan, run: () => camera.pan(0, 80) },
      { keys: ['Shift+ArrowRight'], label: 'Pan right', silent: true, run: () => camera.pan(0, -80) },
      { keys: ['Shift+ArrowUp'], label: 'Pan up', silent: true, run: () => camera.pan(80, 0) },
      { keys: ['Shift+ArrowDown'], label: 'Pan down', silent: true, run: () => camera.pan(-80, 0) },
      ...Array.from({ length: Math.max(1, Math.min(9, current?.sizes.c ?? 1)) }, (_, i) => ({
        keys: [`Shift+${i + 1}`],
        label: `Show or hide channel ${i + 1}`,
        line: { label: 'Show or hide a channel', keys: ['Shift+1–9'] },
        silent: i > 0,
        run: () => {
          if (current) display.switchChannel(current, i);
        },
      })),
      {
        keys: ['h'],
        label: 'Hide overlays while held',
        run: () => (display.overlaysHidden = true),
        release: () => (display.overlaysHidden = false),
      },
    ],
  };
}
