import js from '@eslint/js'
import globals from 'globals'

export default [
  { ignores: ['node_modules/', '.venv/', 'build/', '**/*.d.ts'] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      curly: ['error', 'multi-line'],
      eqeqeq: 'error',
      'no-implicit-coercion': ['error', { boolean: true, number: true, string: true, allow: ['!!'] }],
      'no-shadow': ['error', { builtinGlobals: false }],
      'no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      'no-use-before-define': ['error', { functions: false, variables: false }],
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      'prefer-template': 'off',
    },
  },
  { files: ['pages/**/*.js'], languageOptions: { globals: globals.browser } },
  { files: ['tests/**/*.js', 'eslint.config.js'], languageOptions: { globals: globals.nodeBuiltin } },
]
