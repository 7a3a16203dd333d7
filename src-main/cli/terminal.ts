import { terminalText } from '../contract/visible-text.ts';

/** Where a command writes; the tests put in their own. */
export interface Terminal {
  /** Results: what another program may read. */
  out: (text: string) => void;
  /** Progress, warnings and errors: for a person. */
  err: (text: string) => void;
  /** Whether a person watches `err`, so that a line may be drawn over. */
  isInteractive: boolean;
  /** Width of the window in characters. */
  columns: number;
}

/** A terminal that obeys nothing in what is written: names of files and images stand as they are. */
export function guardedTerminal(terminal: Terminal): Terminal {
  return {
    ...terminal,
    out: (text) => terminal.out(terminalText(text)),
    err: (text) => terminal.err(terminalText(text)),
  };
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  // A reader such as `head` may leave before everything is said; that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true && process.env.TERM !== 'dumb',
    columns: process.stderr.columns ?? 80,
  };
}
