import type { CheckedParams } from '../contract/requests.ts';

export type ChoosePurpose = CheckedParams<'host.choose'>['purpose'];

/** What differs between Electron and a browser, as far as requests are concerned. */
export interface HostPlatform {
  kind: 'electron' | 'browser';
  /**
   * Opens the system's dialog for a window; empty when nothing was chosen. null where there is no such dialog and the
   * page lists folders by itself.
   */
  choose: ((window: number, purpose: ChoosePurpose, suggestedName?: string) => Promise<string[]>) | null;
  /** Shows a file in the system's file manager; answers whether it could. */
  reveal: (path: string) => boolean;
  /** Where listing may start; these and what is below them may be used. Empty where dialogs choose. */
  roots: readonly { name: string; path: string }[];
}
