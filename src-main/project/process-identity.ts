import { readFileSync } from 'node:fs';
import { systemCode } from '../contract/file-error.ts';

/**
 * Whether a process with this number runs on this machine. A zombie does not run: in a container, its parent
 * may never collect it.
 */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another account.
    if (systemCode(error) !== 'EPERM') return false;
  }
  return !/^[ZX]/.test(statusOf(pid)?.[0] ?? '');
}

/**
 * Distinguishes a process from a later one with the same number. On Linux it is the start in clock ticks
 * since boot: field 22 of `/proc/<pid>/stat` (proc(5)). `null` on other systems.
 */
export function processStartMark(pid: number): string | null {
  return statusOf(pid)?.[19] ?? null;
}

/** The fields of `/proc/<pid>/stat` from the third one, the state; `null` on other systems. */
function statusOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets, which may contain spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
