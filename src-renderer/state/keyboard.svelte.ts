import type { Component } from 'svelte';
import { isForControl, keyName } from './key-name.ts';

/** Something a person can do. Keys, menus, command palette and key sheet come from the same actions. */
export interface Action {
  /** Any of these: `1`, `Enter`, `Shift+z`, `Mod+Shift+z` (Mod is Ctrl, or ⌘ on a Mac). Empty for none. */
  keys: readonly string[];
  /** The name of the action: `Fit the image`. */
  label: string;
  icon?: Component<{ size?: number | string }>;
  /** More for the menu and the palette, such as the folder of a project. */
  detail?: string;
  run: () => void;
  /** Called on release, for a key that acts while held. */
  release?: () => void;
  /** Its line in the key sheet, if it stands for several actions: `1–5`. */
  line?: { label: string; keys: readonly string[] };
  /** Not in the key sheet, because the line of another action stands for it. */
  silent?: boolean;
  /** Also works in a text field. */
  everywhere?: boolean;
}

export interface ActionGroup {
  title: string;
  /** Of a tool in use: its keys win over those of all other groups. */
  ofTool?: true;
  actions: readonly Action[];
}

/** The keys of the window. Visible parts register keys; a tool in use wins, then the last registered. */
export class Keyboard {
  groups = $state.raw<readonly ActionGroup[]>([]);
  /** The same, outside of Svelte's state: the end of an effect would read the groups of before its update. */
  #registered: readonly ActionGroup[] = [];
  readonly #held = new Map<string, Action>();

  /** Registers a group. Returns a function that removes it. */
  register(group: ActionGroup): () => void {
    this.#set([...this.#registered, group]);
    return () => {
      this.#set(this.#registered.filter((other) => other !== group));
      for (const [key, action] of this.#held) {
        if (!group.actions.includes(action)) continue;
        this.#held.delete(key);
        action.release?.();
      }
    };
  }

  #set(groups: readonly ActionGroup[]): void {
    this.#registered = groups;
    this.groups = groups;
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
    if (this.paused || (event.defaultPrevented && !onlyClosesTooltip(event))) return;
    const name = keyName(event);
    const action = this.#find(name);
    if (!action || (!action.everywhere && isForControl(event.target, name))) return;
    event.preventDefault();
    if (action.release) {
      if (this.#held.has(event.code)) return;
      this.#held.set(event.code, action);
    }
    action.run();
  }

  #up(event: KeyboardEvent): void {
    const action = this.#held.get(event.code);
    if (!action) return;
    this.#held.delete(event.code);
    action.release?.();
  }

  #releaseAll(): void {
    for (const action of this.#held.values()) action.release?.();
    this.#held.clear();
  }

  #find(name: string): Action | undefined {
    const latestFirst = this.#registered.toReversed();
    return [true, undefined]
      .flatMap((mode) => latestFirst.filter(({ ofTool }) => ofTool === mode))
      .flatMap(({ actions }) => actions)
      .find(({ keys }) => keys.includes(name));
  }
}

/** Whether Escape was used for a tooltip only. Then it does its own work too. */
function onlyClosesTooltip({ key }: KeyboardEvent): boolean {
  return key === 'Escape' && document.querySelector('[role=dialog], [role=menu], [role=listbox]') === null;
}

/** Removes the focus from a button clicked with the mouse, so that Space does not click it again. */
function letGo(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  const byMouse = event.detail > 0;
  if (byMouse && button?.matches(':not([aria-haspopup], [aria-expanded], [role])')) button.blur();
}
