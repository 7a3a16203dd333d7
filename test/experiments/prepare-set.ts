import { parseArgs } from 'node:util';
import { prepareCellImageLibrary } from './sets/cell-image-library.ts';
import { livecellScales, prepareLivecell } from './sets/livecell.ts';

/**
 * `npx tsx test/experiments/prepare-set.ts livecell FOLDER --to DATA/livecell-SkBr3 [--line SkBr3]` and
 * `npx tsx test/experiments/prepare-set.ts cell-image-library FOLDER --to DATA/cell-image-library`: write a
 * public set into the folders `train`, `validation` and `test`, as its experiment reads it
 * (docs/papers-experiments.md).
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { to: { type: 'string' }, line: { type: 'string' } },
});
const [set, from] = positionals;
const { to, line } = values;
if (from === undefined || to === undefined) throw new Error('Give the set, its folder, and --to FOLDER.');
if (line !== undefined && !(line in livecellScales)) {
  throw new Error(`--line is one of ${Object.keys(livecellScales).join(', ')}.`);
}
const counts =
  set === 'livecell'
    ? await prepareLivecell({ from, to }, line === undefined ? undefined : [line])
    : set === 'cell-image-library'
      ? await prepareCellImageLibrary(from, to)
      : null;
if (counts === null) throw new Error('The set is livecell or cell-image-library.');
for (const [part, count] of Object.entries(counts)) {
  process.stdout.write(`${to}/${part}: ${count} images\n`);
}
