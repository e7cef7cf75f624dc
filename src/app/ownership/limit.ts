import { PATHS, listAt, type RegisteredApp } from '../app.ts';
import { APP_LISTS } from './claims.ts';

/** Okta refuses an app whose URIs are longer together (documented for sign-out URIs, seen for both). */
const LONGEST_TOGETHER = 65_535;
const NEAR_LIMIT = 0.8;

/** What to say of a shared app if the URIs of one of its lists come near Okta's limit on their length together. */
export function limitWarning(app: RegisteredApp): string | undefined {
  const lengthOf = (list: (typeof APP_LISTS)[number]): number => listAt(app, PATHS[list]).join('\n').length;
  const list = APP_LISTS.find((each) => lengthOf(each) > LONGEST_TOGETHER * NEAR_LIMIT);
  if (!list) return undefined;
  const used = Math.round((100 * lengthOf(list)) / LONGEST_TOGETHER);
  return `The ${list} of the shared app "${app.label}" take up ${used} % of the ${LONGEST_TOGETHER} characters that Okta allows them together. Remove what is no longer needed: the sweep action removes what closed pull requests left.`;
}
