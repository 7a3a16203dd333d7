import { runApplication } from './shell/run-application.ts';

/** The Electron entry. */
await runApplication();
