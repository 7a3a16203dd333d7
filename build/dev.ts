import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import manifest from '../package.json' with { type: 'json' };
import { socketPath } from '../src-main/contract/bridge.ts';
import { sessionPath } from '../src-main/contract/handshake.ts';
import { dataFolder } from '../src-main/project/data-folder.ts';
import { sampleFolder } from '../src-main/host/sample-folder.ts';
import { startBrowserHost } from '../src-main/server/browser-host.ts';

/**
 * `npm run dev [-- PROJECT]`: the window from its sources, with hot reload, beside a running host. Vite
 * serves the page and passes everything else to the host. A change in src-main needs a new start.
 */
const [project] = process.argv.slice(2);
const host = await startBrowserHost({
  version: manifest.version,
  projectFolder: project === undefined ? sampleFolder(dataFolder()) : resolve(project),
  log: (line) => process.stderr.write(`${line}\n`),
});
const { origin: target } = new URL(host.newAddress());
const page = await createServer({
  configFile: fileURLToPath(new URL('../src-renderer/vite.config.ts', import.meta.url)),
  server: {
    host: '127.0.0.1',
    // The host accepts any loopback address, as behind an ssh tunnel. Host names and origins stay unchanged.
    proxy: {
      [`/${socketPath}`]: { target, ws: true },
      [`^/(${sessionPath}|tile|thumbnail)`]: { target },
    },
  },
});
await page.listen();
const { hash } = new URL(host.newAddress());
process.stderr.write(`The window: ${page.resolvedUrls?.local[0] ?? ''}${hash}\n`);
process.stderr.write('This address opens the window once, within 60 seconds. A reload keeps the session.\n');
process.once('SIGINT', () => {
  void Promise.all([page.close(), host.close()]).then(() => process.exit(0));
});
