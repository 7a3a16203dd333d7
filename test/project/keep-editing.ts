import { emptyPackedMask, fillBits } from '../../src-main/contract/packed-mask.ts';
import { openProject } from '../../src-main/project/open-project.ts';
import { ModelStore } from '../../src-main/project/model-store.ts';
import { storedModel } from '../fixtures/stored-model.ts';

/**
 * Runs in its own process, which a test kills. It changes a project in every way, without end, and reports
 * each finished change.
 */
const folder = process.argv[2]!;
const project = await openProject(folder, { purpose: 'a process that will be killed' });
const image = project.manifest.images[0]!;
const models = new ModelStore(project.path('models'));
const size = { height: image.height, width: image.width };
const source = { method: 'edited', by: 'person', parameters: {} } as const;
for (let change = (await project.annotation(image).view()).revision + 1; ; change += 1) {
  const locations = new Float32Array(2 * change).fill(0.5);
  const foreground = emptyPackedMask(size.height, size.width);
  fillBits(foreground.bits, 1, 0, change);
  await project.annotation(image).edit(`Change ${change}`, {
    locations: { value: locations, source },
    foreground: { value: foreground, source },
  });
  await models.save('model', storedModel(`model ${change}`, change));
  await project.update((manifest) => ({ ...manifest, name: `change ${change}` }));
  process.stdout.write(`${change}\n`);
}
