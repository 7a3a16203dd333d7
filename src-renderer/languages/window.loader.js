import toRuntime from 'wuchale/runtime';
import { loadCatalog } from './.wuchale/window.proxy.sync.js';
import { languageNames, shownLanguage } from './shown-language.svelte.ts';

const catalogues = Object.fromEntries(
  Object.keys(languageNames).map((language) => [
    language,
    toRuntime(loadCatalog('window', language), language),
  ]),
);
const catalogue = () => catalogues[shownLanguage()];

/** The texts of the language in use. Each read is tracked, so that another language shows at once. */
const texts = new Proxy(() => '', {
  apply: (_, __, [index, values]) => catalogue()(index, values),
  get: (_, part) => catalogue()[part],
});

export const getRuntime = () => texts;
export const getRuntimeRx = getRuntime;
