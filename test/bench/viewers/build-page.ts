import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

export interface BuiltPage {
  script: string;
  minifiedKb: number;
  gzippedKb: number;
}

/**
 * Bundles one of the pages as the product is bundled.
 * @param packages the folder whose node_modules hold the packages that the product lacks
 */
export async function buildPage(entry: string, out: string, packages: string): Promise<BuiltPage> {
  await build({
    configFile: false,
    logLevel: 'error',
    // Libraries then leave out their development checks.
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      alias: [
        { find: /^(@(?:deck\.gl|luma\.gl|vivjs)\/[\w-]+)$/, replacement: `${packages}/node_modules/$1` },
      ],
    },
    build: {
      outDir: out,
      emptyOutDir: false,
      target: 'es2023',
      modulePreload: false,
      lib: {
        entry: fileURLToPath(new URL(entry, import.meta.url)),
        formats: ['es'],
        fileName: () => `${entry}.bundle.js`,
      },
      minify: true,
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const path = join(out, `${entry}.bundle.js`);
  const script = await readFile(path, 'utf8');
  const { size } = await stat(path);
  return { script, minifiedKb: size / 1000, gzippedKb: gzipSync(script).length / 1000 };
}
