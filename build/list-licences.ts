import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { readLock, thirdPartyPage } from './third-party.ts';

/** Writes `docs/third-party.md`: `npm run licences`. */
const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const page = thirdPartyPage(await readLock(at('package-lock.json')));
await writeFile(at('docs/third-party.md'), await format(page, { parser: 'markdown' }));
