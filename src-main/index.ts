import { startApplication } from './shell/start-application.ts';

/** The Electron entry. No `await` here: Electron is ready only after this module has been evaluated. */
startApplication();
