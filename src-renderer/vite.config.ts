import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { wuchale } from 'wuchale/vite';
import { checkBundled } from '../build/check-bundled.ts';
import { hostSentences } from './languages/host-sentences.js';

/** One build of the window for both hosts: `app://` in Electron and loopback HTTP in a browser. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative addresses, because the hosts serve the same files from different roots.
  base: './',
  plugins: [
    wuchale({ configPath: fileURLToPath(new URL('../wuchale.config.js', import.meta.url)) }),
    hostSentences(),
    svelte({ configFile: false }),
    checkBundled(),
  ],
  build: {
    outDir: fileURLToPath(new URL('../out/renderer', import.meta.url)),
    emptyOutDir: true,
    // Electron 45 and every browser since 2024.
    target: 'es2023',
    assetsInlineLimit: 0,
    // One file from the same machine: splitting it would gain nothing.
    chunkSizeWarningLimit: 1200,
    // The times of the plugins do not help people who start the program.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
});
