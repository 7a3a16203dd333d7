/** Opens one path that the user gave to the program. */
export type OpenPath = (path: string) => void;

/**
 * Paths that the system passes to the program: from the command line, the file manager or a second start.
 * They wait for the first window.
 */
export class OpenedPaths {
  #waiting: string[] = [];
  #open: OpenPath | null = null;

  add(path: string): void {
    if (this.#open === null) this.#waiting.push(path);
    else this.#open(path);
  }

  /**
   * Takes the first waiting path for which `wanted` returns a value, and returns that value; null if there is
   * none.
   */
  take<T>(wanted: (path: string) => T | null): T | null {
    for (const [at, path] of this.#waiting.entries()) {
      const answer = wanted(path);
      if (answer === null) continue;
      this.#waiting.splice(at, 1);
      return answer;
    }
    return null;
  }

  /** Opens waiting paths, and from now on each path at once. */
  openWith(open: OpenPath): void {
    this.#open = open;
    for (const path of this.#waiting.splice(0)) open(path);
  }
}
