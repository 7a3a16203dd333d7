import { adapter } from '@wuchale/svelte';
import { pofile } from 'wuchale';
import { hostFiles, hostTexts, notHostFiles } from './src-renderer/languages/host-texts.js';
import { isText } from './src-renderer/languages/is-text.js';

const folder = 'src-renderer/languages';

/** Whether `npm run texts` runs. Only it takes texts from the host: builds of the page leave them out. */
const isExtraction = /wuchale/.test(process.argv[1] ?? '');

/** The catalogues. Only `npm run texts` writes them: a build must not change the sources. */
async function storage(options) {
  const files = await pofile({ dir: folder })(options);
  if (!isExtraction) files.save = () => undefined;
  return files;
}

const window = adapter({
  files: {
    include: ['src-renderer/**/*.{svelte,ts}', ...(isExtraction ? hostFiles : [])],
    ignore: ['src-renderer/**/*.d.ts', ...notHostFiles],
  },
  storage,
  loader: 'custom',
  patterns: [
    // `counted(count, ['# cell', '# cells'])`
    { name: 'counted', args: ['other', 'message', 'pluralFunc'] },
    // `phrase('small')`
    { name: 'phrase', args: ['message'] },
  ],
  heuristic: ({ msgStr, details }) => (isText(msgStr.join('\n'), details) ? 'message' : false),
  // The loader's runtime reads the language at each call, so one constant per file is enough.
  runtime: {
    initReactive: ({ funcName }) => (funcName === undefined ? false : null),
    useReactive: false,
    plain: { wrapInit: (expression) => expression, wrapUse: (expression) => expression },
    reactive: { wrapInit: (expression) => expression, wrapUse: (expression) => expression },
  },
});

/** The texts of a source of the host. It stays as it is: the page looks its sentences up (see `said.ts`). */
function readHost({ content, filename }) {
  return {
    msgs: hostTexts(content, filename).map((text) => ({
      msgStr: [text],
      plural: false,
      placeholders: [],
      type: 'message',
      details: { scope: 'script', file: filename },
    })),
    output: () => ({ code: content, map: null }),
  };
}

/**
 * How the texts of the window get into the catalogues of `src-renderer/languages`. Sources have the English
 * texts. The build replaces each by a read of the catalogue of the language in use.
 */
export default {
  locales: ['en', 'de'],
  localesDir: folder,
  ai: null,
  logLevel: 'error',
  adapters: {
    window: {
      ...window,
      transform: (source) =>
        source.filename.startsWith('src-main/') ? readHost(source) : window.transform(source),
    },
  },
};
