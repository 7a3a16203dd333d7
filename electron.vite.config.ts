import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import { fileURLToPath } from 'node:url';
import { wuchale } from 'wuchale/vite';
import { checkBundled } from './build/check-bundled.ts';
import { hostSentences } from './src-renderer/languages/host-sentences.js';

export default defineConfig({
  main: {
    plugins: [checkBundled()],
    build: {
      externalizeDeps: true,
      rollupOptions: {
        input: {
          index: 'src-main/index.ts',
          cli: 'src-main/cli.ts',
          'kept-host': 'src-main/server/kept-host.ts',
          imaging: 'src-main/processes/entries/imaging.ts',
          annotating: 'src-main/processes/entries/annotating.ts',
          learning: 'src-main/processes/entries/learning.ts',
          segmenting: 'src-main/processes/entries/segmenting.ts',
          predicting: 'src-main/processes/entries/predicting.ts',
        },
        // Chunks lie beside the entries: code finds the process entries and the page by where it is itself.
        output: { chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    plugins: [checkBundled()],
    build: {
      rollupOptions: {
        input: { index: 'src-main/preload/preload.ts' },
        // A sandboxed preload script is CommonJS, in one file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src-renderer',
    base: './',
    plugins: [
      wuchale({ configPath: fileURLToPath(new URL('wuchale.config.js', import.meta.url)) }),
      hostSentences(),
      svelte({ configFile: false }),
      checkBundled(),
    ],
    build: {
      outDir: 'out/renderer',
      rollupOptions: { input: 'src-renderer/index.html' },
      target: 'es2023',
      assetsInlineLimit: 0,
    },
  },
});
