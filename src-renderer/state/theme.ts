import type { AppSettings } from '../../src-main/contract/requests/host-requests.ts';

export type ThemeChoice = AppSettings['theme'];

const storageKey = 'lacss-theme';

/**
 * The last choice in this browser. It is read before the host answers, so that the window opens in the right
 * colours.
 */
export function rememberedTheme(): ThemeChoice {
  const stored = localStorage.getItem(storageKey);
  return stored === 'light' || stored === 'system' ? stored : 'dark';
}

/** Applies a theme to the whole document. @returns light or dark */
export function applyTheme(choice: ThemeChoice): 'light' | 'dark' {
  const light =
    choice === 'light' || (choice === 'system' && matchMedia('(prefers-color-scheme: light)').matches);
  const shown = light ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = shown;
  localStorage.setItem(storageKey, choice);
  return shown;
}
