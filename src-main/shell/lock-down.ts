import { app, dialog, session, shell } from 'electron';
import { openGuide } from './open-guide.ts';
import { isGuide, isOwnPage, pageScheme } from './page-origin.ts';

/** Schemes the page may load from. Everything else is refused, the network in particular. */
const allowed = new Set([`${pageScheme}:`, 'blob:', 'data:', 'devtools:']);

/** The only permission the page needs: to copy a report. */
function isNeeded(permission: string): boolean {
  return permission === 'clipboard-sanitized-write';
}

/**
 * Refuses what the page does not need: permissions, devices, navigation, the network, and new windows other
 * than the guide. A link from the guide to the web opens in the system's browser.
 */
export function lockDown(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, decide) => decide(isNeeded(permission)));
  defaultSession.setPermissionCheckHandler((_contents, permission) => isNeeded(permission));
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !isAllowed(url) }));
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event, url) => {
      const isAllowedHere = isGuide(contents.getURL()) ? isGuide : isOwnPage;
      if (!isAllowedHere(url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (isGuide(url)) openGuide(url);
      else if (isGuide(contents.getURL()) && url.startsWith('https://')) openLink(url);
      return { action: 'deny' };
    });
  });
}

function openLink(url: string): void {
  shell.openExternal(url).catch(() =>
    dialog.showMessageBox({
      type: 'error',
      message: 'The link could not be opened.',
      detail: `Open it in your browser: ${url}`,
    }),
  );
}

function isAllowed(url: string): boolean {
  return URL.canParse(url) && allowed.has(new URL(url).protocol);
}
