import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import type { DefaultTheme, MarkdownOptions } from 'vitepress';
import { checkBundled } from '../../build/check-bundled.ts';

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0];
type Token = ReturnType<MarkdownIt['parse']>[number];

/** Where the pages lie on a server: the program itself has them below `help/`. */
const base = process.env.LACSS_SITE_BASE ?? '/help/';

const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: 'Guide',
    items: [
      { text: 'Five-minute start', link: '/guide/' },
      { text: 'Install', link: '/guide/install' },
      { text: 'Prepare your images', link: '/guide/images' },
      { text: 'Foreground and points', link: '/guide/annotation' },
      { text: 'Train', link: '/guide/train' },
      { text: 'Review, correct, teach', link: '/guide/review' },
      { text: 'Results and export', link: '/guide/results' },
      { text: 'What the figures mean', link: '/guide/figures' },
      { text: 'Errors', link: '/guide/errors' },
      { text: 'Questions', link: '/guide/questions' },
    ],
  },
  {
    text: 'Reference',
    items: [
      { text: 'Command line', link: '/commands' },
      { text: 'File formats', link: '/formats' },
      { text: 'Models', link: '/models' },
      { text: 'A workstation from a laptop', link: '/guide/workstation' },
      { text: 'Several computers', link: '/cluster' },
      { text: 'Engines and GPUs', link: '/engines' },
      { text: 'Model export', link: '/model-export' },
      { text: 'Security', link: '/security' },
      { text: 'Changes', link: '/changelog' },
    ],
  },
  {
    text: 'How it works',
    items: [
      { text: 'The method', link: '/method' },
      { text: 'Departures from the paper', link: '/departures' },
      { text: "The paper's experiments", link: '/papers-experiments' },
      { text: 'How a project is kept', link: '/projects' },
      { text: 'Teaching', link: '/teaching' },
      { text: 'Accuracy', link: '/accuracy' },
      { text: 'Measured figures', link: '/measured/' },
      { text: 'Decisions', link: '/decisions/' },
      { text: 'Oracles and experiments', link: '/checks' },
      { text: 'Real images: licences and use', link: '/data-licences' },
      { text: 'Dependencies', link: '/dependencies' },
      { text: 'Packages of others', link: '/third-party' },
      { text: 'Licences (text)', link: '/licences.txt', target: '_blank' },
    ],
  },
];

/**
 * The site of the documentation: `npm run docs:site` writes it to `out/help`. It loads nothing from
 * elsewhere, and its search works offline. The program serves it under a content security policy without
 * inline scripts: so the data of the pages are in files (`metaChunk`), and the theme follows the system's.
 */
export default defineConfig({
  title: 'LACSS Studio',
  description: 'Train your own cell-segmentation model without drawing one outline.',
  lang: 'en',
  base,
  head: [['link', { rel: 'icon', href: `${base}icon.svg` }]],
  outDir: '../out/help',
  cacheDir: '../node_modules/.cache/vitepress',
  rewrites: {
    'guide/README.md': 'guide/index.md',
    'measured/README.md': 'measured/index.md',
    'decisions/README.md': 'decisions/index.md',
  },
  srcExclude: ['api/**'],
  metaChunk: true,
  appearance: false,
  transformHtml: (html) => html.replace(/<script id="check-mac-os">.*?<\/script>/, ''),
  markdown: {
    // Tags in our texts are text.
    html: false,
    config: (md) => md.core.ruler.push('links', ({ tokens }) => tokens.forEach(turnLinks)),
  },
  vite: {
    logLevel: 'warn',
    plugins: [checkBundled()],
    publicDir: fileURLToPath(new URL('../../src-renderer/public', import.meta.url)),
  },
  themeConfig: {
    sidebar,
    search: { provider: 'local' },
    outline: { level: [2, 3] },
  },
});

/**
 * The changelog's links start at the root of the repository, the site's at `docs`. A link to a file that is
 * not part of the site becomes plain text.
 */
function turnLinks(token: Token): void {
  let isOutside = false;
  for (const child of token.children ?? []) {
    if (child.type === 'link_open') {
      const href = (child.attrGet('href') ?? '').replace(/^(\.\/)?docs\//, './');
      child.attrSet('href', href);
      isOutside = /^(\.\.\/)+workflows\//.test(href);
    }
    if (isOutside && child.type.startsWith('link_')) Object.assign(child, { type: 'text', content: '' });
  }
}
