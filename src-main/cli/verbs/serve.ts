import { resolve } from 'node:path';
import type { Command } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import { openInBrowser } from '../../server/open-in-browser.ts';
import { startBrowserHost } from '../../server/browser-host.ts';
import manifest from '../../../package.json' with { type: 'json' };
import type { CommonOptions } from '../run-verb.ts';
import { addVerb, wholeNumberBetween } from '../verb.ts';
import type { VerbRunner } from '../verb.ts';

interface ServeOptions extends CommonOptions {
  project?: string;
  port?: number;
  root?: string[];
  open: boolean;
}

export function addServe(program: Command, run: VerbRunner): void {
  addVerb(program, 'serve', 'Run the window in a browser, on this machine or through an ssh tunnel.', [
    'lacss serve -p colonies',
    'lacss serve --port 8123 --no-open      # then, at home: ssh -L 8123:localhost:8123 workstation',
  ])
    .option('-p, --project <folder>', 'the project to open (default: the recent ones are offered)')
    .option(
      '--port <number>',
      'where the window is served (default: any free port)',
      wholeNumberBetween(1, 65535),
    )
    .option('--root <folder...>', 'more folders in which files may be chosen, besides home and this one')
    .option('--no-open', 'only print the address')
    .action(async ({ project, port, root = [], open, ...options }: ServeOptions) => {
      await run(options, async ({ signal }) => {
        const served = await startBrowserHost({
          version: manifest.version,
          roots: root.map((folder) => resolve(folder)),
          log: (line) => process.stderr.write(`${line}\n`),
          ...(project === undefined ? {} : { projectFolder: resolve(project) }),
          ...(port === undefined ? {} : { port }),
        });
        process.stderr.write(
          `LACSS Studio runs at ${served.url}\nCtrl-C ends it; everything is saved as you work.\n`,
        );
        if (open) openInBrowser(served.url);
        await Promise.race([untilAborted(signal), untilTerminated()]);
        await served.close();
        throw new LacssError('cancelled', 'Ended.');
      });
    });
}

/** A system that ends this process does not wait long: what cannot be closed by then is whole on the disk anyway. */
function untilTerminated(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => {
      setTimeout(() => process.exit(143), 1500).unref();
      resolve();
    });
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
