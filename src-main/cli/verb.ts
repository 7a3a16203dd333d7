import { stat } from 'node:fs/promises';
import { engineChoices } from '../contract/choices.ts';
import { LacssError } from '../contract/errors.ts';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { dataFolder } from '../project/data-folder.ts';
import { limitSources } from '../project/image-sources.ts';
import { openProject } from '../project/open-project.ts';
import type { Project } from '../project/project.ts';
import type { CommonOptions, VerbResult, VerbControl } from './run-verb.ts';

/** Runs a verb (see runVerb). */
export type VerbRunner = (
  options: CommonOptions,
  verb: (control: VerbControl) => Promise<VerbResult>,
) => Promise<void>;

/** Adds a verb with the common options. */
export function addVerb(
  program: Command,
  name: string,
  description: string,
  examples: readonly string[],
): Command {
  return program
    .command(name)
    .description(description)
    .option('--json', 'print the result as JSON on standard output')
    .option('--quiet', 'show no progress and no table of images')
    .option('--debug', 'show where in the program an error occurred')
    .addHelpText('after', ['', 'Examples:', ...examples.map((example) => `  $ ${example}`)].join('\n'));
}

/** The option that names the project a verb works on. */
export function projectOption(): Option {
  return new Option('-p, --project <folder>', 'the project folder').default('.', 'the current folder');
}

/** The options of a verb that works on a project: which it is, and where it may read images. */
export interface ProjectOptions {
  project: string;
  allowImages?: string[];
}

/** The option that lets a project read images from a folder. */
export function allowImagesOption(): Option {
  return new Option(
    '--allow-images <folder>',
    'let this project read images from this folder, also in later commands; for projects of other people',
  ).argParser((folder, before: string[] | undefined) => [...(before ?? []), folder]);
}

/** The option that chooses the engine. */
export function engineOption(): Option {
  return new Option('--engine <name>', 'the compute engine: see lacss doctor')
    .choices(engineChoices)
    .default('auto');
}

/**
 * Opens a project for one verb, and always closes it. Reports the project's notices at the end. The project
 * reads images outside its folder only where this person allowed it.
 */
export async function withProject<T>(
  { project: folder, allowImages = [] }: ProjectOptions,
  { purpose, access = 'write' }: { purpose: string; access?: 'write' | 'read' },
  { onNotice }: Pick<VerbControl, 'onNotice'>,
  work: (project: Project) => Promise<T>,
): Promise<T> {
  const project = await openProject(folder, { purpose, access });
  try {
    for (const path of allowImages) await requireThere(path);
    await limitSources(dataFolder(), project, allowImages);
    return await work(project);
  } finally {
    for (const notice of project.notices) onNotice(notice);
    await project.close();
  }
}

async function requireThere(path: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  throw new LacssError('file-not-found', `There is no folder ${path}.`, {
    subject: path,
    remedy: 'Give --allow-images the folder of the images.',
  });
}

/**
 * Refuses empty text for an argument or option. An empty path means the current folder: `lacss new "$NAME"`
 * with an empty name would create a project there.
 */
export function refuseEmptyText(command: Command): void {
  const isEmpty = (value: unknown): boolean =>
    [value].flat().some((text) => typeof text === 'string' && text.trim() === '');
  const argument = command.registeredArguments.find((_, index) => isEmpty(command.processedArgs[index]));
  if (argument !== undefined)
    command.error(`error: argument '${argument.name()}' is empty. Give a name or a path.`);
  for (const [name, value] of Object.entries(command.opts())) {
    const option = command.options.find((known) => known.attributeName() === name);
    if (option !== undefined && isEmpty(value))
      command.error(`error: option '${option.flags}' is empty. Give a value, or leave the option out.`);
  }
}

/** Parses a number of an option. */
export function numberBetween(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= low && value <= high) return value;
    throw new InvalidArgumentError(
      high === Infinity ? `Give a number of at least ${low}.` : `Give a number from ${low} to ${high}.`,
    );
  };
}

/** Parses a whole number of an option. */
export function wholeNumberBetween(low: number, high: number): (text: string) => number {
  const parse = numberBetween(low, high);
  return (text) => {
    const value = parse(text);
    if (Number.isInteger(value)) return value;
    throw new InvalidArgumentError('Give a whole number.');
  };
}

/** `1 image`, `2 images`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
