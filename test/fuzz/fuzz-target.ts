/** A reader under attack: valid inputs, and how to pass one to it. */
export interface FuzzTarget {
  name: string;
  /** Inputs that it accepts, before they are changed. */
  seeds: () => Promise<readonly Uint8Array[]>;
  /**
   * Reads one changed input, in its own empty folder. It returns any result, or throws a `LacssError` that a
   * person can understand. Anything else is a finding.
   */
  read: (input: Uint8Array, folder: string) => Promise<unknown>;
}
