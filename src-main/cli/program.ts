import { Command, CommanderError } from 'commander';
import { exitCodeHelp, exitCodes } from './exit-code.ts';
import { runVerb } from './run-verb.ts';
import type { Frame } from './run-verb.ts';
import { guardedTerminal } from './terminal.ts';
import { refuseEmptyText } from './verb.ts';
import type { VerbRunner } from './verb.ts';
import { addAdd } from './verbs/add.ts';
import { addDemo } from './verbs/demo.ts';
import { addDoctor } from './verbs/doctor.ts';
import { addEvaluate } from './verbs/evaluate.ts';
import { addExport } from './verbs/export.ts';
import { addExportModel } from './verbs/export-model.ts';
import { addForeground } from './verbs/foreground.ts';
import { addLocate } from './verbs/locate.ts';
import { addMerge } from './verbs/merge.ts';
import { addNew } from './verbs/new.ts';
import { addRestore } from './verbs/restore.ts';
import { addReview } from './verbs/review.ts';
import { addSegment } from './verbs/segment.ts';
import { addServe } from './verbs/serve.ts';
import { addTeach } from './verbs/teach.ts';
import { addTrain } from './verbs/train.ts';

/** Every verb, in the order of the work. */
const verbs = [
  addNew,
  addAdd,
  addForeground,
  addLocate,
  addTrain,
  addSegment,
  addMerge,
  addReview,
  addTeach,
  addEvaluate,
  addExport,
  addExportModel,
  addRestore,
  addServe,
  addDoctor,
  addDemo,
];

/**
 * Runs the command line `lacss <verb> …`.
 * @param args what was typed behind `lacss`
 * @returns the exit code
 */
export async function runProgram(args: readonly string[], version: string, frame: Frame): Promise<number> {
  let exitCode: number = exitCodes.done;
  const run: VerbRunner = async (options, verb) => {
    exitCode = await runVerb(frame, options, verb);
  };
  const program = makeProgram(version, run);
  const terminal = guardedTerminal(frame.terminal);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  return exitCode;
}

/** The command line with all verbs and their options. @param run what the verbs run through */
export function makeProgram(version: string, run: VerbRunner): Command {
  const program = new Command('lacss')
    .description('Train your own cell-segmentation model without drawing one outline.')
    .version(version)
    .showHelpAfterError('Try --help.')
    .addHelpText('after', exitCodeHelp);
  program.hook('preAction', (_, command) => refuseEmptyText(command));
  for (const add of verbs) add(program, run);
  return program;
}
