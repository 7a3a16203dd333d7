import { phrase } from '../languages/phrase.ts';

const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent);

/** The keys that have a name or a sign on a keyboard of the language in use. */
function names(): Record<string, string> {
  return {
    Mod: isMac ? '⌘' : phrase('Ctrl'),
    Shift: isMac ? '⇧' : phrase('Shift'),
    Alt: isMac ? '⌥' : 'Alt',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
    Enter: phrase('Enter'),
    Escape: 'Esc',
    Backspace: isMac ? '⌫' : phrase('Backspace'),
    Delete: phrase('Del'),
    Space: phrase('Space'),
  };
}

/** A key combination as on this computer's keyboard: `Mod+Shift+z` → `Ctrl Shift Z`. */
export function keyCaption(keys: string): string {
  const caption = names();
  // A + at the end is the key of that name.
  return keys
    .split(/\+(?!$)/)
    .filter((key) => key !== '')
    .map((key) => caption[key] ?? (key.length === 1 ? key.toUpperCase() : key))
    .join(' ');
}
