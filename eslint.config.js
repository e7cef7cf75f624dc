import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The layers of `src`, lowest first: its folders, and the files that are in none. CONTRIBUTING.md has the picture, and says what is in
 * each. A file imports from its own folder and from the layers below it, never from beside or above.
 */
const LAYERS = [
  ['util/'],
  ['github/'],
  ['app/'],
  ['okta/'],
  ['inputs/'],
  ['session/'],
  ['resources/'],
  ['apply/', 'report/'],
  ['world.ts'],
  ['main.ts', 'end-job.ts', 'sweep/'],
  ['bundle.ts'],
  ['index.ts', 'sweep.ts', 'post.ts'],
];

const OKTA_SDK = '@okta/okta-sdk-nodejs/';

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
  ...LAYERS.flat().map((room) => downwardOnly(room, [...besideAndAbove(room), escaped(OKTA_SDK)])),
  downwardOnly('okta/http/sdk.ts', besideAndAbove('okta/')),
  staysInside(['emulator/src/**', 'emulator/__tests__/*.ts'], 2),
  staysInside(['emulator/__tests__/*/**'], 3),
);

/** All that a folder or file must not import, as expressions for how it would name it, from whatever depth. */
function besideAndAbove(room) {
  const layer = LAYERS.findIndex((rooms) => rooms.includes(room));
  const others = LAYERS.slice(layer).flat();
  const start = room.endsWith('/') ? '(\\.\\./)+' : '\\./';
  return others.filter((other) => other !== room).map((other) => `${start}${escaped(other)}`);
}

function escaped(text) {
  return text.replaceAll('.', '\\.');
}

/** A folder or file of `src` imports nothing that starts as one of these expressions says. */
function downwardOnly(room, forbidden) {
  const message =
    'Imports run downward only, and only okta/http/sdk.ts knows the SDK: see the layers in CONTRIBUTING.md.';
  return withoutImports(
    [room.endsWith('/') ? `src/${room}**` : `src/${room}`],
    `^(${forbidden.join('|')})`,
    message,
  );
}

/** The emulator is a package of its own: from its files, so many levels up are outside it. */
function staysInside(files, levels) {
  const message = 'The emulator is a package of its own: it imports nothing from outside its folder.';
  return withoutImports(files, `^(\\.\\./){${levels}}`, message);
}

/** Forbids imports of any form: of values, of types, and by `import()`. */
function withoutImports(files, pattern, message) {
  const selector = `[source.value=/${pattern.replaceAll('/', '\\/')}/]`;
  return { files, rules: { 'no-restricted-syntax': ['error', { selector, message }] } };
}
