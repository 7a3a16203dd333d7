import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatReport } from './format-report.ts';
import { formatHostReport, isFlat } from './format-host-report.ts';
import { fuzz } from './fuzz.ts';
import { fuzzHost } from './host-fuzz.ts';

/**
 * The long run: `npm run fuzz -- [--cases 20000] [--from N] [--target NAME] [--findings FOLDER]`. Ctrl-C
 * prints the results so far. `--host [--minutes 60] [--seed 1] [--from ROUND]` attacks a running host, and
 * Ctrl-C ends it after the round.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    from: { type: 'string', default: '0' },
    target: { type: 'string', multiple: true },
    findings: { type: 'string', default: 'reports/fuzz' },
    host: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
if (values.host) {
  const folder = await mkdtemp(join(tmpdir(), 'lacss-fuzz-host-'));
  const report = await fuzzHost({
    seed: Number(values.seed),
    cases: Number.POSITIVE_INFINITY,
    casesPerRound: 500,
    minutes: Number(values.minutes),
    folder,
    findings: values.findings,
    from: Number(values.from),
    signal: stop.signal,
    onSample: (sample, round) => process.stderr.write(`round ${round}: ${JSON.stringify(sample)}\n`),
  });
  await rm(folder, { recursive: true, force: true });
  process.stdout.write(formatHostReport(report));
  process.exit(report.findings.length === 0 && isFlat(report) ? 0 : 1);
}
const report = await fuzz({
  cases: Number(values.cases),
  from: Number(values.from),
  ...(values.target === undefined ? {} : { targets: values.target }),
  limitMs: 5000,
  limitBytes: 1e9,
  findings: values.findings,
  signal: stop.signal,
  onProgress: (done) => {
    if (done % 500 === 0) process.stderr.write(`${done} of ${values.cases}\n`);
  },
});
process.stdout.write(formatReport(report));
process.exit(report.findings.length === 0 ? 0 : 1);
