import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The comparison network in PyTorch, in its own process. */
export interface TorchProcess {
  /** Sends a command and waits for its answer; see small_in_torch.py. */
  ask: (command: string) => Promise<unknown>;
  close: () => void;
}

/** A Python that has PyTorch, or null. PYTHON names one; otherwise the usual names are tried. */
export function findPythonWithTorch(): string | null {
  const named = process.env.PYTHON;
  for (const python of named === undefined ? ['python3', '/usr/bin/python3', 'python'] : [named]) {
    try {
      execFileSync(python, ['-c', 'import numpy, torch'], { stdio: 'ignore' });
      return python;
    } catch {
      // This Python is missing or has no PyTorch: try the next one.
    }
  }
  return null;
}

/** Starts the comparison network with weights, a crop and settings. */
export function startTorch(python: string, setup: object): TorchProcess {
  const script = fileURLToPath(new URL('small_in_torch.py', import.meta.url));
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.write(`${JSON.stringify(setup)}\n`);
  return {
    ask: async (command) => {
      child.stdin.write(`${command}\n`);
      const { value, done } = await answers.next();
      if (done === true) throw new Error(`PyTorch ended without an answer to: ${command}`);
      return JSON.parse(value);
    },
    close: () => {
      child.stdin.end();
    },
  };
}
