import { readFileSync } from 'node:fs';
import { systemCode } from '../contract/file-error.ts';

/** Whether a process of this number runs on this machine. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another account.
    return systemCode(error) === 'EPERM';
  }
}

/**
 * A mark that distinguishes a process from a later one with the same number: on Linux its start in clock
 * ticks since boot, field 22 of `/proc/<pid>/stat` (proc(5)); `null` on other systems.
 */
export function processStartMark(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets, which may contain spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
