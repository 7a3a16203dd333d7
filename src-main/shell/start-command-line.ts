import { app } from 'electron';

/**
 * Runs `lacss <verb>` in the installed program, without a window. Starts at once, not on `ready`, which needs
 * a screen on some systems. Returns at once; the process ends with the exit code of the verb.
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
