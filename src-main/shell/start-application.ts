import { app, dialog } from 'electron';
import { mkdirSync } from 'node:fs';
import { dataFolder } from '../project/data-folder.ts';
import { OpenedPaths } from './opened-paths.ts';
import { pathIn } from './path-in.ts';
import { registerPageScheme } from './register-page-scheme.ts';

/** The data that a second start passes to the first. */
interface SecondStart {
  path: string | null;
}

/**
 * Does everything that Electron needs before its `ready` event, then starts the application on `ready`. It
 * returns at once. Electron emits `ready` only after the entry module has run, so the entry must not wait for
 * it (electron#40719).
 */
export function startApplication(): void {
  app.setName('LACSS Studio');
  // Same folder as the command line. Electron refuses a folder that does not exist.
  const folder = dataFolder();
  mkdirSync(folder, { recursive: true });
  app.setPath('userData', folder);

  // Electron may reorder a second start's arguments (electron#20322), so the path travels as data.
  const path = pathIn(process.argv, process.cwd());
  if (!app.requestSingleInstanceLock({ path } satisfies SecondStart)) {
    app.quit();
    return;
  }
  app.enableSandbox();
  registerPageScheme();

  const opened = new OpenedPaths();
  if (path !== null) opened.add(path);
  app.on('second-instance', (_event, _args, _folder, second) => {
    const given = (second as SecondStart | null)?.path ?? null;
    if (given === null) app.emit('activate');
    else opened.add(given);
  });
  // macOS sends this before `ready` when a file starts the program.
  app.on('open-file', (event, given) => {
    event.preventDefault();
    opened.add(given);
  });
  app
    .whenReady()
    .then(() => import('./run-application.ts'))
    .then(({ runApplication }) => runApplication(opened))
    .catch((error: unknown) => {
      dialog.showErrorBox(
        'LACSS Studio could not start',
        error instanceof Error ? error.message : String(error),
      );
      app.exit(1);
    });
}
