#!/usr/bin/env node
// The `lacss` command: the built program where there is one, the sources of a development checkout otherwise.
import { existsSync } from 'node:fs';

const built = new URL('../out/main/cli.js', import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import(new URL('../src-main/cli.ts', import.meta.url).href);
}
