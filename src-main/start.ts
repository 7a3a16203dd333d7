import { resolve } from 'node:path';
import { spawn } from 'node:child_process';
import manifest from '../package.json' with { type: 'json' };
import { ensureBuilt } from './server/ensure-built.ts';
import { findElectron } from './server/find-electron.ts';
import { openInBrowser } from './server/open-in-browser.ts';
import { startBrowserHost } from './server/browser-host.ts';
import { dataFolder } from './host/data-folder.ts';
import { sampleFolder } from './host/sample-folder.ts';

/**
 * `npm start`: the application from a checkout. In its own window where Electron's runtime is installed, in a browser where
 * it is not; started bare it opens the sample project.
 */
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const [named] = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const projectFolder = named === undefined ? sampleFolder(dataFolder()) : resolve(named);
const electron = process.argv.includes('--browser')
  ? { path: null, why: 'as you asked' }
  : await findElectron();

if (electron.path !== null) {
  await ensureBuilt('window', say);
  say(`Starting the window with Electron: ${electron.why}.`);
  const child = spawn(electron.path, ['.', named === undefined ? '--sample' : projectFolder], {
    stdio: 'inherit',
  });
  child.on('exit', (code) => (process.exitCode = code ?? 1));
} else {
  await ensureBuilt('page', say);
  say(`Starting in the browser: ${electron.why}.`);
  const served = await startBrowserHost({ version: manifest.version, projectFolder, log: say });
  say(`LACSS Studio runs at ${served.url}\nCtrl-C ends it; everything is saved as you work.`);
  openInBrowser(served.url);
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(130);
      ending = true;
      // A system that ends this process does not wait long.
      if (signal === 'SIGTERM') setTimeout(() => process.exit(143), 1500).unref();
      say('Ending; a training under way keeps its checkpoint.');
      void served.close().then(() => process.exit(0));
    });
  }
}
