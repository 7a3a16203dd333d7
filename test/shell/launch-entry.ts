/**
 * Starts an Electron entry with the stand-in in its own process: `tsx launch-entry.ts ENTRY …`. It reports
 * the end of the entry's evaluation and the opened window (and, with `--page`, whether it has a page). Then
 * it quits the application.
 */
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

const standIn = new URL('electron-stand-in.ts', import.meta.url).href;
const hooks = `export const resolve = (specifier, context, next) =>
  specifier === 'electron' ? { url: ${JSON.stringify(standIn)}, shortCircuit: true } : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
const { app, FakeWindow, launch, protocol } = await import('./electron-stand-in.ts');
const entry = pathToFileURL(process.argv[2]!).href;
process.argv.splice(1, 2);
const wantsPage = process.argv.includes('--page');
app.on('quit', (_event, code: number) => process.exit(code));
await launch(() => import(entry));
process.stdout.write('evaluated\n');
app.on('web-contents-created', () => {
  setImmediate(() => {
    process.stdout.write(`window ${FakeWindow.all[0]?.url}\n`);
    void (wantsPage ? showPage() : Promise.resolve()).then(() => app.quit());
  });
});

async function showPage(): Promise<void> {
  const answer = await protocol.handlers.get('app')!(new Request('app://studio/'));
  process.stdout.write(`page ${answer.status} ${answer.headers.get('Content-Type')}\n`);
}
