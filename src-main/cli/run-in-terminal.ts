import manifest from '../../package.json' with { type: 'json' };
import { runProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

/**
 * Runs the command line in the terminal of this process.
 * @param args what was typed after `lacss`
 * @returns the exit code
 */
export function runInTerminal(args: readonly string[]): Promise<number> {
  return runProgram(args, manifest.version, {
    terminal: processTerminal(),
    onInterrupt: (listener) => {
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => process.off('SIGINT', listener).off('SIGTERM', listener);
    },
    kill: (exitCode) => process.exit(exitCode),
  });
}
