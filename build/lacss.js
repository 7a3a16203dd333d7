#!/usr/bin/env node
// The `lacss` command. A development checkout runs the sources, because its build may be out of date. An
// installation runs the built program.
import { existsSync } from 'node:fs';

const sources = new URL('../src-main/cli.ts', import.meta.url);
if (existsSync(sources)) {
  const { register } = await import('tsx/esm/api');
  register();
  await import(sources.href);
} else {
  await import(new URL('../out/main/cli.js', import.meta.url).href);
}
