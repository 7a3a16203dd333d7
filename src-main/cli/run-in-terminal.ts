import manifest from '../../package.json' with { type: 'json' };
import { runProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

/**
 * Runs the command line in the terminal of this process. Ctrl-C stops a verb cleanly, which may take a
 * training step. SIGTERM has no listener here, so that the system ends the process at once, even in the
 * middle of a computation. Every file is written whole, and worker processes end with their parent.
 * @param args what was typed after `lacss`
 * @returns the exit code
 */
export function runInTerminal(args: readonly string[]): Promise<number> {
  // A reader that closes its pipe (`| head`) must not end the program.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return runProgram(args, manifest.version, {
    terminal: processTerminal(),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
    kill: (exitCode) => process.exit(exitCode),
  });
}
