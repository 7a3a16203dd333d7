import { terminalText } from '../contract/visible-text.ts';

/** The terminal a command writes to; tests use their own. */
export interface Terminal {
  /** Results: what another program may read. */
  out: (text: string) => void;
  /** Progress, warnings and errors: for a person. */
  err: (text: string) => void;
  /** Whether `err` is a terminal, where a line can be redrawn. */
  isInteractive: boolean;
  /** Width of the window in characters. */
  columns: number;
}

/** A terminal that shows control characters in names instead of obeying them. */
export function guardedTerminal(terminal: Terminal): Terminal {
  return {
    ...terminal,
    out: (text) => terminal.out(terminalText(text)),
    err: (text) => terminal.err(terminalText(text)),
  };
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  // A reader such as `head` may close the pipe early; that is not an error.
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
