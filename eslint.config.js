import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', '**/lib', 'coverage', '**/*.js', '**/*.mjs', '**/*.cjs'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: '__tests__/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allow: ['URL', 'URLSearchParams'] },
      ],
      // The interfaces here are records of functions, not classes: nothing reads `this`.
      '@typescript-eslint/unbound-method': 'off',
      // `problem` says that it gives nothing, so that a reader can return it; the rule takes that for a mistake, and its fix breaks code.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'off',
    },
  },
  staysInside(['emulator/src/**', 'emulator/__tests__/*.ts'], 2),
  staysInside(['emulator/__tests__/*/**'], 3),
);

/** The emulator is a package of its own: from its files, so many levels up are outside it. */
function staysInside(files, levels) {
  const message = 'The emulator is a package of its own: it imports nothing from outside its folder.';
  const patterns = [{ regex: `^(\\.\\./){${levels}}`, message }];
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}
