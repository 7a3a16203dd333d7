import { untrack } from 'svelte';
import { isForControl, keyName } from './key-name.ts';

/** One thing a key does. */
export interface KeyBinding {
  /** Any of these: `1`, `Enter`, `Shift+z`, `Mod+Shift+z` (Mod is Ctrl, or ⌘ on a Mac). */
  keys: readonly string[];
  /** What it does, for the sheet: `Pick candidate 1 and go on`. */
  label: string;
  run: () => void;
  /** For a key that acts while it is held: called when it is let go. */
  release?: () => void;
  /** What the sheet shows instead of the keys, where one line speaks for several bindings: `1–5`. */
  shownAs?: readonly string[];
  /** Left out of the sheet: another way to say what a listed binding says, or spoken for by another line. */
  silent?: boolean;
}

export interface KeyGroup {
  title: string;
  bindings: readonly KeyBinding[];
}

/** The keys of the window: whoever is shown registers its own, the last one wins, and the sheet lists them all. */
export class Keyboard {
  groups = $state.raw<readonly KeyGroup[]>([]);
  readonly #held = new Map<string, KeyBinding>();

  /** Answers the function that takes the group away. */
  register(group: KeyGroup): () => void {
    // Registered from effects, which must not depend on who else has registered.
    this.groups = [...untrack(() => this.groups), group];
    return () => {
      this.groups = untrack(() => this.groups).filter((other) => other !== group);
      for (const [key, binding] of this.#held) {
        if (!group.bindings.includes(binding)) continue;
        this.#held.delete(key);
        binding.release?.();
      }
    };
  }

  /** Keys do nothing: there is no project to work in. */
  paused = false;

  /** Listens to the window; answers the function that ends it. */
  listen(): () => void {
    const down = (event: KeyboardEvent) => this.#down(event);
    const up = (event: KeyboardEvent) => this.#up(event);
    const leave = () => this.#releaseAll();
    const clicked = (event: MouseEvent) => letGo(event);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', leave);
    window.addEventListener('click', clicked);
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', leave);
      window.removeEventListener('click', clicked);
    };
  }

  #down(event: KeyboardEvent): void {
    if (event.defaultPrevented || this.paused) return;
    const name = keyName(event);
    if (isForControl(event.target, name)) return;
    const binding = this.#find(name);
    if (!binding) return;
    event.preventDefault();
    if (binding.release) {
      if (this.#held.has(event.code)) return;
      this.#held.set(event.code, binding);
    }
    binding.run();
  }

  #up(event: KeyboardEvent): void {
    const binding = this.#held.get(event.code);
    if (!binding) return;
    this.#held.delete(event.code);
    binding.release?.();
  }

  #releaseAll(): void {
    for (const binding of this.#held.values()) binding.release?.();
    this.#held.clear();
  }

  #find(name: string): KeyBinding | undefined {
    for (let i = this.groups.length - 1; i >= 0; i--) {
      const binding = this.groups[i]!.bindings.find(({ keys }) => keys.includes(name));
      if (binding) return binding;
    }
    return undefined;
  }
}

/** A button pressed with the mouse gives the keys back: Space after a click on a list means the list's cell, not the click. */
function letGo(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  const byMouse = event.detail > 0;
  if (byMouse && button?.matches(':not([aria-haspopup], [aria-expanded], [role])')) button.blur();
}
