import type { IForbiddenRuleType, ICruiseOptions } from 'dependency-cruiser';

/**
 * The two laws of the house (CONTRIBUTING.md), read by test/architecture.test.ts.
 * Science rooms: bytes in, values out. The renderer knows only the contract.
 */
const science =
  '^src-main/(imaging|annotation|engine|model|losses|training|inference|metrics|measure|formats|model-export|report|sample)/';

export const forbidden: IForbiddenRuleType[] = [
  {
    name: 'no-cycles',
    severity: 'error',
    from: {},
    // Types too: two files that know each other are one, whatever remains of it when the program runs.
    to: { circular: true },
  },
  {
    name: 'science-knows-no-electron-and-no-file-system',
    severity: 'error',
    from: { path: science },
    to: {
      path: '^(electron|fs|node:fs|fs/promises|node:fs/promises|child_process|node:child_process|http|node:http|net|node:net)$',
    },
  },
  {
    name: 'science-knows-no-application',
    severity: 'error',
    from: { path: science },
    to: { path: '^src-main/(shell|server|host|project|processes|tasks|preload|cli|index)|^src-renderer/' },
  },
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
    from: { path: '^src-', pathNot: '^src-main/(shell|preload)/' },
    to: { path: '^electron$|node_modules/electron/' },
  },
  {
    name: 'renderer-knows-only-the-contract',
    severity: 'error',
    from: { path: '^src-renderer/' },
    to: { path: '^src-main/(?!contract/)' },
  },
  {
    name: 'contract-imports-nothing-of-ours',
    severity: 'error',
    from: { path: '^src-main/contract/' },
    to: { path: '^src-(main/(?!contract/)|renderer/)' },
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
      pathNot: '^(electron|@tensorflow/tfjs-node-gpu|@tensorflow/tfjs-node|vite/client)$',
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
