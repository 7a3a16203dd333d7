/**
 * Compares the five foreground candidates of real images with the true foregrounds. Prints how often the
 * suggestion is within 0.02 IoU of the best of the five, and how long they take.
 *
 * npx tsx test/bench/rank-candidates.ts
 */
import { findLocations } from '../../src-main/annotation/find-locations.ts';
import { rankCandidates } from '../../src-main/annotation/rank-candidates.ts';
import type { FloatPlane, LabelImage, Locations } from '../../src-main/contract/pixels.ts';
import { centresOfMass } from '../../src-main/imaging/label/centres-of-mass.ts';
import { foregroundIou } from '../annotation/foreground-iou.ts';
import { sharedLabels, sharedNames, sharedPlane } from '../annotation/shared-planes.ts';
import { foregroundCandidates, usualFinder } from '../fixtures/candidates.ts';

interface Case {
  name: string;
  cells: FloatPlane;
  truth: LabelImage;
  /**
   * Locations come from the nuclei channel where there is one. Elsewhere true centres replace a person's
   * clicks.
   */
  locations: Locations;
}

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

let images = 0;
let right = 0;
let rightWithoutLocations = 0;
console.log('IoU of the five, * ranks first; loss against the best; confidence; milliseconds');
for await (const { name, cells, truth, locations } of cases()) {
  const start = performance.now();
  const candidates = foregroundCandidates(cells, { feature: 'auto', method: 'graph-cut', presets: null });
  const { best, confidence } = rankCandidates(candidates, locations);
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
}
console.log(`within 0.02 of the best: ${right} of ${images}; without locations ${rightWithoutLocations}`);
