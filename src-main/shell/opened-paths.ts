/** Opens one path that a person gave to the program. */
export type OpenPath = (path: string) => void;

/**
 * Paths that the system gives to the program: from the command line, the file manager or a second start. They can come
 * before there is a window; then they wait.
 */
export class OpenedPaths {
  #waiting: string[] = [];
  #open: OpenPath | null = null;

  add(path: string): void {
    if (this.#open === null) this.#waiting.push(path);
    else this.#open(path);
  }

  /** Takes the first waiting path that `wanted` answers for, and gives the answer; null where none does. */
  take<T>(wanted: (path: string) => T | null): T | null {
    for (const [at, path] of this.#waiting.entries()) {
      const answer = wanted(path);
      if (answer === null) continue;
      this.#waiting.splice(at, 1);
      return answer;
    }
    return null;
  }

  /** Opens what waits, and from now on each path at once. */
  openWith(open: OpenPath): void {
    this.#open = open;
    for (const path of this.#waiting.splice(0)) open(path);
  }
}
