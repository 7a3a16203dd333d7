const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent);

/** The name of a key event in bindings: modifiers first, letters in lower case. */
export function keyName(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): string {
  // Shift with a number gives a sign that depends on the keyboard layout. Not 0: on some layouts it gives =,
  // which zooms.
  const digit = event.shiftKey && !/\d/.test(event.key) ? /^Digit([1-9])$/.exec(event.code)?.[1] : undefined;
  if (digit !== undefined) return `Shift+${digit}`;
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  // A sign such as ? already includes Shift; a letter does not.
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z ]/i.test(event.key));
  return [mod ? 'Mod' : '', event.altKey ? 'Alt' : '', shift ? 'Shift' : '', key].filter(Boolean).join('+');
}

const ownsLetters = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';
const ownsArrows = '[role=slider], [role=radio], [role=tab], [role=separator], [data-scrolls]';
const ownsPress = 'button, a[href], [role=button], [role=switch], [role=checkbox], [role=option], summary';
const ownsEverything = '[role=dialog], [role=menu], [role=listbox], [role=alertdialog]';

/** Whether the focused control would use the key itself. */
export function isForControl(target: EventTarget | null, name: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(ownsEverything)) return true;
  if (target.matches(ownsLetters)) return true;
  if (/Arrow|Home|End|Page/.test(name) && target.matches(ownsArrows)) return true;
  return (name === 'Enter' || name === 'Space') && target.matches(ownsPress);
}
