import { untrack } from 'svelte';
import { debounce } from './debounce.ts';
import { parsePlace, parseSeen, placeText, startScreen } from './place.ts';
import type { Place, Seen } from './place.ts';

/** The part of the window that its address needs. */
export interface AddressedWindow {
  /** Whether the first project of this window is open, or known not to exist. */
  readonly ready: boolean;
  /** null: the start screen. */
  readonly place: Place | null;
  readonly seen: Seen | null;
  goToPlace(place: Place | null, seen: Seen | null): Promise<void>;
}

/** Keeps the page's address at the place of the window, for reload, back and forward. */
export class WindowAddress {
  readonly #window: AddressedWindow;
  #seen: Seen | null = null;
  readonly #keepSeen = debounce(() => history.replaceState(this.#seen, ''), 250);

  constructor(window: AddressedWindow) {
    this.#window = window;
  }

  /** The place in the page's address, and the view and selection there. */
  get wanted(): { isStartScreen: boolean; place: Place | null; seen: Seen | null } {
    const { hash } = location;
    return { isStartScreen: hash === startScreen, place: parsePlace(hash), seen: parseSeen(history.state) };
  }

  /** Follows the window. Returns a function that ends this. */
  listen(): () => void {
    const goBack = (): void => {
      this.#keepSeen.cancel();
      const { isStartScreen, place, seen } = this.wanted;
      // Any other address, such as one with a code, loads the page again.
      if (place === null && !isStartScreen && location.hash !== '') return;
      void this.#window.goToPlace(place, seen);
    };
    const leave = (): void => this.#keepSeen.flush();
    addEventListener('popstate', goBack);
    addEventListener('pagehide', leave);
    const end = $effect.root(() => {
      $effect(() => {
        const { ready, place } = this.#window;
        if (ready) untrack(() => this.#write(place));
      });
      $effect(() => {
        const { ready, seen } = this.#window;
        if (!ready) return;
        this.#seen = seen;
        this.#keepSeen();
      });
    });
    return () => {
      removeEventListener('popstate', goBack);
      removeEventListener('pagehide', leave);
      end();
    };
  }

  /** Another stage or project is a new step of the history. Another image is not, because there are many. */
  #write(place: Place | null): void {
    const before = parsePlace(location.hash);
    const text = placeText(place);
    if (text === placeText(before)) return;
    this.#keepSeen.flush();
    const isStep = before?.project !== place?.project || before?.stage !== place?.stage;
    const address = `${location.pathname}${text}`;
    if (isStep) history.pushState(null, '', address);
    else history.replaceState(history.state, '', address);
  }
}
