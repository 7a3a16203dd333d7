import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** What may be longer than a line: addresses, texts, patterns, and one attribute of a component. */
const unbreakable = {
  ignoreUrls: true,
  ignoreStrings: true,
  ignoreTemplateLiterals: true,
  ignoreRegExpLiterals: true,
  ignorePattern: '^\\s*[\\w-]+="[^"]*"$',
};

/**
 * Loops over pixels, which may write `data[i]!`. A checked read makes them slower, by the share beside them
 * (docs/decisions/11). Everything else reads an element with a function of contract/elements.ts.
 */
const pixelLoops = [
  // Candidates by graph cut: 18 to 22 %.
  'src-main/annotation/{foreground-candidates,partition-foreground,rank-candidates}.ts',
  'src-main/annotation/foreground/*.ts',
  // Locations: 11 to 22 %.
  'src-main/annotation/{estimate-nucleus-sigma,find-locations,padded-bands}.ts',
  'src-main/annotation/locations/{difference-of-gaussians,local-maxima,noise-level,saddles}.ts',
  // Label images: 6 to 12 %. Contours: 29 %.
  'src-main/imaging/label/{areas,connected-runs,cut-labels,keep-cells,label-runs-builder}.ts',
  'src-main/imaging/label/{number-instances,relabel}.ts',
  'src-main/imaging/contours/{fill-rings,follow-rings,outline-cells,ring-area}.ts',
  'src-renderer/viewer/{contour-vertices,contour-index}.ts',
  // Morphology: 19 %. Watershed: 15 to 31 %.
  'src-main/imaging/morphology/{distance-transform,erode,sweep-disc}.ts',
  'src-main/imaging/watershed/*.ts',
  // Files: 9 to 20 %.
  'src-main/imaging/png/{open-png,unfilter-row}.ts',
  'src-main/imaging/tiff/{decode-lzw,decode-packbits,decode-samples,decompress-block}.ts',
  'src-main/imaging/{tiff/read-page,unusable-pixels}.ts',
  // Not measured each: the same kind of loop over the pixels of whole images.
  'src-main/imaging/filters/{correlate-lines,gradient-magnitude}.ts',
  'src-main/imaging/intensity/*.ts',
  'src-main/imaging/padding/{band-filler,border-regions,fill-padding,find-padding,is-blank}.ts',
  'src-main/imaging/padding/{sampled-padding,values-beside}.ts',
  'src-main/imaging/resample/{block-means,resize-plane}.ts',
  'src-main/engine/onnx/layout.ts',
  'src-main/model/{prepare-image,prepare-in-strips,image-look}.ts',
  'src-main/training/{augment-intensity,crop-tensors,draw-crop}.ts',
  'src-main/inference/{find-cell-size,finish-cells,found-cell,outline-contrasts,paint-cells}.ts',
  'src-main/inference/{predict-tile,segment-image,segment-in-bands}.ts',
  // Generating sample images: 6 %.
  'src-main/sample/{grow-territories,render-look,render-membrane,render-nuclei,smooth-noise}.ts',
  'src-main/sample/{take-micrograph,without-fragments}.ts',
];

export default tseslint.config(
  { ignores: ['node_modules/', 'out/', 'dist/', 'coverage/', 'demo/', '**/.wuchale/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      // The formatter's width, for comments too. Texts that cannot be broken stay whole.
      'max-len': ['error', { code: 110, ...unbreakable }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      // State holds maps and sets that are replaced whole ($state.raw), never changed in place.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['**/*.ts', '**/*.svelte'], rules: { 'no-undef': 'off' } },
  {
    files: ['**/*.ts', '**/*.svelte'],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['src-main/**/*.ts', 'src-renderer/**/*.ts', 'src-renderer/**/*.svelte'],
    ignores: pixelLoops,
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TSNonNullExpression > MemberExpression[computed=true]',
          message: 'Read the element with a function of contract/elements.ts, which checks that it is there.',
        },
      ],
    },
  },
  { files: ['test/bench/**', 'build/**'], rules: { 'no-console': 'off' } },
);
