import { resolve } from 'node:path';
import type { LacssError } from '../contract/errors.ts';
import { asLacssError, detailsOf, isUnexpected } from '../contract/failure.ts';
import type { Failure } from '../contract/failure.ts';
import type { JobControl } from '../contract/job.ts';
import { dataFolder } from '../project/data-folder.ts';
import { ErrorLog } from '../project/error-log.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { firstTen } from './first-ten.ts';
import { ProgressLine } from './progress-line.ts';
import { guardedTerminal } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** The options every verb has. */
export interface CommonOptions {
  json?: boolean;
  quiet?: boolean;
  debug?: boolean;
  /** The folder of the verb's project. */
  project?: string | undefined;
}

/** The result of a verb: the value that `--json` prints, and a text for people. */
export interface VerbResult {
  result: object;
  text: string;
  /** Images or files that failed while others succeeded; the exit code is then 3. */
  failed?: readonly Failure[];
}

/** Progress, cancellation and notices (about repaired files) of a verb. */
export interface VerbControl extends JobControl {
  onNotice: (text: string) => void;
}

/** The surroundings of a command. */
export interface Frame {
  terminal: Terminal;
  /** Calls back at each Ctrl-C; returns a function that ends this. */
  onInterrupt: (listener: () => void) => () => void;
  /** Ends the process at once. */
  kill: (exitCode: number) => void;
}

/**
 * Runs one verb: shows progress, stops cleanly at Ctrl-C (at once at the second), prints the result or the
 * error.
 * @returns the exit code
 */
export async function runVerb(
  frame: Frame,
  { json = false, quiet = false, debug = false, project = '.' }: CommonOptions,
  verb: (control: VerbControl) => Promise<VerbResult>,
): Promise<number> {
  const terminal = guardedTerminal(frame.terminal);
  const progress = new ProgressLine(frame.terminal);
  const stop = new AbortController();
  const endInterrupts = frame.onInterrupt(() => {
    if (stop.signal.aborted) frame.kill(exitCodes.cancelled);
    progress.clear();
    terminal.err('Stopping. Finished work is kept. Press Ctrl-C again to stop at once.\n');
    stop.abort();
  });
  const notices: string[] = [];
  const control: VerbControl = {
    onNotice: (text) => {
      progress.clear();
      notices.push(text);
      terminal.err(`Note: ${text}\n`);
    },
    signal: stop.signal,
    onProgress: (report) => {
      if (!quiet && !stop.signal.aborted) progress.show(report);
    },
  };
  const writeLog = (what: string, details: string): string => {
    const log = new ErrorLog(dataFolder());
    log.write(what, details, [resolve(project)]);
    return log.path;
  };
  const noticed = (): object => (notices.length > 0 ? { notices } : {});
  try {
    const { result, text, failed = [] } = await verb(control);
    progress.clear();
    terminal.out(
      json ? JSON.stringify({ ok: failed.length === 0, result, ...noticed() }, null, 2) + '\n' : text,
    );
    for (const { subject = '', details } of failed) {
      if (details !== undefined) writeLog(`${verbName()}, ${subject}`, details);
    }
    const failures = failed.map(failureText);
    for (const line of json ? failures : firstTen(failures)) terminal.err(`${line}\n`);
    return failed.length > 0 ? exitCodes.someFailed : exitCodes.done;
  } catch (error) {
    progress.clear();
    const known = asLacssError(error);
    if (json)
      terminal.out(JSON.stringify({ ok: false, error: describe(known), ...noticed() }, null, 2) + '\n');
    terminal.err(errorText(known));
    if (isUnexpected(known.code)) {
      const path = writeLog(verbName(), detailsOf(error));
      terminal.err(`Details are in ${path}. --debug prints them.\n`);
    }
    if (debug) terminal.err(`${detailsOf(error)}\n`);
    return exitCodeOf(known.code);
  } finally {
    endInterrupts();
  }
}

function verbName(): string {
  return process.argv[2] ?? 'lacss';
}

function describe(error: LacssError): object {
  const { code, message, subject } = error;
  return { code, message, subject: subject ?? null, remedy: remedyOf(error) ?? null };
}

/** What to do, and what to type for it. */
function remedyOf({ remedy, command }: LacssError | Failure): string | undefined {
  return command === undefined ? remedy : `${remedy?.replace(/\.$/, '') ?? 'Type'}: ${command}`;
}

function errorText(error: LacssError): string {
  const { code, message } = error;
  const remedy = remedyOf(error);
  const head = oneLine(code === 'cancelled' ? message : `Error: ${message}`);
  return `${head}\n${remedy === undefined ? '' : `${remedy}\n`}`;
}

function failureText(failure: Failure): string {
  const { subject, message } = failure;
  const remedy = remedyOf(failure);
  return `${oneLine(`Failed: ${subject ?? 'something'}: ${message}`)}${remedy === undefined ? '' : `\n  ${remedy}`}`;
}

/** Keeps a name with a line break from looking like a line of the program. */
function oneLine(text: string): string {
  return text.replaceAll('\n', ' ');
}
