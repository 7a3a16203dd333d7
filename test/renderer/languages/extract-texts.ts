import { fileURLToPath } from 'node:url';
import { IndexTracker, getConfig, getKey } from 'wuchale';
import { readTexts } from '../../../src-renderer/languages/read-texts.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const config = await getConfig(`${root}wuchale.config.js`);
const adapter = config.adapters['window']!;

/** A text of the catalogues: one form, or the forms of a plural. */
export interface CatalogueText {
  key: string;
  english: string[];
  german: string[];
  /** Whether a source still contains it. */
  isUsed: boolean;
}

/** The texts that the build replaces in a source of the window. */
export async function extractTexts(filename: string, content: string): Promise<string[]> {
  const { msgs } = await adapter.transform({
    content,
    filename,
    index: new IndexTracker(),
    expr: { plain: 'texts()', reactive: 'texts()' },
    matchUrl: () => null,
  });
  return msgs.map(({ msgStr, context }) => getKey(msgStr, context));
}

/** Both catalogues, as the build reads them. */
export async function readCatalogues(): Promise<CatalogueText[]> {
  const items = await readTexts();
  return items.map(({ translations, references, context }) => {
    const english = translations.get('en') ?? [];
    return {
      key: getKey(english, context),
      english,
      german: translations.get('de') ?? [],
      isUsed: references.length > 0,
    };
  });
}
