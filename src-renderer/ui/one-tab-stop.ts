import type { Attachment } from 'svelte/attachments';
import { nextIndex } from './next-index.ts';

/**
 * Makes a list or a grid of buttons one stop of the Tab key: arrow keys, Home and End move in it. The stop is
 * the button used last, before that the current one or the first. The buttons are children of the items.
 */
export const oneTabStop: Attachment<HTMLElement> = (list) => {
  let last: HTMLElement | null = null;
  const stops = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>(':scope > li > button:enabled')];
  const settle = (): void => {
    const all = stops();
    const stop =
      all.find((one) => one === last) ?? all.find((one) => one.matches('[aria-current]')) ?? all[0] ?? null;
    for (const one of all) one.tabIndex = one === stop ? 0 : -1;
  };
  const onkeydown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const all = stops();
    const at = all.findIndex((one) => one === event.target);
    if (at < 0) return;
    const top = all[0]?.offsetTop;
    const columns = all.filter((one) => one.offsetTop === top).length;
    const next = nextIndex(event.key, at, all.length, columns);
    if (next === null) return;
    event.preventDefault();
    // A button that opens a menu would open it.
    event.stopPropagation();
    all[next]?.focus();
  };
  const onfocusin = ({ target }: FocusEvent): void => {
    last = stops().find((one) => one === target) ?? last;
    settle();
  };
  // Items come, go and become the current one.
  const watcher = new MutationObserver(settle);
  watcher.observe(list, { childList: true, subtree: true, attributeFilter: ['aria-current', 'disabled'] });
  list.addEventListener('keydown', onkeydown, { capture: true });
  list.addEventListener('focusin', onfocusin);
  settle();
  return () => {
    watcher.disconnect();
    list.removeEventListener('keydown', onkeydown, { capture: true });
    list.removeEventListener('focusin', onfocusin);
  };
};
