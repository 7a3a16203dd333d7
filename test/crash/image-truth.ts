import type { RequestName } from '../../src-main/contract/requests.ts';

/** What a window sees of an image, as texts that can be compared. */
export interface Look {
  /** The bits of the mask; empty where there is none. */
  foreground: string;
  /** `y,x` per point, to a thousandth of a px. */
  locations: string;
  /** One mark per cell; empty where there is no prediction. */
  review: string;
  /** Whether there is a label image. */
  labels: string;
}

/** What a request does to an image when it succeeds. */
export interface Edit {
  kind: 'edit' | 'undo' | 'redo';
  /** The parts that change, and their new values. `null`: only the program knows. */
  becomes: { [Part in keyof Look]?: string | null };
  /** The settings of the image after the edit, where the edit changes them (see `settingsText`). */
  settings?: string;
  /** The request that made it, if it has an id by which the host recognises repetitions. */
  request?: { name: RequestName; params: unknown };
}

/** What was read of an image. */
export interface Seen {
  look: Look;
  settings: string;
  undo: string | null;
  /** Entries in its journal. */
  entries: number;
}

const parts = ['foreground', 'locations', 'review', 'labels'] as const;

interface Step {
  title: string | null;
  look: Look;
  settings?: { before: string; after: string };
}

/** The expected state of an image and of its undo history, from everything that was acknowledged. */
export class ImageTruth {
  steps: Step[];
  current: number;
  settings: string;
  entries: number;
  /** The journal up to the last acknowledged edit; it must stay as it is. */
  journal: Buffer;
  /** Parts that only requests change. A model's work also changes the review of other images. */
  readonly #compared: readonly (keyof Look)[];
  /** Requests that were sent and not answered. A crash decides whether they count. */
  readonly open: Edit[] = [];

  constructor(
    steps: Step[],
    { settings, entries }: Seen,
    journal: Buffer,
    compared: readonly (keyof Look)[] = parts,
  ) {
    this.steps = steps;
    this.#compared = compared;
    this.current = steps.length - 1;
    this.settings = settings;
    this.entries = entries;
    this.journal = journal;
  }

  get look(): Look {
    return this.steps[this.current]!.look;
  }

  /** What undo would take back, as far as that is known. */
  get undo(): string | null {
    return this.current === 0 ? null : this.steps[this.current]!.title;
  }

  /** Whether an edit changes nothing, so that it needs no step. */
  isSame({ kind, becomes, settings }: Edit): boolean {
    const changes = parts.some((part) => becomes[part] !== undefined && becomes[part] !== this.look[part]);
    return kind === 'edit' && settings === undefined && !changes;
  }

  /**
   * Records an edit that has happened.
   * @param title what undo would undo afterwards
   * @param look the image afterwards, if it was read
   */
  happened({ kind, becomes, settings }: Edit, title: string | null, look?: Look): void {
    if (kind === 'undo') {
      this.settings = this.steps[this.current]!.settings?.before ?? this.settings;
      this.current--;
    } else if (kind === 'redo') {
      this.current++;
      this.settings = this.steps[this.current]!.settings?.after ?? this.settings;
    } else {
      const next = { ...this.look };
      for (const part of parts) {
        if (becomes[part] !== undefined) next[part] = becomes[part] ?? look?.[part] ?? next[part];
      }
      const change = settings === undefined ? {} : { settings: { before: this.settings, after: settings } };
      const step = { title, look: next, ...change };
      this.steps = [...this.steps.slice(0, this.current + 1), step];
      this.current++;
      this.settings = settings ?? this.settings;
    }
  }

  /** Deviations from the expected state, in words. Afterwards the open requests are known to count or not. */
  compare(seen: Seen, journal: Buffer): string[] {
    const faults: string[] = [];
    const beyond = seen.entries - this.entries;
    if (beyond < 0) faults.push(`${-beyond} acknowledged edits are not in the journal`);
    if (beyond > this.open.length)
      faults.push(`${beyond} entries in the journal, asked for were ${this.open.length}`);
    if (!journal.subarray(0, this.journal.length).equals(this.journal))
      faults.push('the journal before is another');
    const known = new Set([this.settings]);
    for (const [index, edit] of this.open.entries()) {
      if (index < beyond) this.happened(edit, seen.undo, seen.look);
      // The manifest is written before the step of undo.
      if (edit.settings !== undefined) known.add(edit.settings);
    }
    known.add(this.settings);
    this.open.length = 0;
    for (const part of this.#compared) {
      if (seen.look[part] !== this.look[part])
        faults.push(`${part} is ${brief(seen.look[part])}, acknowledged was ${brief(this.look[part])}`);
    }
    if (!known.has(seen.settings)) faults.push(`the settings are ${seen.settings}`);
    if (this.undo !== null && seen.undo !== this.undo)
      faults.push(`undo would take back ${seen.undo}, the last edit was ${this.undo}`);
    this.settings = seen.settings;
    this.journal = journal;
    this.entries = seen.entries;
    return faults;
  }
}

function brief(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}… (${text.length} characters)`;
}
