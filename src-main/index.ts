import { commandLineWords } from './shell/command-line-words.ts';
import { startApplication } from './shell/start-application.ts';
import { startCommandLine } from './shell/start-command-line.ts';

/** The Electron entry. No `await` here: Electron is ready only after this module has been evaluated. */
const words = commandLineWords(process.argv);
if (words === null) startApplication();
else startCommandLine(words);
