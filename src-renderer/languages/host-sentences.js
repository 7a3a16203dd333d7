import { languages, readTexts } from './read-texts.js';

const name = 'virtual:host-sentences';

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
  const items = await readTexts();
  const ofHost = items.filter(({ references }) =>
    references.some(({ file }) => file.startsWith('src-main/')),
  );
  const pairs = (language) =>
    ofHost.map(({ translations }) => [
      translations.get('en')?.[0] ?? '',
      translations.get(language)?.[0] ?? '',
    ]);
  return Object.fromEntries(
    languages.filter((language) => language !== 'en').map((language) => [language, pairs(language)]),
  );
}
