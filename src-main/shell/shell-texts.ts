import { app } from 'electron';
import { join } from 'node:path';
import { z } from 'zod';
import type { AppSettings } from '../contract/requests/host-requests.ts';
import { readText } from '../project/read-bytes.ts';
import { pageFolder } from '../server/page-folder.ts';

/** The file that the build of the page writes: pairs of an English text and its translation, per language. */
const translations = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

/**
 * The texts of menus and dialogs in the language of the window. Without the built page they are English.
 * @param choice the language that the person chose
 */
export async function shellTexts(choice: AppSettings['language']): Promise<(english: string) => string> {
  const known: z.infer<typeof translations> = await readText(join(pageFolder(), 'host-texts.json')).then(
    (text) => translations.parse(JSON.parse(text)),
    () => ({}),
  );
  const wanted = choice === 'system' ? app.getPreferredSystemLanguages() : [choice];
  const language = wanted
    .map((tag) => tag.toLowerCase().split('-')[0] ?? '')
    .find((tag) => tag === 'en' || tag in known);
  const pairs = new Map(known[language ?? 'en'] ?? []);
  return (english) => pairs.get(english) ?? english;
}
