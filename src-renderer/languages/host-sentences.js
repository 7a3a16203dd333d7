import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pofile } from 'wuchale';

const folder = dirname(fileURLToPath(import.meta.url));
const name = 'virtual:host-sentences';
const languages = ['de'];

/**
 * The texts of the host and their translations, as a module for the page: per language, pairs of the English
 * text and its translation. The build also writes them as a file, for the menu of the desktop program.
 */
export function hostSentences() {
  return {
    name: 'host-sentences',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: async (id) =>
      id === `\0${name}` ? `export default ${JSON.stringify(await readSentences())}` : undefined,
    async generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'host-texts.json',
        source: JSON.stringify(await readSentences()),
      });
    },
  };
}

async function readSentences() {
  const storage = await pofile({ dir: folder })({
    locales: ['en', ...languages],
    root: folder,
    localesDir: folder,
    haveUrl: false,
    sourceLocale: 'en',
    fs: {
      read: (file) => readFileSync(file, 'utf8'),
      write: () => undefined,
      mkdir: () => undefined,
      exists: () => true,
      unlink: () => false,
    },
  });
  const { items } = await storage.load();
  const ofHost = items.filter(({ references }) =>
    references.some(({ file }) => file.startsWith('src-main/')),
  );
  const pairs = (language) =>
    ofHost.map(({ translations }) => [
      translations.get('en')?.[0] ?? '',
      translations.get(language)?.[0] ?? '',
    ]);
  return Object.fromEntries(languages.map((language) => [language, pairs(language)]));
}
