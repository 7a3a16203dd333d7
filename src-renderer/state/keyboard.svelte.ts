import { untrack } from 'svelte';
import { isForControl, keyName } from './key-name.ts';

/** The action of a key. */
export interface KeyBinding {
  /** Any of these: `1`, `Enter`, `Shift+z`, `Mod+Shift+z` (Mod is Ctrl, or ⌘ on a Mac). */
  keys: readonly string[];
  /** The action, for the list of shortcuts: `Fit the image`. */
  label: string;
  run: () => void;
  /** Called on release, for a key that acts while held. */
  release?: () => void;
  /** Keys shown in the list, if one line stands for several bindings: `1–5`. */
  shownAs?: readonly string[];
  /** Not listed, because another line stands for it. */
  silent?: boolean;
}

export interface KeyGroup {
  title: string;
  bindings: readonly KeyBinding[];
}

/** The keys of the window. Visible parts register their keys; the last registered wins. */
export class Keyboard {
  groups = $state.raw<readonly KeyGroup[]>([]);
  readonly #held = new Map<string, KeyBinding>();

  /** Registers a group. Returns a function that removes it. */
  register(group: KeyGroup): () => void {
    // Effects register groups and must not depend on other groups.
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

  /** Whether keys do nothing, because the project is unreachable. */
  paused = false;

  /** Listens to the window. Returns a function that ends this. */
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

/** Removes the focus from a button clicked with the mouse, so that Space does not click it again. */
function letGo(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  const byMouse = event.detail > 0;
  if (byMouse && button?.matches(':not([aria-haspopup], [aria-expanded], [role])')) button.blur();
}
