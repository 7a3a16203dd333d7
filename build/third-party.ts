import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** What `package-lock.json` says of one package. */
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
export type Lock = z.infer<typeof lockSchema>;

/** Licences that allow use, change and distribution, and only require their text. */
const permissive = new Set([
  ...['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC0-1.0'],
  ...['ISC', 'MIT', 'Python-2.0', 'WTFPL', 'Zlib'],
]);

/** Packages under other licences: none of them is part of the program or of its page. */
const onlyInBuild: readonly { name: RegExp; licence: string; reason: string }[] = [
  {
    name: /^lightningcss(-|$)/,
    licence: 'MPL-2.0',
    reason: 'a part of vite, makes the page’s styles smaller',
  },
  { name: /^@resvg\/resvg-js(-|$)/, licence: 'MPL-2.0', reason: 'draws the icon' },
  { name: /^@shockpkg\/icon-encoder$/, licence: 'MPL-2.0', reason: 'writes the icon’s files' },
  { name: /^(@axe-core\/playwright|axe-core)$/, licence: 'MPL-2.0', reason: 'tests accessibility' },
  { name: /^caniuse-lite$/, licence: 'CC-BY-4.0', reason: 'a table of browsers, for build tools' },
];

/** Licences that the lock file lacks, as read in the package itself. */
const readInPackage: Record<string, string> = { 'svelte-toolbelt': 'MIT' };

/** What each install script does. */
const installScripts: Record<string, string> = {
  '@tensorflow/tfjs-node-gpu': 'Downloads libtensorflow, for NVIDIA GPUs. Run by hand (docs/engines.md).',
  'core-js': 'Prints a request for donations. A part of tfjs-node-gpu.',
  'electron-winstaller': 'Chooses the copy of 7-Zip for this processor. Only for packages.',
  esbuild: 'Checks that the program for this system is there. Only for builds and tests.',
  'onnxruntime-node': 'Would download a CUDA provider.',
  protobufjs: 'Warns of version numbers in a `package.json`. A part of onnx-proto.',
};

interface Package {
  name: string;
  version: string;
  licence: string;
  isDev: boolean;
}

/** @throws if the file is no lock file of npm */
export async function readLock(path: string): Promise<Lock> {
  return lockSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}

/**
 * The page of all packages, their licences and their install scripts, as Markdown.
 * @throws Error that lists packages with an unknown licence, or one that is not permissive, and install
 * scripts without a reason
 */
export function thirdPartyPage(lock: Lock): string {
  const packages = listPackages(lock);
  const faults = packages.flatMap((one) => faultOf(one) ?? []);
  const scripts = Object.entries(lock.packages).filter(
    ([, { hasInstallScript }]) => hasInstallScript === true,
  );
  const names = scripts.map(([path]) => nameOf(path));
  for (const name of names)
    if (installScripts[name] === undefined) faults.push(`${name}: its install script has no reason`);
  if (faults.length > 0) throw new Error(`Not allowed without a decision:\n${faults.join('\n')}`);
  const table = (rows: readonly Package[]): string[] => [
    '| package | version | licence |',
    '|---|---|---|',
    ...rows.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`),
  ];
  return [
    '# Packages of others',
    '',
    '`npm run licences` writes this page from `package-lock.json`. It fails if a package has no licence, one that',
    'is not permissive, or an install script without a reason here.',
    '',
    'It also writes `licences.txt`: the licence texts of all packages whose code is in the program, its page or its',
    'guide. The file ships with the program. The Help menu of the window opens it.',
    '',
    '## Install scripts',
    '',
    'None of them runs: `.npmrc` turns install scripts off.',
    '',
    '| package | what it would do |',
    '|---|---|',
    ...[...new Set(names)].sort().map((name) => `| ${name} | ${installScripts[name]} |`),
    '',
    '## Not permissive, only for builds and tests',
    '',
    '| package | licence | what for |',
    '|---|---|---|',
    ...packages.flatMap(({ name, licence }) => {
      const known = permits(licence) ? undefined : onlyInBuild.find((one) => one.name.test(name));
      return known === undefined ? [] : [`| ${name} | ${licence} | ${known.reason} |`];
    }),
    '',
    '## In the program',
    '',
    ...table(packages.filter(({ isDev }) => !isDev)),
    '',
    '## For builds and tests',
    '',
    'The page of the window and the guide include code of some of them (svelte, bits-ui, vue and others). Each build',
    'fails if `licences.txt` lacks one of these.',
    '',
    ...table(packages.filter(({ isDev }) => isDev)),
    '',
  ].join('\n');
}

/** Every package and version once, by name. */
function listPackages(lock: Lock): Package[] {
  const found = new Map<string, Package>();
  for (const [path, { version = '', license, dev = false, link = false }] of Object.entries(lock.packages)) {
    if (path === '' || link) continue;
    const name = nameOf(path);
    const key = `${name}@${version}`;
    const isDev = dev && (found.get(key)?.isDev ?? true);
    found.set(key, { name, version, licence: license ?? readInPackage[name] ?? 'unknown', isDev });
  }
  const order = ({ name, version }: Package): string => `${name} ${version}`;
  return [...found.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** The name of the package in a folder of `node_modules`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function faultOf({ name, version, licence, isDev }: Package): string | null {
  if (permits(licence)) return null;
  const isKnown = onlyInBuild.some((one) => one.name.test(name) && one.licence === licence);
  return isKnown && isDev ? null : `${name} ${version}: ${licence}`;
}

/** Whether an SPDX expression leaves a permissive choice. AND binds more strongly than OR. */
function permits(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => permissive.has(licence)));
}
