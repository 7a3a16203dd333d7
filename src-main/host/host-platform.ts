import type { ChoosePurpose } from '../contract/requests/host-requests.ts';

/** The differences between Electron and a browser host, for requests. */
export interface HostPlatform {
  kind: 'electron' | 'browser';
  /**
   * Opens the system's dialog for a window. Empty after Cancel; null without a system dialog, where the page
   * lists folders itself.
   */
  choose: ((window: number, purpose: ChoosePurpose, suggestedName?: string) => Promise<string[]>) | null;
  /** Shows a file in the system's file manager. Returns whether that worked. */
  reveal: (path: string) => boolean;
  /** Folders where listing may start; all below them is granted. Empty with a system dialog. */
  roots: readonly { name: string; path: string }[];
}
