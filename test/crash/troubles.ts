import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { makeReadOnly } from '../fixtures/small-disk.ts';
import type { SmallDisk } from '../fixtures/small-disk.ts';
import { startSegmenting, startTraining } from './background.ts';
import type { Life } from './life.ts';
import { workAtRandom } from './random-work.ts';

/** Troubles of a program besides kills, in the order of a run. */
export const troubleKinds = [
  'full-disk',
  'vanished-folder',
  'clock-forward',
  'no-inodes',
  'read-only',
  'clock-back',
] as const;
export type TroubleKind = (typeof troubleKinds)[number];

/** Loads {@link jumpClock} into every process of a program. */
export const clockPreload = fileURLToPath(new URL('../fixtures/jumping-clock.js', import.meta.url));

/** Longer than the interval of hourly copies, the lifetime of a code and the limit of restarts. */
const jumpMs = 400 * 24 * 3_600_000;
/** Edits of each of two editors before, during and after a trouble. */
const edits = { before: 2, during: 6, after: 3 };

/**
 * Causes one trouble during work, often with a kill in it, and ends it. Afterwards, what was acknowledged
 * must be there and what was refused must not. Every further edit must be accepted.
 * @param disk that the life is on; null where none can be mounted
 * @returns whether the trouble was possible on this machine
 */
export async function befall(
  kind: TroubleKind,
  life: Life,
  disk: SmallDisk | null,
  seed: string,
  random: SeededRandom,
): Promise<boolean> {
  const trouble = troubleOf(kind, life, disk);
  if (trouble === null) return false;
  await life.reach();
  const background = random.integer(3);
  if (background === 0) await startTraining(life, random);
  if (background === 1) await startSegmenting(life, random);
  const victim = random.chance(0.4) ? (['host', 'imaging', 'imaging'] as const)[random.integer(3)]! : null;
  const signal = new AbortController().signal;
  let begun: Promise<void> | null = null;
  let sent = 0;
  life.inTrouble = true;
  const onSent = (): void => {
    sent++;
    if (sent === 2 * edits.before) begun ??= trouble.begin();
    // After this many edits of both editors, a few are refused already.
    if (sent === 3 * edits.before && victim !== null && life.site.program.kill(victim)) {
      life.report.killsInTrouble++;
    }
  };
  await workAtRandom(life, `${seed}-during`, { changes: edits.before + edits.during, signal, onSent });
  // A host that was killed before the trouble began has left both editors without work.
  await (begun ?? trouble.begin());
  await trouble.end();
  await life.checkKilled();
  await life.reachWhole();
  await life.check();
  life.inTrouble = false;
  await workAtRandom(life, `${seed}-after`, { changes: edits.after, signal, onSent: () => undefined });
  await life.check();
  return true;
}

interface Trouble {
  begin: () => Promise<void>;
  end: () => Promise<void>;
}

function troubleOf(kind: TroubleKind, life: Life, disk: SmallDisk | null): Trouble | null {
  switch (kind) {
    case 'full-disk':
      return onDisk(disk, (it) => it.fill());
    case 'no-inodes':
      return onDisk(disk, (it) => it.fillInodes());
    case 'read-only':
      return disk === null ? null : readOnly(life);
    case 'vanished-folder':
      return {
        begin: async () => life.moveProject(),
        end: async () => life.moveProjectBack(),
      };
    case 'clock-forward':
      return clockJump(life, jumpMs);
    case 'clock-back':
      return clockJump(life, -jumpMs);
  }
}

function onDisk(disk: SmallDisk | null, begin: (disk: SmallDisk) => void): Trouble | null {
  if (disk === null) return null;
  return { begin: async () => begin(disk), end: async () => disk.release() };
}

function readOnly(life: Life): Trouble {
  let release: (() => void) | null = null;
  return {
    begin: async () => void (release = makeReadOnly(life.site.projectFolder)),
    end: async () => release?.(),
  };
}

/** The clock keeps its offset until the next jump: nobody sets it back in time. */
function clockJump(life: Life, byMs: number): Trouble {
  return {
    begin: () => writeFile(life.clockFile, String(byMs)),
    end: async () => undefined,
  };
}
