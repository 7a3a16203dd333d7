import manifest from '../package.json' with { type: 'json' };
import { runProgram } from './cli/program.ts';
import { processTerminal } from './cli/terminal.ts';

/** The headless entry: `lacss <verb>`. */
process.exitCode = await runProgram(process.argv.slice(2), manifest.version, {
  terminal: processTerminal(),
  onInterrupt: (listener) => {
    process.on('SIGINT', listener).on('SIGTERM', listener);
    return () => process.off('SIGINT', listener).off('SIGTERM', listener);
  },
  kill: (exitCode) => process.exit(exitCode),
});
