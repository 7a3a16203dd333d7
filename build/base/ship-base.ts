import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { baseModel } from '../../src-main/contract/shipped-model.ts';
import { baseModelPath } from '../../src-main/project/included-model-path.ts';
import { packModel } from '../../src-main/project/model-file.ts';
import { loadModelFrom } from '../../src-main/project/model-store.ts';
import { writeFileAtomically } from '../../src-main/project/write-file-atomically.ts';
import { meanModel } from './mean-model.ts';

/**
 * `npx tsx build/base/ship-base.ts FOLDER [--rounds 2,3,4] [--to FILE]`: makes the base model that comes with
 * the program from rounds that `teach-base.ts` left in a folder.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '2,3,4' },
    to: { type: 'string', default: baseModelPath },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('Say where the rounds are: npx tsx build/base/ship-base.ts FOLDER');
const pathOf = (round: string): string => join(folder, `round-${round.padStart(2, '0')}.lacss`);
const [first, ...rest] = await Promise.all(
  values.rounds.split(',').map((round) => loadModelFrom(pathOf(round.trim()))),
);
if (first === undefined) throw new Error('Name at least one round: --rounds 4');
const model = meanModel([first, ...rest], baseModel.name);
await writeFileAtomically(values.to, packModel(model));
console.log(`${values.to}: the mean of rounds ${values.rounds}, ${model.card.weights.sha256}`);
