import { parseArgs } from 'node:util';
import { formatReport } from './format-report.ts';
import { fuzz } from './fuzz.ts';

/** The long run: `npm run fuzz -- [--cases 20000] [--from N] [--target NAME] [--findings FOLDER]`. Ctrl-C prints what was done. */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    from: { type: 'string', default: '0' },
    target: { type: 'string', multiple: true },
    findings: { type: 'string', default: 'reports/fuzz' },
  },
});
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
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
