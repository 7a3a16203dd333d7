import type { Component } from 'svelte';

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
