import { readFileSync } from 'node:fs';
import type { MethodName } from '../../src-main/contract/choices.ts';
import { trainingSettingsSchema, usualTrainingSettings } from '../../src-main/contract/training.ts';
import type { TrainingSettings } from '../../src-main/contract/training.ts';
import { experimentSchema } from './experiment.ts';
import type { Experiment } from './experiment.ts';
import type { ExperimentResults } from './results.ts';

/** The experiment in its file, or a variant of it. */
export function variantOf(
  name: string,
  variant: {
    as?: string;
    settings?: string;
    steps?: string;
    'start-from'?: string;
    views?: string;
    method?: string;
    line?: string;
    'leave-out'?: string;
  },
): Pick<ExperimentResults, 'name' | 'command' | 'experiment'> {
  const { as, settings, steps, 'start-from': startFrom, views, method, line, 'leave-out': leftOut } = variant;
  const text = readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8');
  if (text.includes('{line}') && line === undefined) throw new Error('Name the cell line: --line SkBr3.');
  const experiment = experimentSchema.parse(JSON.parse(text.replaceAll('{line}', line ?? '')));
  const changes = Object.entries({
    line,
    as,
    settings,
    steps,
    'start-from': startFrom,
    views,
    method,
    'leave-out': leftOut,
  }).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option} ${option === 'settings' ? `'${value}'` : value}`],
  );
  const command = ['npm run experiment --', name, ...changes].join(' ');
  if (changes.length === 0) return { name, command, experiment };
  if (as === undefined) throw new Error('A variant needs a name of its own: --as NAME.');
  const training = merged(experiment.training, {
    ...(settings === undefined ? {} : { settings: JSON.parse(settings) as Json }),
    ...(steps === undefined ? {} : { steps: Number(steps) }),
    ...(startFrom === undefined ? {} : { startFrom }),
    ...(method === undefined ? {} : { variant: { ...experiment.training.variant, method } }),
  });
  const fold = leftOut === undefined ? {} : foldOf(experiment, leftOut);
  const segmenting = views === undefined ? {} : { segmenting: { views: Number(views) } };
  return {
    name: as,
    command,
    experiment: experimentSchema.parse({ ...experiment, ...fold, training, ...segmenting }),
  };
}

/** One image of an experiment judges, and all its other images train. */
function foldOf({ train, test }: Experiment, leftOut: string): Pick<Experiment, 'train' | 'test'> {
  const images = [...train, ...test];
  if (!images.includes(leftOut)) throw new Error(`--leave-out takes one of: ${images.join(', ')}.`);
  return { train: images.filter((name) => name !== leftOut), test: [leftOut] };
}

/** The usual settings of a method with these changes, also inside nested settings. */
export function settingsWith(
  changes: Experiment['training']['settings'],
  method: MethodName = 'improved',
): TrainingSettings {
  return trainingSettingsSchema.parse(merged(usualTrainingSettings(method), changes));
}

type Json = Record<string, unknown>;

function merged(base: Json, changes: Json): Json {
  const isNested = (value: unknown): value is Json =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const pairs = Object.entries(changes).map(([key, value]): [string, unknown] => {
    const before = base[key];
    return [key, isNested(value) && isNested(before) ? merged(before, value) : value];
  });
  return { ...base, ...Object.fromEntries(pairs) };
}
