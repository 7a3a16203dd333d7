import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Time for the system to name its GPUs. */
const PATIENCE_MS = 5000;

/** Makers of GPUs by their number on the PCI bus. */
const makers: Readonly<Record<string, string>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
  '0x1af4': 'virtual (virtio)',
  '0x15ad': 'virtual (VMware)',
};

/** The GPUs of this machine, as the system names them; null if it does not. */
export async function listGpus(): Promise<string[] | null> {
  try {
    switch (process.platform) {
      case 'linux':
        return await gpusOnLinux('/sys/bus/pci/devices', '/proc/driver/nvidia/gpus');
      case 'darwin':
        return cardsFromSystemProfiler(
          (await run('system_profiler', ['SPDisplaysDataType', '-json'], { timeout: PATIENCE_MS })).stdout,
        );
      case 'win32': {
        const ask = '(Get-CimInstance Win32_VideoController).Name';
        const { stdout } = await run('powershell', ['-NoProfile', '-Command', ask], { timeout: PATIENCE_MS });
        return stdout
          .split(/\r?\n/)
          .map((line) => line.trim())
          .filter(Boolean);
      }
      default:
        return null;
    }
  } catch {
    return null;
  }
}

/**
 * @param devices the folder in which Linux lists the devices of the PCI bus
 * @param nvidia the folder in which NVIDIA's driver names its GPUs
 */
export async function gpusOnLinux(devices: string, nvidia: string): Promise<string[]> {
  const gpus: string[] = [];
  const names = await namesByNvidia(nvidia);
  for (const device of (await readdir(devices)).sort()) {
    const read = async (file: string): Promise<string> =>
      (await readFile(join(devices, device, file), 'utf8')).trim();
    // Class 3 are displays.
    if (!(await read('class')).startsWith('0x03')) continue;
    const [vendor, model] = [await read('vendor'), await read('device')];
    gpus.push(names.get(device) ?? `${makers[vendor] ?? `maker ${vendor}`}, model ${model}`);
  }
  return gpus;
}

async function namesByNvidia(folder: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const card of await readdir(folder).catch(() => [])) {
    const text = await readFile(join(folder, card, 'information'), 'utf8').catch(() => '');
    const model = /^Model:\s*(.+)$/m.exec(text)?.[1];
    if (model !== undefined) names.set(card, model.trim());
  }
  return names;
}

/** The GPUs in the JSON of macOS's system_profiler. */
export function cardsFromSystemProfiler(text: string): string[] {
  const { SPDisplaysDataType: displays } = JSON.parse(text) as {
    SPDisplaysDataType: { sppci_model?: string; _name: string }[];
  };
  return displays.map(({ sppci_model: model, _name: name }) => model ?? name);
}
