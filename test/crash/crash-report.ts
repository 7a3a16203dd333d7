import type { Victim } from '../fixtures/started-program.ts';
import type { TroubleKind } from './troubles.ts';

/** What a run kills: a part of a running window, or a command line at work. */
export type Target = Victim | 'verb';

/** What a crash run has found so far. */
export interface CrashReport {
  kills: Record<Target, number>;
  troubles: Record<TroubleKind, number>;
  /** Further kills during a trouble. */
  killsInTrouble: number;
  /** Troubles that this machine cannot produce. */
  skipped: Set<TroubleKind>;
  /** Acknowledged changes. Each must be there after every kill. */
  acknowledged: number;
  /** Missing acknowledged changes, incomplete histories, and changes that nobody asked for. */
  losses: string[];
  halfWritten: string[];
  /** Refusals and exits that should not happen. */
  faults: string[];
  /** Steps of undo and redo in the checks of histories. */
  stepsWalked: number;
  resumedTrainings: number;
}

export function emptyReport(): CrashReport {
  const kills = { command: 0, host: 0, imaging: 0, learning: 0, all: 0, verb: 0 };
  const troubles = {
    'full-disk': 0,
    'vanished-folder': 0,
    'clock-forward': 0,
    'no-inodes': 0,
    'read-only': 0,
    'clock-back': 0,
  };
  return {
    kills,
    troubles,
    killsInTrouble: 0,
    skipped: new Set(),
    acknowledged: 0,
    losses: [],
    halfWritten: [],
    faults: [],
    stepsWalked: 0,
    resumedTrainings: 0,
  };
}

export function countKills({ kills }: CrashReport): number {
  return Object.values(kills).reduce((sum, count) => sum + count, 0);
}

/** Whether nothing was found. */
export function isClean({ losses, halfWritten, faults }: CrashReport): boolean {
  return losses.length + halfWritten.length + faults.length === 0;
}

/** A report as text: the counts, then one line per finding. */
export function formatCrashReport(report: CrashReport): string {
  const {
    kills,
    troubles,
    killsInTrouble,
    skipped,
    acknowledged,
    losses,
    halfWritten,
    faults,
    stepsWalked,
    resumedTrainings,
  } = report;
  const listed = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  return [
    `Kills: ${countKills(report)} (${listed(kills)})`,
    `Troubles: ${listed(troubles)}; kills in them: ${killsInTrouble}`,
    ...[...skipped].map((kind) => `Skipped, no disk can be mounted here: ${kind}`),
    `Acknowledged edits: ${acknowledged}`,
    `Losses: ${losses.length}`,
    `Half-written files: ${halfWritten.length}`,
    `Other faults: ${faults.length}`,
    `Steps of undo and redo checked: ${stepsWalked}; trainings resumed: ${resumedTrainings}`,
    ...losses.map((line) => `LOSS ${line}`),
    ...halfWritten.map((line) => `HALF-WRITTEN ${line}`),
    ...faults.map((line) => `FAULT ${line}`),
  ].join('\n');
}
