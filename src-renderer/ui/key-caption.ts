const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent);

const names: Record<string, string> = {
  Mod: isMac ? '⌘' : 'Ctrl',
  Shift: isMac ? '⇧' : 'Shift',
  Alt: isMac ? '⌥' : 'Alt',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Backspace: isMac ? '⌫' : 'Backspace',
  Delete: 'Del',
};

/** A key combination as on this computer's keyboard: `Mod+Shift+z` → `Ctrl Shift Z`. */
export function keyCaption(keys: string): string {
  // A + at the end is the key of that name.
  return keys
    .split(/\+(?!$)/)
    .filter((key) => key !== '')
    .map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key))
    .join(' ');
}
