#!/usr/bin/env node
// The `lacss` command: the sources in a development checkout, where a build may be out of date; the built
// program where it was installed.
import { existsSync } from 'node:fs';

const sources = new URL('../src-main/cli.ts', import.meta.url);
if (existsSync(sources)) {
  const { register } = await import('tsx/esm/api');
  register();
  await import(sources.href);
} else {
  await import(new URL('../out/main/cli.js', import.meta.url).href);
}
