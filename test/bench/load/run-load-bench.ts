/**
 * Load tests on an idle machine. A project of many images opens and changes quickly. A long training keeps
 * its memory constant. Not all of many training images stay in memory. A large folder with broken files gives
 * every other result. Each part can run alone. Exit code 1: a limit is broken.
 *
 * npm run bench:load -- [--part project,training,memory,files] [--images 2000] [--cells 100] [--steps 10000]
 * [--training-images 500] [--files 5000] [--broken 50]
 */
import { parseArgs } from 'node:util';
import { measureLargeProject } from './large-project.ts';
import { measureLongTraining } from './long-training.ts';
import { measureManyFiles } from './many-files.ts';
import { measureManyTrainingImages } from './many-training-images.ts';
import type { Part } from './measured.ts';

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: 'project,memory,training,files' },
    images: { type: 'string', default: '2000' },
    cells: { type: 'string', default: '100' },
    steps: { type: 'string', default: '10000' },
    'training-images': { type: 'string', default: '500' },
    files: { type: 'string', default: '5000' },
    broken: { type: 'string', default: '50' },
  },
});
const parts: Record<string, () => Promise<Part>> = {
  project: () => measureLargeProject(Number(values.images), Number(values.cells)),
  training: () => measureLongTraining(Number(values.steps)),
  memory: () => measureManyTrainingImages(Number(values['training-images'])),
  files: () => measureManyFiles(Number(values.files), Number(values.broken)),
};
let isAsPromised = true;
for (const part of values.part.split(',')) {
  const measure = parts[part];
  if (measure === undefined)
    throw new RangeError(`--part: expected ${Object.keys(parts).join(', ')}; received ${part}`);
  const { name, figures, faults } = await measure();
  console.log(name);
  for (const [figure, value] of Object.entries(figures)) console.log(`  ${figure}: ${value}`);
  for (const fault of faults) console.log(`  NOT AS PROMISED: ${fault}`);
  isAsPromised &&= faults.length === 0;
}
process.exit(isAsPromised ? 0 : 1);
