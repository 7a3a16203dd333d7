import type { AppSettings } from '../../src-main/contract/requests/host-requests.ts';

export type ThemeChoice = AppSettings['theme'];

const storageKey = 'lacss-theme';

/**
 * What was chosen last in this browser: read before the host answers, so that the window opens in its own
 * colours.
 */
export function rememberedTheme(): ThemeChoice {
  const stored = localStorage.getItem(storageKey);
  return stored === 'light' || stored === 'system' ? stored : 'dark';
}

/** Shows a theme on the whole document, and answers which of the two it is. */
export function applyTheme(choice: ThemeChoice): 'light' | 'dark' {
  const light =
    choice === 'light' || (choice === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
  const shown = light ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = shown;
  localStorage.setItem(storageKey, choice);
  return shown;
}
