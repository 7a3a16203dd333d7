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
 * Loops over pixels. A checked read made them up to 30 % slower (docs/decisions/11), so they may write
 * `data[i]!`. Everything else reads an element with a function of contract/elements.ts.
 */
const pixelLoops = [
  'src-main/annotation/**',
  'src-main/imaging/{contours,filters,intensity,label,morphology,padding,png,resample,watershed}/**',
  'src-main/imaging/tiff/{read-page,decode-*,decompress-block}.ts',
  'src-main/imaging/unusable-pixels.ts',
  'src-main/inference/**',
  'src-main/model/{prepare-*,image-look}.ts',
  'src-main/training/{augment-intensity,crop-tensors,draw-crop,location-targets}.ts',
  'src-main/sample/**',
  'src-main/engine/onnx/layout.ts',
  'src-renderer/viewer/{contour-vertices,contour-index}.ts',
  'src-renderer/viewer/gl/{point-painter,contour-painter}.ts',
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
