import type { Component } from 'svelte';

/** An entry of a menu. */
export type MenuEntry =
  | { kind: 'line' }
  | { kind: 'heading'; label: string }
  | {
      kind: 'item';
      label: string;
      detail?: string | undefined;
      keys?: string | undefined;
      icon?: Component<{ size?: number | string }> | undefined;
      danger?: boolean;
      disabled?: boolean;
      run: () => void;
    };

/** The entry of an action. */
export function menuEntry(action: {
  label: string;
  detail?: string;
  keys: readonly string[];
  icon?: Component<{ size?: number | string }>;
  run: () => void;
}): MenuEntry {
  const { label, detail, keys, icon, run } = action;
  return { kind: 'item', label, detail, keys: keys[0], icon, run };
}
