import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { hostSentences } from './src-renderer/languages/host-sentences.js';

export default defineConfig({
  // Runes of the window's state work in tests as they do in a page.
  plugins: [
    svelte({ configFile: false, dynamicCompileOptions: () => ({ generate: 'client' }) }),
    hostSentences(),
  ],
  test: {
    include: ['test/**/*.test.ts'],
    // Native backends and child processes: one process a test file, so that nothing leaks from one to the
    // next.
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What is waited for takes a moment; this is a guard against hanging on a busy machine.
    expect: { poll: { timeout: 60_000 } },
  },
});
