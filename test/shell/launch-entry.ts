/**
 * Starts an Electron entry against the stand-in in a process of its own: `tsx launch-entry.ts ENTRY`. Says when the entry has
 * been evaluated and which window opened, then quits the application.
 */
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

const standIn = new URL('electron-stand-in.ts', import.meta.url).href;
const hooks = `export const resolve = (specifier, context, next) =>
  specifier === 'electron' ? { url: ${JSON.stringify(standIn)}, shortCircuit: true } : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
const { app, FakeWindow, launch } = await import('./electron-stand-in.ts');
const entry = pathToFileURL(process.argv[2]!).href;
process.argv.splice(1);
await launch(() => import(entry));
process.stdout.write('evaluated\n');
app.on('web-contents-created', () => {
  setImmediate(() => {
    process.stdout.write(`window ${FakeWindow.all[0]?.url}\n`);
    app.quit();
  });
});
