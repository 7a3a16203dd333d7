import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SeededRandom } from '../../src-main/model/seeded-random.ts';
import { SmallDisk } from '../fixtures/small-disk.ts';
import { startExport, startSegmenting, startTraining } from './background.ts';
import { imagesFor, makeCrashProject } from './crash-project.ts';
import { countKills, emptyReport } from './crash-report.ts';
import type { CrashReport, Target } from './crash-report.ts';
import { Life } from './life.ts';
import { workAtRandom } from './random-work.ts';
import { befall, clockPreload, troubleKinds } from './troubles.ts';
import { chooseVerb } from './verbs.ts';

export interface CrashOptions {
  /** Number of kills, counted from the first of the seed. */
  kills: number;
  seed: number;
  /** The first kill. A stopped run continues with the life that this kill belongs to. @default 0 */
  from?: number;
  /** An empty folder of its own. */
  folder: string;
  onKill?: (kill: number, report: CrashReport) => void;
  signal?: AbortSignal;
}

/**
 * Kills of one project before the next project begins. A keeper restarts its host up to five times in ten
 * minutes.
 */
export const killsPerLife = 10;

/** Kills of a life after which a trouble happens. */
const troubleAfter = [2, 6];
/** Size of the disk of a life: room for its models, MB. */
const diskMb = 400;

/** In the middle of work or a moment after a message. Most kills must happen during work. */
const jitterMs = 25;
/** A verb is at work once it holds the project. It is killed after this time at most. */
const verbWorkMs = 1500;

/** What to kill, weighted by how often it is listed here. */
const targets: readonly Target[] = [
  ...(['command', 'host', 'host', 'imaging', 'imaging', 'imaging'] as const),
  ...(['learning', 'learning', 'all', 'all', 'verb', 'verb'] as const),
];

/**
 * Kills the program at random moments of every kind of work, and causes troubles in between. Afterwards it
 * compares the project with what was acknowledged. The seed and the number of the kill determine the work and
 * the target, but not the exact moment.
 */
export async function crash(options: CrashOptions): Promise<CrashReport> {
  const { kills, seed, from = 0, folder, onKill, signal } = options;
  const report = emptyReport();
  const template = join(folder, 'template');
  await mkdir(template, { recursive: true });
  await makeCrashProject(template);
  const isStopped = (): boolean => signal?.aborted === true;
  const firstLife = Math.floor(from / killsPerLife);
  for (let n = firstLife; n * killsPerLife < kills && !isStopped(); n++) {
    const home = join(folder, `life-${n}`);
    await mkdir(home);
    const mounted = SmallDisk.mount(home, diskMb);
    const disk = typeof mounted === 'string' ? null : mounted;
    const life = await Life.begin(template, home, report, [clockPreload]);
    try {
      const last = Math.min(killsPerLife, kills - n * killsPerLife);
      for (let k = 0; k < last && !isStopped(); k++) {
        const kill = n * killsPerLife + k;
        life.moment = `seed ${seed} kill ${kill}`;
        await killOnce(life, `${seed}-${kill}`);
        onKill?.(kill, report);
        const number = troubleAfter.indexOf(k);
        if (number < 0) continue;
        const kind = troubleKinds[(n * troubleAfter.length + number) % troubleKinds.length]!;
        life.moment = `seed ${seed} ${kind} after kill ${kill}`;
        const random = new SeededRandom(seed, kill, kind);
        if (await befall(kind, life, disk, `${seed}-${kill}-${kind}`, random)) report.troubles[kind]++;
        else report.skipped.add(kind);
      }
      life.moment = `seed ${seed} end of life ${n}`;
      await life.reach();
      for (const image of imagesFor.editing) await life.walk(image);
      await life.end();
    } finally {
      life.site.stop();
      disk?.unmount();
    }
    await rm(home, { recursive: true, force: true });
  }
  return report;
}

async function killOnce(life: Life, seed: string): Promise<void> {
  const random = new SeededRandom(seed, 'kill');
  const target = targets[random.integer(targets.length)]!;
  const before = countKills(life.report);
  // What ended before its kill is repeated with other work.
  for (let attempt = 0; countKills(life.report) === before; attempt++) {
    const work = new SeededRandom(seed, attempt);
    const isKilled =
      target === 'verb' ? await killVerb(life, work) : await killPart(life, target, seed, work);
    if (isKilled) life.report.kills[target]++;
    await life.checkKilled();
    await life.reach();
    if (target === 'imaging' || target === 'learning') await life.check();
    if (work.chance(1 / 3)) await life.walk(imagesFor.editing[work.integer(imagesFor.editing.length)]!);
  }
}

async function killPart(
  life: Life,
  target: Exclude<Target, 'verb'>,
  seed: string,
  random: SeededRandom,
): Promise<boolean> {
  await life.reach();
  const stop = new AbortController();
  const kind = random.integer(target === 'learning' ? 4 : 8);
  const background =
    kind < 2
      ? await startTraining(life, random)
      : kind < 4
        ? await startSegmenting(life, random)
        : kind < 6
          ? startExport(life)
          : null;
  const after = 1 + random.integer(20);
  let sent = 0;
  let isAt: () => void = () => undefined;
  const moment = new Promise<void>((resolve) => (isAt = resolve));
  // More edits follow the kill. A kill of the learning process does not depend on edits.
  const changes = target === 'learning' ? 10 : after + 10;
  const onSent = (): void => {
    if (++sent === after && target !== 'learning') isAt();
  };
  const working = workAtRandom(life, `${seed}-work`, { changes, signal: stop.signal, onSent });
  if (target === 'learning') void background?.moment.then(isAt);
  else void working.then(isAt);
  await Promise.race([moment, life.site.connection.closed]);
  await new Promise((resolve) =>
    setTimeout(resolve, random.uniform(0, target === 'learning' ? 300 : jitterMs)),
  );
  const { program } = life.site;
  const isKilled = program.kill(target);
  stop.abort();
  if (target === 'command' || target === 'all') await program.gone();
  else if (target === 'host') await life.site.connectionClosed();
  await working;
  return isKilled;
}

async function killVerb(life: Life, random: SeededRandom): Promise<boolean> {
  await life.site.end();
  const verb = life.site.run(await chooseVerb(life, random));
  const lock = join(life.site.projectFolder, 'project.lock');
  while (!existsSync(lock) && !verb.hasEnded) await new Promise((resolve) => setTimeout(resolve, 5));
  const cut = new Promise((resolve) => setTimeout(resolve, random.uniform(0, verbWorkMs)));
  await Promise.race([cut, verb.ended]);
  const isKilled = verb.kill('all');
  await verb.gone();
  return isKilled;
}
