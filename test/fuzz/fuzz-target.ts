/** A reader under attack: inputs it takes, and how one is given to it. */
export interface FuzzTarget {
  name: string;
  /** Inputs it accepts, which are then changed. */
  seeds: () => Promise<readonly Uint8Array[]>;
  /**
   * Reads one changed input, in an empty folder of its own. Ends in any result, or throws a `LacssError` that
   * a person can understand; anything else is a finding.
   */
  read: (input: Uint8Array, folder: string) => Promise<unknown>;
}
