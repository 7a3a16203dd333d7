import { protocol } from 'electron';
import { pageScheme } from './page-origin.ts';

/** Makes the page's scheme behave like https. Electron allows this only before `ready`, and once. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}
