import { execFileSync } from 'node:child_process';

/**
 * Whether this process may read the keyboard. A terminal stops a background process that reads from it
 * (`lacss serve &`). So this asks ps(1) for the group of this process and the group in the foreground.
 */
export function isInForeground(): boolean {
  if (!process.stdin.isTTY || process.platform === 'win32') return true;
  try {
    const fields = execFileSync('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)], {
      encoding: 'utf8',
    });
    const [group, foreground] = fields.trim().split(/\s+/);
    return group !== undefined && group === foreground;
  } catch {
    return false;
  }
}
