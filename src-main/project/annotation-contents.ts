import { extname, join } from 'node:path';
import { LacssError } from '../contract/errors.ts';
import type { AnnotationPartName } from '../contract/project-files.ts';
import { annotationFileNames, annotationFormats } from './annotation-files.ts';
import type { AnnotationValues, ImageSize } from './annotation-files.ts';
import { hashBytes } from './hash-bytes.ts';
import { readBytesOrNone } from './read-bytes.ts';
import { decodeReview, decodeReviewPatch, encodeReview, encodeReviewPatch } from './review-file.ts';
import type { KeptReview } from './review-file.ts';
import { writeFileAtomically } from './write-file-atomically.ts';
import { pathExists } from './path-exists.ts';

/** A review is written whole after this many changes. */
const mostPatches = 50;
/** Smaller reviews are always written whole, bytes. */
const leastPatched = 4096;

/** How many reviews of an image stay in memory, by their hashes: the current one and those before it. */
const mostReviews = 4;

/**
 * The contents of an image's edits by their SHA-256, in `history/`. A large review is kept as the change of
 * the one before it, so that the history stays small.
 */
export class AnnotationContents {
  readonly #folder: string;
  readonly #size: ImageSize;
  readonly #reviews = new Map<string, KeptReview>();
  /** Number of patches between each known review and a whole one, by its hash. */
  readonly #depths = new Map<string, number>();
  /** The review written last, because the files for people need it. */
  #lastReview: { sha256: string; bytes: Uint8Array } | null = null;

  /** @param folder the annotation of the image, with `history/` in it */
  constructor(folder: string, size: ImageSize) {
    this.#folder = folder;
    this.#size = size;
  }

  async has(name: AnnotationPartName, sha256: string): Promise<boolean> {
    if (await pathExists(this.#path(name, sha256))) return true;
    return name === 'review' && (await pathExists(this.#patchPath(sha256)));
  }

  /**
   * Stores a value. @returns its hash and its count
   * @param base the hash of the current review
   * @param isKnown whether the journal has a content with this hash
   * @throws LacssError `annotation-invalid`, `image-size-mismatch`, `disk-full`, `file-unwritable`
   */
  async keep<Name extends AnnotationPartName>(
    name: Name,
    value: AnnotationValues[Name],
    base: string | null,
    isKnown: (sha256: string) => boolean,
  ): Promise<{ sha256: string; count: number }> {
    const format = annotationFormats[name];
    const bytes = await format.encode(value, this.#size);
    const sha256 = hashBytes(bytes);
    if (name === 'review') {
      // The journal knows this review, but its file was lost. A patch could lead back to itself.
      await this.#keepReview(sha256, bytes, value as KeptReview, isKnown(sha256) ? null : base);
    } else if (!(await this.has(name, sha256))) {
      await writeFileAtomically(this.#path(name, sha256), bytes);
    }
    return { sha256, count: format.count(value) };
  }

  /** @throws LacssError `annotation-invalid` if it is missing, or cannot be restored from its changes */
  async read(name: AnnotationPartName, sha256: string): Promise<Uint8Array> {
    if (name === 'review' && this.#lastReview?.sha256 === sha256) return this.#lastReview.bytes;
    const path = this.#path(name, sha256);
    const bytes = await readBytesOrNone(path);
    if (bytes !== null) return bytes;
    const patched = name === 'review' ? await this.#readPatched(sha256) : null;
    if (patched !== null) return patched;
    throw new LacssError('annotation-invalid', `The content of an earlier edit is missing: ${path}.`, {
      subject: path,
      remedy: 'Annotate this part of the image again.',
    });
  }

  /** Decodes a content. Reviews are read before every edit, so the last ones stay in memory. */
  async decode<Name extends AnnotationPartName>(
    name: Name,
    content: Uint8Array,
    sha256: string,
  ): Promise<AnnotationValues[Name]> {
    const known = name === 'review' ? this.#reviews.get(sha256) : undefined;
    if (known !== undefined) return known as AnnotationValues[Name];
    const path = join(this.#folder, annotationFileNames[name]);
    const value = await annotationFormats[name].decode(content, this.#size, path);
    if (name === 'review') this.#remember(sha256, value as KeptReview);
    return value;
  }

  /** Stores a review as the change of the current one, if that is much smaller. */
  async #keepReview(
    sha256: string,
    bytes: Uint8Array,
    review: KeptReview,
    base: string | null,
  ): Promise<void> {
    if (!(await this.has('review', sha256))) {
      const before = base === null ? undefined : this.#reviews.get(base);
      const depth = (base === null ? undefined : this.#depths.get(base)) ?? mostPatches;
      const mayPatch = bytes.length >= leastPatched && depth < mostPatches;
      const patch =
        base !== null && before !== undefined && mayPatch
          ? encodeReviewPatch(review, before, { base, depth: depth + 1 })
          : null;
      const isPatched = patch !== null && patch.length < bytes.length / 2;
      if (isPatched) await writeFileAtomically(this.#patchPath(sha256), patch);
      else await writeFileAtomically(this.#path('review', sha256), bytes);
      this.#depths.set(sha256, isPatched ? depth + 1 : 0);
    }
    this.#remember(sha256, review);
    this.#lastReview = { sha256, bytes };
  }

  #remember(sha256: string, review: KeptReview): void {
    this.#reviews.delete(sha256);
    this.#reviews.set(sha256, review);
    for (const [oldest] of this.#reviews) {
      if (this.#reviews.size <= mostReviews) break;
      this.#reviews.delete(oldest);
    }
  }

  /**
   * A review that is kept as the change of an earlier one; `null` if there is none.
   * @throws LacssError `annotation-invalid` if it or one before it is damaged
   */
  async #readPatched(sha256: string, most = mostPatches): Promise<Uint8Array | null> {
    const path = this.#patchPath(sha256);
    const bytes = await readBytesOrNone(path);
    if (bytes === null) return null;
    const { base, depth, apply } = decodeReviewPatch(bytes, path);
    const before =
      (await readBytesOrNone(this.#path('review', base))) ??
      (most > 0 ? await this.#readPatched(base, most - 1) : null);
    const whole = before === null ? null : encodeReview(apply(decodeReview(before, this.#size, path)));
    if (whole === null || hashBytes(whole) !== sha256) {
      throw new LacssError('annotation-invalid', `${path} is damaged: this step cannot be restored.`, {
        subject: path,
        remedy: 'Undo or redo further. The other steps of the image are not damaged.',
      });
    }
    this.#depths.set(sha256, depth);
    return whole;
  }

  #path(name: AnnotationPartName, sha256: string): string {
    return join(this.#folder, 'history', sha256.slice(0, 24) + extname(annotationFileNames[name]));
  }

  #patchPath(sha256: string): string {
    return join(this.#folder, 'history', `${sha256.slice(0, 24)}.patch.json`);
  }
}
