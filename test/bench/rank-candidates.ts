/**
 * Compares the five foreground candidates of real images with the true foregrounds. Prints how often the
 * suggestion is within 0.02 IoU of the best of the five, and how long they take. Where other presets replace
 * the default ones, it also prints the IoU of the default ones.
 *
 * npx tsx test/bench/rank-candidates.ts
 */
import { findLocations } from '../../src-main/annotation/find-locations.ts';
import { defaultPresets, type CutterSettings } from '../../src-main/annotation/foreground-candidates.ts';
import { rankCandidates } from '../../src-main/annotation/rank-candidates.ts';
import type { FloatPlane, LabelImage, Locations } from '../../src-main/contract/pixels.ts';
import { centresOfMass } from '../../src-main/imaging/label/centres-of-mass.ts';
import { foregroundIou } from '../annotation/foreground-iou.ts';
import { sharedLabels, sharedNames, sharedPlane } from '../annotation/shared-planes.ts';
import { readReal } from '../../build/base/base-examples.ts';
import { imagesFor } from '../../build/base/data-use.ts';
import { foregroundCandidates, rankedCandidates, usualFinder } from '../fixtures/candidates.ts';
import { sharedData } from '../fixtures/shared-data.ts';

interface Case {
  name: string;
  cells: FloatPlane;
  truth: LabelImage;
  /**
   * Locations come from the nuclei channel where there is one. Elsewhere true centres replace a person's
   * clicks. `null`: none, as in a new project.
   */
  locations: Locations | null;
}

const settings: CutterSettings = { feature: 'auto', method: 'graph-cut', presets: null };
/** Sets below, which have locations. */
const located = ['hela-phase', 'two-channel-stacks', 't98g-phase', 'u2os-nuclei'];

const found = (nuclei: FloatPlane) => findLocations(nuclei, { ...usualFinder, sigma: 'auto' }).locations;

async function* cases(): AsyncGenerator<Case> {
  for (const name of sharedNames('hela-phase', '_phase.tif')) {
    const nuclei = await sharedPlane(`hela-phase/${name}_nuclear.tif`);
    yield {
      name: `hela-phase ${name}`,
      cells: await sharedPlane(`hela-phase/${name}_phase.tif`),
      truth: await sharedLabels(`hela-phase/${name}_label.tif`),
      locations: found(nuclei),
    };
  }
  for (const name of sharedNames('two-channel-stacks', '_1.tif')) {
    yield {
      name: `two-channel-stacks ${name}`,
      cells: await sharedPlane(`two-channel-stacks/${name}_1.tif`, 0),
      truth: await sharedLabels(`two-channel-stacks/${name}_1_label.tif`),
      locations: found(await sharedPlane(`two-channel-stacks/${name}_1.tif`, 1)),
    };
  }
  for (const name of sharedNames('t98g-phase', '_phase.tif')) {
    const truth = await sharedLabels(`t98g-phase/${name}_label.tif`);
    yield {
      name: `t98g-phase ${name}`,
      cells: await sharedPlane(`t98g-phase/${name}_phase.tif`),
      truth,
      locations: centresOfMass(truth),
    };
  }
  for (const name of sharedNames('u2os-nuclei', '_dna.tif')) {
    const nuclei = await sharedPlane(`u2os-nuclei/${name}_dna.tif`);
    yield {
      name: `u2os-nuclei ${name}`,
      cells: nuclei,
      truth: await sharedLabels(`u2os-nuclei/${name}_label.tif`),
      locations: found(nuclei),
    };
  }
}

/** The other development images. */
async function* others(): AsyncGenerator<Case> {
  for (const image of imagesFor('develop')) {
    if (image.label === null || located.includes(image.set)) continue;
    const { plane, labels } = await readReal(image, sharedData(''));
    yield { name: `${image.set} ${image.name}`, cells: plane, truth: labels, locations: null };
  }
}

async function* all(): AsyncGenerator<Case> {
  yield* cases();
  yield* others();
}

let images = 0;
let right = 0;
let rightWithoutLocations = 0;
console.log('IoU of the five, * ranks first; loss against the best; confidence; milliseconds');
for await (const { name, cells, truth, locations } of all()) {
  const start = performance.now();
  const { candidates, presets, ranking } = rankedCandidates(cells, settings, locations);
  const { best, confidence } = ranking;
  const elapsedMs = performance.now() - start;
  const ious = candidates.map(({ mask }) => foregroundIou(mask, truth));
  const loss = Math.max(...ious) - ious[best]!;
  const lossWithoutLocations = Math.max(...ious) - ious[rankCandidates(candidates).best]!;
  images++;
  if (loss <= 0.02) right++;
  if (lossWithoutLocations <= 0.02) rightWithoutLocations++;
  const five = ious.map((iou, k) => `${iou.toFixed(3)}${k === best ? '*' : ' '}`).join(' ');
  console.log(
    `${name.padEnd(28)} ${five}  loss ${loss.toFixed(3)}  ${confidence.toFixed(2)}  ${elapsedMs.toFixed(0).padStart(5)}`,
  );
  if (Object.values(defaultPresets).includes(presets)) continue;
  const usual = foregroundCandidates(cells, settings);
  const first = rankCandidates(usual, locations ?? undefined).best;
  const before = usual.map(
    ({ mask }, k) => `${foregroundIou(mask, truth).toFixed(3)}${k === first ? '*' : ' '}`,
  );
  console.log(`${'  default presets'.padEnd(28)} ${before.join(' ')}`);
}
console.log(`within 0.02 of the best: ${right} of ${images}; without locations ${rightWithoutLocations}`);
