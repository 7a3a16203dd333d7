/** Asks the user before a project is left whose edits cannot be saved now. */
export class UnsavedQuestion {
  /** How many changes would be lost; null while nothing is asked. */
  count = $state<number | null>(null);
  #answer: (isLeft: boolean) => void = () => undefined;

  /**
   * Whether the project may be left.
   * @param edits its pending edits
   * @param canSave whether the host can save them now; then this waits until it has
   */
  async mayLeave(
    edits: { readonly count: number; saved: () => Promise<void> },
    canSave: boolean,
  ): Promise<boolean> {
    if (edits.count === 0) return true;
    if (canSave) {
      await edits.saved();
      return true;
    }
    this.answer(false);
    this.count = edits.count;
    return new Promise((resolve) => (this.#answer = resolve));
  }

  answer(isLeft: boolean): void {
    this.count = null;
    this.#answer(isLeft);
  }
}
