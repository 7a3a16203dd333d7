import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { hostSentences } from './src-renderer/languages/host-sentences.js';

/** Tests that take minutes together, in the folders of quick ones. */
const slow = [
  ...['tiff-zoo', 'create-model', 'find-cells', 'export-*', 'segment-in-bands', 'mirrored-views', 'blocked'],
  ...['review-history', 'killed-process', 'start-application', 'image-look', 'find-cell-size', 'generate-*'],
  ...['included-models', 'compile-count', 'finite-differences', 'edits', 'studio', 'socket-transport'],
  ...['catalogues', 'preview-cell-edit', 'view-centre', 'window-actions', 'large-cells', 'decode-jpeg'],
  ...['number-ranges', 'guess-roles', 'annotation-store'],
];
/** Tests that replace modules (`vi.mock`), or choose a language. Files after them would get it too. */
const changing = [
  ...['journal', 'manifest-copies', 'prediction-store', 'project', 'record-with-bytes'],
  ...['write-file-atomically', 'tile-cache', 'camera', 'stages'],
  ...['shown-language.svelte', 'said', 'format'],
];
/** Quick tests that run one after the other in two processes, which load each module once for all. */
const sharing =
  'test/{contract,formats,imaging,losses,measure,metrics,project,renderer,report,sample}/**/' +
  `!(${[...slow, ...changing].join('|')}).test.ts`;
/** Quick tests with a process of their own, so that nothing leaks from an engine or a replaced module. */
const quick = [
  'test/{engine,inference,model,model-export,preload,shell}/**/' + `!(${slow.join('|')}).test.ts`,
  `test/{imaging,project,renderer}/**/{${changing.join(',')}}.test.ts`,
  'test/architecture.test.ts',
];

/** The files that take over half a minute. They begin first: otherwise one of them runs alone at the end. */
const longest = [
  ...['crash/crash', 'fuzz/fuzz', 'e2e/main-flow', 'offline/offline', 'e2e/accessible'],
  ...['cli/run-documented-commands', 'e2e/way-about', 'tasks/review/document-sequences'],
  ...['tasks/segmenting/segment-project', 'renderer/state/edits', 'e2e/ssh-tunnel', 'cli/sigterm'],
  ...[
    'architecture',
    'annotation/cell-sizes',
    'e2e/drop-and-stop',
    'e2e/keyboard-only',
    'training/gradients',
  ],
].map((name) => `/test/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((end) => moduleId.endsWith(end));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  // Runes of the window's state work in tests as they do in a page.
  plugins: [
    svelte({ configFile: false, dynamicCompileOptions: () => ({ generate: 'client' }) }),
    hostSentences(),
    {
      name: 'keep-no-virtual-modules',
      // Virtual modules depend on files that the key of the cache does not know.
      configureVitest: ({ experimental_defineCacheKeyGenerator: forEach }) =>
        forEach(({ id }) => (id.includes('virtual:') ? false : null)),
    },
  ],
  test: {
    // Compiled modules are kept in node_modules by their content: for the next run, and for all projects.
    experimental: { fsModuleCache: true },
    // Native backends and child processes need processes of their own.
    pool: 'forks',
    setupFiles: ['test/fixtures/equal-bytes.ts'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What is waited for takes a moment; this is a guard against hanging on a busy machine.
    expect: { poll: { timeout: 60_000 } },
    projects: [
      { extends: true, test: { name: 'sharing', include: [sharing], isolate: false } },
      { extends: true, test: { name: 'quick', include: quick } },
      { extends: true, test: { name: 'rest', include: ['test/**/*.test.ts'], exclude: [sharing, ...quick] } },
    ],
  },
});
