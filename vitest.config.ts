import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { hostSentences } from './src-renderer/languages/host-sentences.js';

/**
 * Tests that run one after the other in two processes, and load each module once for all. They start no
 * engine and no process, and replace no module (`vi.mock`), because the files after them would get it too.
 */
const sharing =
  'test/{annotation,contract,formats,imaging,measure,metrics,project,renderer,report}/**/!(' +
  [
    ...['annotation-store', 'journal', 'manifest-copies', 'prediction-store', 'project', 'record-with-bytes'],
    ...['write-file-atomically', 'tile-cache', 'camera', 'edits', 'stages'],
  ].join('|') +
  ').test.ts';

export default defineConfig({
  // Runes of the window's state work in tests as they do in a page.
  plugins: [
    svelte({ configFile: false, dynamicCompileOptions: () => ({ generate: 'client' }) }),
    hostSentences(),
  ],
  test: {
    // Native backends and child processes: most files get a process of their own, so that nothing leaks from
    // one to the next.
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What is waited for takes a moment; this is a guard against hanging on a busy machine.
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: [sharing] } },
      { extends: true, test: { name: 'sharing', include: [sharing], isolate: false } },
    ],
  },
});
