import { fileURLToPath } from 'node:url';
import { coveredPackages } from './licence-texts.ts';
import { nameOf, readLock } from './third-party.ts';

/** What a bundler says of a file that it writes. */
interface Output {
  type: string;
  moduleIds?: readonly string[];
}

/** A plugin for each build: fails if a package becomes a part of its files and `licences.txt` lacks it. */
export function checkBundled() {
  return {
    name: 'check-bundled',
    async generateBundle(_options: unknown, bundle: Readonly<Record<string, Output>>): Promise<void> {
      const lock = await readLock(fileURLToPath(new URL('../package-lock.json', import.meta.url)));
      const covered = coveredPackages(lock);
      const missing = bundledIn(Object.values(bundle)).filter((name) => !covered.has(name));
      if (missing.length === 0) return;
      throw new Error(
        `licences.txt lacks ${missing.join(', ')}: add to build/licence-texts.ts, then npm run licences`,
      );
    },
  };
}

/** The packages whose code is in these files. */
function bundledIn(outputs: readonly Output[]): string[] {
  const ids = outputs.flatMap(({ moduleIds = [] }) => moduleIds);
  const names = ids.flatMap((id) => {
    const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/?]+/.exec(id.replaceAll('\\', '/')) ?? [];
    return folder === undefined ? [] : [nameOf(folder)];
  });
  return [...new Set(names)].sort();
}
