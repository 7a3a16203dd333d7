import { adapter } from '@wuchale/svelte';
import { pofile } from 'wuchale';
import { isText } from './src-renderer/languages/is-text.js';

const folder = 'src-renderer/languages';

/** The catalogues. Only `npm run texts` writes them: a build must not change the sources. */
async function storage(options) {
  const files = await pofile({ dir: folder })(options);
  if (!/wuchale/.test(process.argv[1] ?? '')) files.save = () => undefined;
  return files;
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
    window: adapter({
      files: { include: ['src-renderer/**/*.{svelte,ts}'], ignore: ['src-renderer/**/*.d.ts'] },
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
    }),
  },
};
