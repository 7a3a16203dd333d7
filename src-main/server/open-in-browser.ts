import { spawn } from 'node:child_process';

/** Opens an address in the person's browser where there is a screen; the printed address remains where there is none. */
export function openInBrowser(url: string): void {
  const [command, ...rest] = opener();
  if (command === undefined) return;
  const child = spawn(command, [...rest, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function opener(): string[] {
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  const hasScreen = process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
  return hasScreen && process.env.SSH_CONNECTION === undefined ? ['xdg-open'] : [];
}
