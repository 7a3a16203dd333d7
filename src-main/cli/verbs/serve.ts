import { resolve } from 'node:path';
import type { Command } from 'commander';
import { LacssError } from '../../contract/errors.ts';
import { runInBrowser } from '../../server/run-in-browser.ts';
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
  addVerb(program, 'serve', 'Open the window in a browser, on this computer or through an ssh tunnel.', [
    'lacss serve -p colonies',
    'lacss serve --port 8123 --no-open      # then, at home: ssh -L 8123:127.0.0.1:8123 workstation',
  ])
    .option('-p, --project <folder>', 'the project to open (default: choose from recent projects)')
    .option('--port <number>', 'port of the window (default: any free port)', wholeNumberBetween(1, 65535))
    .option(
      '--root <folder...>',
      'more folders to choose files from, besides your home and the working folder',
    )
    .option('--no-open', 'only print the address')
    .action(async ({ project, port, root = [], open, ...options }: ServeOptions) => {
      await run(options, async ({ signal }) => {
        await runInBrowser({
          version: manifest.version,
          roots: root.map((folder) => resolve(folder)),
          say: (line) => process.stderr.write(`${line}\n`),
          open,
          signal,
          ...(project === undefined ? {} : { projectFolder: resolve(project) }),
          ...(port === undefined ? {} : { port }),
        });
        throw new LacssError('cancelled', 'Ended.');
      });
    });
}
