import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { licenceTexts } from './licence-texts.ts';
import { readLock, thirdPartyPage } from './third-party.ts';

/** Writes `docs/third-party.md` and the licence texts that ship with page and guide: `npm run licences`. */
const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const lock = await readLock(at('package-lock.json'));
const page = thirdPartyPage(lock);
await writeFile(at('docs/third-party.md'), await format(page, { parser: 'markdown' }));
await writeFile(at('src-renderer/public/licences.txt'), await licenceTexts(lock, at('.')));
