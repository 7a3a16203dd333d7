import { dirname } from 'node:path';
import type { IForbiddenRuleType, ICruiseOptions } from 'dependency-cruiser';

/**
 * The rules of the architecture (CONTRIBUTING.md), which test/architecture.test.ts checks. Science modules
 * take bytes and return values. The renderer knows only the contract. Modules import only what this list
 * allows. No two folders import each other, directly or indirectly.
 */

/** Which modules of src-main each module may import. What is not listed is forbidden. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  // Science: values in, values out.
  imaging: ['contract'],
  annotation: ['contract', 'imaging'],
  engine: ['contract'],
  model: ['contract', 'engine', 'imaging'],
  losses: ['contract', 'engine', 'model'],
  inference: ['contract', 'engine', 'imaging', 'model'],
  metrics: ['contract', 'imaging'],
  training: ['contract', 'annotation', 'engine', 'imaging', 'inference', 'losses', 'metrics', 'model'],
  measure: ['contract', 'imaging'],
  formats: ['contract', 'imaging', 'measure'],
  'model-export': ['contract', 'engine', 'inference', 'model'],
  report: ['contract', 'imaging'],
  sample: ['contract', 'imaging', 'model'],
  // The application: files, processes, windows.
  project: ['contract', 'annotation', 'formats', 'imaging', 'model'],
  processes: ['contract'],
  tasks: [
    'contract',
    'annotation',
    'engine',
    'formats',
    'imaging',
    'inference',
    'measure',
    'metrics',
    'model',
    'model-export',
    'processes',
    'project',
    'report',
    'sample',
    'training',
  ],
  'processes/entries': ['contract', 'processes', 'project', 'tasks'],
  cli: ['contract', 'engine', 'measure', 'project', 'server', 'tasks'],
  host: ['contract', 'processes', 'processes/entries', 'project', 'tasks'],
  server: ['contract', 'host', 'processes', 'project'],
  shell: ['contract', 'cli', 'host', 'processes', 'project', 'server'],
  preload: ['contract', 'shell'],
};

/** The science modules. */
export const scienceModules = [
  'imaging',
  'annotation',
  'engine',
  'model',
  'losses',
  'inference',
  'metrics',
  'training',
  'measure',
  'formats',
  'model-export',
  'report',
  'sample',
];
const science = `^src-main/(${scienceModules.join('|')})/`;

/** The one file of the renderer that may import more than the contract: functions of cell shapes. */
const previewsCellEdits = '^src-renderer/state/preview-cell-edit\\.ts$';

export const forbidden: IForbiddenRuleType[] = [
  {
    name: 'no-cycles',
    severity: 'error',
    from: {},
    // Type imports count too: two files that use each other's types cannot be understood separately.
    to: { circular: true },
  },
  {
    name: 'science-uses-only-these-modules-of-node',
    severity: 'error',
    from: { path: science, pathNot: '^src-main/engine/' },
    to: { dependencyTypes: ['core'], pathNot: '^(node:)?(stream|timers/promises|zlib)$' },
  },
  {
    // An engine looks at the computer, and loads libraries that an installation may lack.
    name: 'engine-uses-only-these-modules-of-node',
    severity: 'error',
    from: { path: '^src-main/engine/' },
    to: { dependencyTypes: ['core'], pathNot: '^(node:)?(module|os|util)$' },
  },
  {
    name: 'science-knows-no-application',
    severity: 'error',
    from: { path: science },
    to: { path: `^src-renderer/|^src-main/(?!(${['contract', ...scienceModules].join('|')})/)` },
  },
  ...Object.entries(mayImport).map(([name, allowed]): IForbiddenRuleType => {
    const own = `^src-main/${name}/${name === 'processes' ? '(?!entries/)' : ''}`;
    // The entries are below `processes`, which may not import them.
    const others = [name, ...allowed].map((one) =>
      one === 'processes' ? 'processes/(?!entries/)' : `${one}/`,
    );
    return {
      name: `${name}-imports-only-what-it-may`,
      severity: 'error',
      from: { path: own },
      to: { path: `^src-main/(?!${others.join('|')})` },
    };
  }),
  {
    name: 'imaging-and-annotation-know-no-tensorflow',
    severity: 'error',
    from: { path: '^src-main/(imaging|annotation|metrics|measure|formats|report)/' },
    to: { path: '@tensorflow|onnxruntime|^src-main/(engine|model|losses|training|inference)/' },
  },
  {
    name: 'imaging-and-segmenting-load-no-tensorflow',
    severity: 'error',
    from: { path: '^src-main/processes/entries/(imaging|annotating|segmenting)\\.ts$' },
    to: { path: '@tensorflow/|onnxruntime', reachable: true },
  },
  {
    name: 'only-the-shell-knows-electron',
    severity: 'error',
    from: {
      path: '^src-',
      pathNot: '^src-main/(shell/|preload/|processes/(start-utility|utility-starters)\\.ts)',
    },
    to: { path: '^electron$|node_modules/electron/' },
  },
  {
    name: 'renderer-knows-only-the-contract',
    severity: 'error',
    from: { path: '^src-renderer/', pathNot: previewsCellEdits },
    to: { path: '^src-main/(?!contract/)' },
  },
  {
    // An edited outline shows before the host answers, so the page computes it with the host's own functions.
    name: 'previews-of-cell-edits-know-cell-shapes',
    severity: 'error',
    from: { path: previewsCellEdits },
    to: { path: '^src-main/(?!contract/|imaging/(cells|contours)/)' },
  },
  {
    name: 'previews-of-cell-edits-run-in-a-browser',
    severity: 'error',
    from: { path: previewsCellEdits },
    to: { path: '^node:|^(fs|path|zlib|buffer|worker_threads)$', reachable: true },
  },
  {
    name: 'only-the-renderer-knows-the-renderer',
    severity: 'error',
    from: { path: '^src-main/' },
    to: { path: '^src-renderer/' },
  },
  {
    name: 'only-imaging-reads-tiff',
    severity: 'error',
    from: { path: '^src-', pathNot: '^src-main/imaging/tiff/' },
    to: { path: 'node_modules/(geotiff|utif|@cornerstonejs)/' },
  },
  {
    name: 'model-never-asks-which-engine',
    severity: 'error',
    from: { path: '^src-main/(model|losses|training)/' },
    to: { path: 'onnxruntime|tfjs-node|tfjs-backend' },
  },
  {
    name: 'no-unresolvable',
    severity: 'error',
    from: {},
    to: {
      couldNotResolve: true,
      // A build creates the catalogues in `.wuchale`, so a new checkout lacks them. Compiled components
      // import `svelte/internal`, which the fixture of the test cannot find. The build makes `virtual:`
      // modules.
      pathNot:
        '^(electron|@tensorflow/tfjs-node-gpu|@tensorflow/tfjs-node|vite/client|virtual:host-sentences)$|^\\./\\.wuchale/|^svelte/internal/',
    },
  },
];

export const options: ICruiseOptions = {
  doNotFollow: { path: 'node_modules' },
  tsPreCompilationDeps: true,
  enhancedResolveOptions: {
    extensions: ['.ts', '.js', '.json', '.svelte'],
    exportsFields: ['exports'],
    conditionNames: ['svelte', 'import', 'node', 'default'],
  },
};

/** Folders that count as one with the folders in them: a file at their front lists what those contain. */
const wholeFolders = /^(src-main\/(contract|cli|host)|src-renderer\/viewer)\//;

/** The folder a source file counts to. */
export function folderOf(path: string): string {
  return wholeFolders.exec(path)?.[0].slice(0, -1) ?? dirname(path);
}

/**
 * Import cycles between folders: the shortest one from each folder.
 * @param imports from file to file
 */
export function folderCycles(imports: readonly (readonly [from: string, to: string])[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const [from, to] of imports) {
    const [here, there] = [folderOf(from), folderOf(to)];
    if (here !== there) next.set(here, (next.get(here) ?? new Set()).add(there));
  }
  const cycles = new Set<string>();
  for (const start of next.keys()) {
    const ways: string[][] = [[start]];
    const seen = new Set<string>();
    for (const way of ways) {
      for (const folder of next.get(way.at(-1)!) ?? []) {
        if (folder === start) {
          // A cycle starts with its first folder in the alphabet, so that each is listed once.
          const first = way.indexOf(way.toSorted()[0]!);
          const turned = [...way.slice(first), ...way.slice(0, first)];
          cycles.add([...turned, turned[0]].join(' -> '));
        } else if (!seen.has(folder)) {
          seen.add(folder);
          ways.push([...way, folder]);
        }
      }
    }
  }
  return [...cycles].sort();
}
