import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nameOf } from './third-party.ts';
import type { Lock } from './third-party.ts';

/**
 * Packages for builds whose code becomes a part of the window's page or of the guide. The builds fail if one
 * is missing here (`build/check-bundled.ts`).
 */
const bundledPackages: ReadonlySet<string> = new Set([
  ...['@floating-ui/core', '@floating-ui/dom', '@floating-ui/utils', '@lucide/svelte', '@wuchale/svelte'],
  ...['bits-ui', 'clsx', 'inline-style-parser', 'runed', 'style-to-object', 'svelte', 'svelte-toolbelt'],
  ...['tabbable', 'uplot', 'wuchale'],
  // The guide.
  ...['@docsearch/css', '@vue/reactivity', '@vue/runtime-core', '@vue/runtime-dom', '@vue/shared', 'vue'],
  ...['@vueuse/core', '@vueuse/integrations', '@vueuse/shared', 'focus-trap', 'mark.js', 'minisearch'],
  ...['vitepress'],
]);

type Body = 'MIT' | 'ISC' | 'Apache-2.0';

/** Packages without a text of their licence, with the copyright that their sources or their author state. */
const copyrights: readonly { name: RegExp; body: Body; copyright: string }[] = [
  { name: /^@cornerstonejs\//, body: 'ISC', copyright: 'Copyright the authors of Cornerstone' },
  { name: /^@docsearch\//, body: 'MIT', copyright: 'Copyright Algolia, Inc.' },
  { name: /^@tensorflow\//, body: 'Apache-2.0', copyright: 'Copyright Google LLC. All Rights Reserved.' },
  { name: /^(@wuchale\/svelte|wuchale)$/, body: 'MIT', copyright: 'Copyright (c) 2025 Kidus Adugna' },
  { name: /^(agent-base|https-proxy-agent)$/, body: 'MIT', copyright: 'Copyright (c) 2013 Nathan Rajlich' },
  { name: /^es6-promisify$/, body: 'MIT', copyright: 'Copyright Mike Hall' },
  { name: /^lazy-val$/, body: 'MIT', copyright: 'Copyright Vladimir Krivosheev' },
  { name: /^lerc$/, body: 'Apache-2.0', copyright: 'Copyright 2015-2021 Esri' },
  {
    name: /^onnxruntime-/,
    body: 'MIT',
    copyright: 'Copyright (c) Microsoft Corporation. All rights reserved.',
  },
  {
    name: /^saxes$/,
    body: 'ISC',
    copyright: 'Copyright (c) Contributors\nCopyright (c) Isaac Z. Schlueter and Contributors (sax)',
  },
  { name: /^seedrandom$/, body: 'MIT', copyright: 'Copyright 2019 David Bau.' },
  { name: /^tr46$/, body: 'MIT', copyright: 'Copyright Sebastian Mayr' },
];

/** Where the text of each licence is, and its first words after the copyright. */
const bodies: Record<Body, { path: string; from: string }> = {
  MIT: { path: 'LICENSE', from: 'Permission is hereby granted' },
  ISC: { path: 'node_modules/flatqueue/LICENSE', from: 'Permission to use, copy' },
  'Apache-2.0': { path: 'node_modules/typescript/LICENSE.txt', from: 'Apache License' },
};

/**
 * The licences of all packages whose code is in the program, as one text: those that the command line and the
 * worker processes load, and those in the page and the guide. Packages with the same text share it.
 * @param root the checkout, with its packages installed
 * @throws Error with the name of a package without a text
 */
export async function licenceTexts(lock: Lock, root: string): Promise<string> {
  const byText = new Map<string, Set<string>>();
  const covered = coveredPackages(lock);
  for (const [path, { version = '' }] of Object.entries(lock.packages)) {
    const name = nameOf(path);
    if (!covered.has(name)) continue;
    const text = await textOf(name, join(root, path), root);
    const names = byText.get(text) ?? new Set<string>();
    byText.set(text, names.add(`${name} ${version}`));
  }
  const parts = [...byText].map(([text, names]) => `${[...names].sort().join('\n')}\n\n${text}\n`);
  const rule = `\n${'-'.repeat(80)}\n\n`;
  const head = 'LACSS Studio contains code of these packages. `npm run licences` writes this list.\n';
  return [head, ...parts.sort()].join(rule);
}

/** The names of the packages whose licences {@link licenceTexts} has. */
export function coveredPackages(lock: Lock): ReadonlySet<string> {
  const loaded = Object.entries(lock.packages).filter(
    ([path, { dev, link }]) => path !== '' && !dev && !link,
  );
  return new Set([...bundledPackages, ...loaded.map(([path]) => nameOf(path))]);
}

async function textOf(name: string, folder: string, root: string): Promise<string> {
  const files = await readdir(folder);
  const kept = files.filter((file) => /^(licen[cs]e|copying|notice|thirdpartynotices)/i.test(file)).sort();
  if (kept.some((file) => !/^(notice|third)/i.test(file))) {
    const texts = await Promise.all(kept.map((file) => readFile(join(folder, file), 'utf8')));
    return texts.map((text) => tidy(text)).join('\n\n');
  }
  const known = copyrights.find((one) => one.name.test(name));
  if (known === undefined)
    throw new Error(`${name} has no text of its licence: build/licence-texts.ts needs it`);
  const { path, from } = bodies[known.body];
  const body = await readFile(join(root, path), 'utf8');
  return `${known.copyright}\n\n${tidy(body.slice(body.indexOf(from)))}`;
}

function tidy(text: string): string {
  return text
    .replaceAll('\r', '')
    .replaceAll(/[ \t]+$/gm, '')
    .trim();
}
