import { runInTerminal } from './cli/run-in-terminal.ts';

/** The headless entry: `lacss <verb>`. */
process.exitCode = await runInTerminal(process.argv.slice(2));
