import { execFile, fork } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { listPackage } from '@electron/asar';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baseModel, shippedModel } from '../../src-main/contract/shipped-model.ts';
import { buildPackage, fuseSentinel } from './build-package.ts';
import type { Package } from './build-package.ts';

const run = promisify(execFile);
const launcher = fileURLToPath(new URL('../shell/launch-entry.ts', import.meta.url));
const canBuild = process.platform === 'linux' && process.arch === 'x64';

/** Answers of an entry to one request. */
type Message = { type: string; job?: number; value?: unknown; failure?: { message: string } };

/** The package from electron-builder, with a stand-in for Electron's runtime. */
describe.skipIf(!canBuild)('the package', { timeout: 120_000 }, () => {
  let folder: string;
  let made: Package;
  const main = (name: string): string => join(made.extracted, 'out', 'main', name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lacss-package-'));
    made = await buildPackage(folder);
    // From here on, the package must not read from its build folder.
    await rm(join(folder, 'project'), { recursive: true });
  }, 600_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('resolves every module that its files name', async () => {
    const files = await readdir(join(made.extracted, 'out'), { recursive: true });
    const missing: string[] = [];
    let resolved = 0;
    for (const file of files.filter((name) => /\.c?js$/.test(name) && !/^(renderer|help)\b/.test(name))) {
      const path = join(made.extracted, 'out', file);
      const { importedFiles } = ts.preProcessFile(await readFile(path, 'utf8'), true, true);
      for (const { fileName } of importedFiles) {
        // Electron provides `electron`. The package of NVIDIA's engine is optional. tsx runs sources only.
        if (isBuiltin(fileName) || /^(electron|@tensorflow\/tfjs-node-gpu|tsx\/.*)$/.test(fileName)) continue;
        resolved++;
        try {
          const found = createRequire(path).resolve(fileName);
          if (relative(made.extracted, found).startsWith('..')) missing.push(`${file}: ${fileName} outside`);
        } catch {
          missing.push(`${file}: ${fileName}`);
        }
      }
    }
    expect(missing).toEqual([]);
    expect(resolved).toBeGreaterThan(100);
  });

  test('gives its preload script nothing but electron', async () => {
    // https://www.electronjs.org/docs/latest/tutorial/sandbox: a sandboxed preload script can require only
    // this and a few modules of Node.
    const preload = await readFile(join(made.extracted, 'out/preload/index.cjs'), 'utf8');
    const { importedFiles } = ts.preProcessFile(preload, true, true);
    expect(importedFiles.map(({ fileName }) => fileName)).toEqual(['electron']);
  });

  test('holds what its code and its page look for by path', async () => {
    const manifest = JSON.parse(await readFile(join(made.extracted, 'package.json'), 'utf8')) as {
      main: string;
    };
    const page = await readFile(join(made.extracted, 'out/renderer/index.html'), 'utf8');
    const referenced = [...page.matchAll(/(?:src|href)="([^"#:]+)"/g)].map(([, path]) => path!);
    expect(referenced.length).toBeGreaterThan(1);
    for (const path of [
      manifest.main,
      'LICENSE',
      'out/preload/index.cjs',
      ...[shippedModel, baseModel].map(({ id }) => `resources/models/${id}.lacss`),
      'resources/sample-settings.json',
      'out/help/index.html',
      'out/renderer/licences.txt',
      ...referenced.map((path) => join('out/renderer', path)),
    ]) {
      expect(existsSync(join(made.extracted, path)), path).toBe(true);
    }
  });

  test('keeps the engine and its libraries outside the archive, for this system alone', async () => {
    const outside = join(
      made.folder,
      'resources',
      'app.asar.unpacked',
      'node_modules',
      'onnxruntime-node',
      'bin',
    );
    const files = (await readdir(outside, { recursive: true })).filter((name) =>
      statSync(join(outside, name)).isFile(),
    );
    expect(files.map((name) => name.replace(/napi-v\d+/, 'napi')).sort()).toEqual([
      'napi/linux/x64/libonnxruntime.so.1',
      'napi/linux/x64/onnxruntime_binding.node',
    ]);
    for (const name of files) {
      const bytes = await readFile(join(outside, name));
      // Electron's memory cage forbids these (electron#35801).
      expect(bytes.includes('napi_create_external_arraybuffer'), name).toBe(false);
      expect(bytes.includes('napi_create_external_buffer'), name).toBe(false);
    }
  });

  test('keeps the licences of what it carries', () => {
    const files = listPackage(join(made.folder, 'resources', 'app.asar'), { isPack: false });
    for (const name of ['commander', 'geotiff', 'utif', 'zod', 'ws', 'fast-png']) {
      const own = files.filter((file) => dirname(file) === `/node_modules/${name}`);
      expect(
        own.some((file) => /licen[cs]e/i.test(file)),
        name,
      ).toBe(true);
    }
    expect(files.filter((file) => /\/readme\.md$/i.test(file))).toEqual([]);
  });

  test('has its fuses set as configured', async () => {
    const executable = await readFile(join(made.folder, 'lacss-studio'));
    const at = executable.indexOf(fuseSentinel) + fuseSentinel.length;
    // The order of @electron/fuses: runAsNode, cookies, NODE_OPTIONS, inspect, integrity, only the archive,
    // snapshot, file scheme.
    expect(executable.subarray(at + 2, at + 10).toString()).toBe('01001100');
  });

  test('says nothing about a missing author or engine when built', () => {
    expect(made.log).not.toMatch(/author is missed|no library|default Electron icon/);
  });

  test('opens the window from its entry, and serves its page', async () => {
    const { stdout } = await run(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), launcher, main('index.js'), '--page'],
      { env: { ...process.env, LACSS_DATA: join(folder, 'account') } },
    );
    expect(stdout).toBe('evaluated\nwindow app://studio/\npage 200 text/html; charset=utf-8\n');
  });

  test('runs as a command line from its entry', async () => {
    const words = [
      '--import',
      import.meta.resolve('tsx'),
      launcher,
      main('index.js'),
      '--cli',
      '--',
      '--version',
    ];
    const { stdout } = await run(process.execPath, words, {
      env: { ...process.env, LACSS_DATA: join(folder, 'account') },
    });
    expect(stdout).toContain('0.1.0\n');
  });

  test('computes with onnxruntime from its command line', async () => {
    const { stdout } = await run(process.execPath, [main('cli.js'), 'doctor', '--json'], {
      cwd: folder,
      env: { ...process.env, LACSS_DATA: join(folder, 'account') },
      maxBuffer: 2 ** 24,
    });
    const answer = JSON.parse(stdout) as { ok: boolean };
    expect(answer.ok).toBe(true);
    expect(stdout).toContain('onnx');
  });

  test('serves the window and the guide to a browser from its host', async () => {
    const child = fork(main('kept-host.js'), [], {
      execArgv: [],
      env: { ...process.env, LACSS_DATA: join(folder, 'account') },
    });
    try {
      const served = await new Promise<{ type: string; address?: string }>((resolve, reject) => {
        child.on('error', reject).on('exit', (code) => reject(new Error(`It ended with ${code}`)));
        child.on('message', (message: { type: string }) => message.type !== 'log' && resolve(message));
        child.send({ type: 'start', options: { version: '0.1.0' } });
      });
      expect(served.type).toBe('serving');
      const { origin } = new URL(served.address!);
      const guide = await fetch(`${origin}/help/`);
      expect(await guide.text()).toBe('The guide.');
    } finally {
      child.kill('SIGKILL');
    }
  });

  test.each(['imaging', 'learning', 'annotating', 'segmenting', 'predicting'])(
    'its %s entry answers, as a process and as a thread',
    async (name) => {
      const request = { type: 'request', job: 1, name: 'no-such-job', params: {} };
      const child = fork(main(`${name}.js`), [String(process.pid)], {
        serialization: 'advanced',
        execArgv: [],
      });
      try {
        const answer = await new Promise<Message>((resolve, reject) => {
          child.on('error', reject).on('exit', (code) => reject(new Error(`It ended with ${code}`)));
          child.on('message', (message: Message) => {
            if (message.type === 'ready') child.send(request);
            else resolve(message);
          });
        });
        expect(answer).toMatchObject({ type: 'error', job: 1, failure: { code: 'internal' } });
      } finally {
        child.kill('SIGKILL');
      }
      const thread = new Worker(main(`${name}.js`), { workerData: {}, execArgv: [] });
      try {
        const answer = await new Promise<Message>((resolve, reject) => {
          thread.on('error', reject);
          thread.on('message', (message: Message) => {
            if (message.type === 'ready') thread.postMessage(request);
            else resolve(message);
          });
        });
        expect(answer).toMatchObject({ type: 'error', job: 1 });
      } finally {
        await thread.terminate();
      }
    },
  );
});
