import type { AppSettings } from '../../src-main/contract/requests/host-requests.ts';

export type LanguageChoice = AppSettings['language'];
export type Language = Exclude<LanguageChoice, 'system'>;

/** The languages of the window, each with its own name. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' };

const storageKey = 'lacss-language';
let shown = $state<Language>('en');

/** The language in use. Reading it in a component tracks it. */
export function shownLanguage(): Language {
  return shown;
}

/** The last choice in this browser. It is read before the host answers. */
export function rememberedLanguage(): LanguageChoice {
  const stored = localStorage.getItem(storageKey) ?? '';
  return isLanguage(stored) ? stored : 'system';
}

/** Shows the whole window in a language, and remembers the choice. */
export function applyLanguage(choice: LanguageChoice): void {
  shown = choice === 'system' ? systemLanguage(navigator.languages) : choice;
  document.documentElement.lang = shown;
  localStorage.setItem(storageKey, choice);
}

/** The first language of the system that the window has; otherwise English. */
export function systemLanguage(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isLanguage) ?? 'en';
}

function isLanguage(name: string): name is Language {
  return name in languageNames;
}
