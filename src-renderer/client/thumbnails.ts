/** Memory limit of kept pictures, about 100 kB each. */
const keptBytes = 64 * 2 ** 20;
/** Time before a failed picture is requested again. */
const retryMs = 2000;

interface Kept {
  url: string;
  bytes: number;
}

type Fetch = (path: string, signal: AbortSignal) => Promise<Response>;

/**
 * Thumbnails as URLs for `<img>`, which sends no token itself. Those used last are kept, so that scrolling
 * back shows them at once. A URL is revoked when its picture is dropped.
 */
export class Thumbnails {
  readonly #fetch: Fetch;
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** The picture's URL, if it is there already. */
  peek(path: string): string | null {
    const kept = this.#kept.get(path);
    if (kept === undefined) return null;
    this.#kept.delete(path);
    this.#kept.set(path, kept);
    return kept.url;
  }

  /**
   * The picture's URL. It asks again until the host answers. Null if the host has no such picture.
   * @throws the signal's reason if it aborts
   */
  async load(path: string, signal: AbortSignal): Promise<string | null> {
    for (;;) {
      const known = this.peek(path);
      if (known !== null) return known;
      try {
        const response = await this.#fetch(path, signal);
        if (response.ok) return this.#keep(path, await response.blob());
        // There is a new host, and its token will arrive soon.
        if (response.status !== 401) return null;
      } catch {
        signal.throwIfAborted();
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
      signal.throwIfAborted();
    }
  }

  #keep(path: string, picture: Blob): string {
    const known = this.peek(path);
    if (known !== null) return known;
    const url = URL.createObjectURL(picture);
    this.#kept.set(path, { url, bytes: picture.size });
    this.#bytes += picture.size;
    for (const [other, { url: old, bytes }] of this.#kept) {
      if (this.#bytes <= keptBytes || other === path) break;
      this.#kept.delete(other);
      this.#bytes -= bytes;
      URL.revokeObjectURL(old);
    }
    return url;
  }
}
