import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crash } from './crash.ts';
import { countKills, formatCrashReport, isClean } from './crash-report.ts';

/**
 * The long run: `npm run test:crash -- [--kills 300] [--seed 1] [--from N]`. Ctrl-C prints the results so
 * far.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
});
const folder = await mkdtemp(join(tmpdir(), 'lacss-crash-'));
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
try {
  const report = await crash({
    kills: Number(values.kills),
    seed: Number(values.seed),
    from: Number(values.from),
    folder,
    signal: stop.signal,
    onKill: (kill, done) => {
      if (!isClean(done) || (kill + 1) % 10 === 0)
        process.stderr.write(
          `kill ${kill + 1}: ${countKills(done)} kills, ${done.acknowledged} acknowledged edits\n`,
        );
    },
  });
  process.stdout.write(`${formatCrashReport(report)}\n`);
  process.exitCode = isClean(report) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
