import { resolve } from 'node:path';
import { spawn } from 'node:child_process';
import manifest from '../package.json' with { type: 'json' };
import { ensureBuilt } from './server/ensure-built.ts';
import { findElectron } from './server/find-electron.ts';
import { runInBrowser } from './server/run-in-browser.ts';
import { toFailure } from './contract/failure.ts';
import { dataFolder } from './project/data-folder.ts';
import { sampleFolder } from './host/sample-folder.ts';

/**
 * `npm start`: the application from a checkout, in Electron if its runtime is installed, otherwise in a
 * browser. Without arguments it opens the sample project.
 */
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const [named] = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const projectFolder = named === undefined ? sampleFolder(dataFolder()) : resolve(named);
const electron = process.argv.includes('--browser')
  ? { path: null, why: 'as you asked' }
  : await findElectron();

if (electron.path !== null) {
  await ensureBuilt('window', say);
  await ensureBuilt('guide', say);
  say(`Starting the window with Electron: ${electron.why}.`);
  const child = spawn(electron.path, ['.', named === undefined ? '--sample' : projectFolder], {
    stdio: 'inherit',
  });
  child.on('error', (error) => {
    say(`Electron could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code) => (process.exitCode = code ?? 1));
} else {
  await ensureBuilt('page', say);
  // The guide takes longer, and nobody waits for it: the window opens meanwhile.
  void ensureBuilt('guide', () => undefined).catch((error: unknown) => say(toFailure(error).message));
  say(`Starting in the browser: ${electron.why}.`);
  const stop = new AbortController();
  process.on('SIGINT', () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
    say('Ending. A running training keeps its checkpoint.');
  });
  await runInBrowser({
    version: manifest.version,
    projectFolder,
    say,
    open: true,
    signal: stop.signal,
  }).catch((error: unknown) => {
    const { message, remedy } = toFailure(error);
    say(`Error: ${message}\n${remedy ?? ''}`);
    process.exitCode = 1;
  });
  process.exit();
}
