import { app } from 'electron';

/**
 * Runs `lacss <verb>` in the installed program, without a window. It starts at once and not on `ready`, which needs a screen
 * on some systems. It returns at once; the process ends with the verb's exit code.
 */
export function startCommandLine(words: readonly string[]): void {
  // No icon in the dock of macOS.
  app.dock?.hide();
  import('../cli/run-in-terminal.ts')
    .then(({ runInTerminal }) => runInTerminal(words))
    .then(
      (exitCode) => app.exit(exitCode),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        app.exit(1);
      },
    );
}
