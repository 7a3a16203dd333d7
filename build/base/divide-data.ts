import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { cellAreas } from '../../src-main/imaging/label/cell-areas.ts';
import { readImage } from '../../test/fixtures/read-image.ts';
import { readLabelFile } from '../../src-main/project/read-label-image.ts';
import { dataUseSchema, dataUsePath, type DataSet, type DataUse, type Use } from './data-use.ts';

/**
 * `npx tsx build/base/divide-data.ts [--data FOLDER]`: writes `data-use.json`. It says for each real image
 * whether it may teach a model that ships, may judge one, or is held out until the end. The rule is in this
 * file. It uses names, sizes and brightness, but no result.
 */

/** What is known of a set before its images are divided. */
interface Rule extends Omit<DataSet, 'experiments'> {
  /** Images of one experiment resemble each other: same plate, same day, same kind of image. */
  experimentOf: (name: string, look: () => Promise<string>) => string | Promise<string>;
  /** Each stratum is divided separately. @default one */
  stratumOf?: (name: string) => string;
  /** Share of the images that is held out until the end. */
  heldOut: number;
  /** Share of the images that only judge the base model. */
  kept: number;
  /** Experiments that earlier results have used already, and their use. */
  settled?: Record<string, Use>;
}

const third = 1 / 3;
const own = (name: string): string => name;

const rules: Record<string, Rule> = {
  'hela-phase': {
    licence: 'none stated (Van Valen et al. 2016)',
    teach: false,
    look: 'phase contrast',
    image: '{name}_phase.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: own,
    heldOut: 0,
    kept: 0,
  },
  'two-channel-stacks': {
    licence: 'none stated (Van Valen et al. 2016)',
    teach: false,
    look: 'phase contrast',
    image: '{name}.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: own,
    heldOut: 0,
    kept: 0,
  },
  't98g-phase': {
    licence: 'MIT (Tsai et al. 2019, github oist/Usiigaci)',
    teach: true,
    look: 'phase contrast',
    image: '{name}_phase.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: own,
    heldOut: 0,
    kept: third,
    // The authors' validation fields. All earlier figures of this set are measured on them.
    settled: { val_set46: 'kept', val_set47: 'kept' },
  },
  livecell: {
    licence: 'CC BY-NC 4.0 (Edlund et al. 2021)',
    teach: false,
    look: 'phase contrast',
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: (name) => name.split('_').slice(0, 3).join('_'),
    stratumOf: (name) => name.split('_')[0]!,
    heldOut: 1 / 2,
    kept: 0,
  },
  ccdb6843: {
    licence: 'Cellpose data terms (CCDB:6843)',
    teach: false,
    look: 'fluorescent cytoplasm',
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: own,
    heldOut: 1 / 2,
    kept: 0,
  },
  'cellpose-cyto-sample': {
    licence: 'Cellpose data terms',
    teach: false,
    look: 'fluorescent cytoplasm',
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: own,
    stratumOf: (name) => name.split('_')[0]!,
    heldOut: 1 / 2,
    kept: 0,
    // The experiments on corrections have used these.
    settled: Object.fromEntries(
      ['290', '306', '311', '326'].map((number) => [`cytomembrane_${number}`, 'development' as const]),
    ),
  },
  'u2os-nuclei': {
    licence: 'CC0 (BBBC039)',
    teach: true,
    look: 'fluorescent nuclei',
    image: '{name}_dna.tif',
    label: '{name}_label.tif',
    channel: 0,
    // There is only one plate, so rows are the best division.
    experimentOf: (name) => `row ${name.split('_')[1]![0]}`,
    heldOut: 0,
    kept: third,
  },
  dsb2018: {
    licence: 'CC0 (Data Science Bowl 2018, with fixes)',
    teach: true,
    look: null,
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    channel: 'mean',
    experimentOf: async (name, look) => `${name.split('_')[0]} ${await look()}`,
    stratumOf: (name) => name.split('_')[0]!,
    heldOut: 1 / 6,
    kept: third,
  },
  'mnfinder-nuclei': {
    licence: 'MIT (github hatch-lab/mnfinder)',
    teach: true,
    look: 'fluorescent nuclei',
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: (name) => name.split('_').slice(1, 3).join(' '),
    heldOut: 0,
    kept: third,
  },
  'mdck-zo1': {
    licence: 'MIT (github JahnJ/U-Net-based-image-quantification-of-epithelial-cell-shapes)',
    teach: true,
    look: 'cell borders',
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    channel: 0,
    // There are only two experiments, knock-out and wild type. Both must teach, so the set is divided by
    // field.
    experimentOf: own,
    stratumOf: (name) => name.split('_')[0]!,
    heldOut: 0,
    kept: third,
  },
  'bbbc009-rbc-dic': {
    licence: 'public domain (CIL:27221)',
    teach: true,
    look: 'differential interference contrast',
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: own,
    heldOut: 0,
    kept: third,
  },
  'baby-yeast-bf': {
    licence: 'MIT (github julianpietsch/baby)',
    teach: true,
    look: 'bright field',
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    // The middle one of five sections.
    channel: 2,
    experimentOf: (name) => name.replace(/_tp\d+$/, ''),
    heldOut: 0,
    kept: third,
  },
  'baby-motherm': {
    licence: 'MIT (github julianpietsch/baby)',
    teach: true,
    look: 'bright field',
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: own,
    heldOut: 0,
    kept: 0,
  },
  'u2os-gfp': {
    licence: 'CC BY 3.0 (BBBC013)',
    teach: true,
    look: 'fluorescent cytoplasm',
    image: '{name}.tif',
    label: null,
    channel: 0,
    experimentOf: () => 'plate',
    heldOut: 0,
    kept: 0,
  },
  'codex-lymph': {
    licence: 'MIT; terms of the source (HubMAP) unseen',
    teach: false,
    look: 'fluorescent cytoplasm',
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: own,
    heldOut: 0,
    kept: 0,
  },
  'plantseg-ovule': {
    licence: 'MIT; terms of the source unseen',
    teach: false,
    look: null,
    image: '{name}_image.tif',
    label: '{name}_label.tif',
    channel: 0,
    experimentOf: (name) => name.replace(/_z\d+$/, ''),
    heldOut: 0,
    kept: 0,
  },
};

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('../../../shared/data', import.meta.url)) },
  },
});

const sets: DataUse['sets'] = {};
for (const [set, rule] of Object.entries(rules)) sets[set] = await divide(set, rule, join(values.data, set));
const options = { ...(await resolveConfig(dataUsePath)), filepath: dataUsePath };
writeFileSync(dataUsePath, await format(JSON.stringify(dataUseSchema.parse({ sets })), options));

async function divide(set: string, rule: Rule, folder: string): Promise<DataSet> {
  const { experimentOf, stratumOf = () => '', heldOut, kept, settled = {}, ...facts } = rule;
  const strata = new Map<string, Map<string, string[]>>();
  for (const name of namesIn(folder, rule)) {
    const experiments = strata.get(stratumOf(name)) ?? new Map<string, string[]>();
    strata.set(stratumOf(name), experiments);
    const experiment = await experimentOf(name, () => lookOf(folder, name));
    experiments.set(experiment, [...(experiments.get(experiment) ?? []), name]);
  }
  const rest: Use = rule.teach ? 'teaches' : 'development';
  const divided: DataSet['experiments'] = {};
  for (const experiments of strata.values()) {
    const total = [...experiments.values()].reduce((sum, images) => sum + images.length, 0);
    const left = { 'held-out': heldOut * total, kept: kept * total };
    for (const name of experiments.keys()) {
      const use = settled[name];
      if (use === 'kept') left.kept -= experiments.get(name)!.length;
    }
    for (const name of [...experiments.keys()].sort((a, b) => compare(hash(set, a), hash(set, b)))) {
      const images = experiments.get(name)!;
      let use = settled[name] ?? rest;
      if (settled[name] === undefined) {
        for (const share of ['held-out', 'kept'] as const) {
          // An experiment stays with the rest if less than half of it fits into the share.
          if (left[share] < images.length / 2) continue;
          left[share] -= images.length;
          use = share;
          break;
        }
      }
      divided[name] = { use, images };
    }
  }
  return { ...facts, experiments: divided };
}

/** The images of a folder: files that match its naming rule and have their label image. */
function namesIn(folder: string, { image, label }: Rule): string[] {
  const files = new Set(readdirSync(folder));
  const ending = image.replace('{name}', '');
  return [...files]
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .filter((name) => label === null || files.has(label.replace('{name}', name)))
    .sort(compare);
}

/** Size, magnification and brightness identify the experiments of `dsb2018`. Its file names do not. */
async function lookOf(folder: string, name: string): Promise<string> {
  const path = join(folder, `${name}_image.tif`);
  const { height, width, planes } = await readImage(readFileSync(path), path);
  const labelPath = join(folder, `${name}_label.tif`);
  const labels = await readLabelFile(labelPath);
  const cells = labels.labels.reduce((highest, label) => Math.max(highest, label), 0);
  const pixels = cellAreas(labels).reduce((sum, area) => sum + area, 0);
  const diameterPx = Math.sqrt(((4 / Math.PI) * pixels) / Math.max(1, cells));
  let brightness = 0;
  for (const value of planes[0]!) brightness += value / planes[0]!.length;
  const half = 2 ** (Math.round(2 * Math.log2(diameterPx)) / 2);
  return `${height}x${width}, cells of about ${half.toFixed(0)} px, mean ${2 ** Math.round(Math.log2(brightness + 1))}`;
}

function hash(...parts: string[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
