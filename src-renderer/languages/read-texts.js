import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pofile } from 'wuchale';

const folder = dirname(fileURLToPath(import.meta.url));

/** The languages of the catalogues; English is that of the sources. */
export const languages = ['en', 'de'];

/** The texts of the catalogues, with their translations and the sources that contain them. Writes nothing. */
export async function readTexts() {
  const storage = await pofile({ dir: folder })({
    locales: languages,
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
  return (await storage.load()).items;
}
