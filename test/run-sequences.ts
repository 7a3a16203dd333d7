/**
 * Random sequences of edits, faults and restarts, in the state of the window and in the documents of Review:
 * `npm run test:sequences -- [--count 1000] [--from 1] [--of window|documents]`. It prints after every
 * hundred. A failure names its sequence, and `--from` continues there.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    of: { type: 'string' },
  },
});
const files = {
  window: ['test/renderer/state/edits.test.ts', '-t', 'after any sequence'],
  documents: ['test/tasks/review/document-sequences.test.ts', '-t', 'random sequences'],
};
const end = Number(values.from) + Number(values.count);
for (const [name, words] of Object.entries(files)) {
  if (values.of !== undefined && values.of !== name) continue;
  for (let first = Number(values.from); first < end; first += 100) {
    const count = Math.min(100, end - first);
    const startedAt = performance.now();
    const { status } = spawnSync('npx', ['vitest', 'run', '--testTimeout', '6000000', ...words], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        LACSS_TEST_FIRST_SEQUENCE: String(first),
        LACSS_TEST_SEQUENCES: String(count),
      },
    });
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    const result = status === 0 ? 'agree' : 'FAIL';
    process.stdout.write(`${name} ${first} to ${first + count - 1}: ${result}, ${seconds} s\n`);
    if (status !== 0) process.exit(1);
  }
}
