import { spawn } from 'node:child_process';

/**
 * Opens a start file in the user's browser, if there is a screen. Without a screen, or if a sandboxed browser
 * cannot read the file, the printed address still works.
 */
export function openInBrowser(path: string): void {
  const [command, ...rest] = opener();
  if (command === undefined) return;
  const child = spawn(command, [...rest, path], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function opener(): string[] {
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  const hasScreen = process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
  return hasScreen && process.env.SSH_CONNECTION === undefined ? ['xdg-open'] : [];
}
