import { change, type Change } from '../app/change.ts';
import { isMadeBy } from '../app/match.ts';
import { markOf, type Mark } from '../app/ownership/mark.ts';
import type { TrustedOrigin } from '../okta/trusted-origins.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';
import {
  findListed,
  isLastOf,
  isOurs,
  lists,
  originsOf,
  releaseOrigins,
  trustOrigin,
} from './origin-listing.ts';
import { exportedList, resource, type Target } from './resource.ts';

/** The origins that Okta trusts for an app. They belong to the org, and several apps may list one. */

/** What Okta holds at the address of each origin that the inputs or the app's mark name. */
type Held = ReadonlyMap<string, TrustedOrigin | undefined>;

interface Plan {
  /** Origins that Okta is to trust, and whose names are to list the app. */
  trust: readonly string[];
  /** Origins that the app no longer lists. */
  release: readonly TrustedOrigin[];
  /** Origins that runs created, or are about to, and that the inputs list. */
  marked: readonly string[];
  /** What the mark remembers while the plan is carried out. */
  before: string[];
  changes: readonly Change[];
}

export const trustedOrigins = resource<readonly string[], Held, Plan>({
  name: 'trusted-origins',
  after: [],
  scopes: ({ trustedOrigins: origins = [] }) =>
    origins.length > 0
      ? { read: ['okta.trustedOrigins.read'], manage: ['okta.trustedOrigins.manage'] }
      : undefined,
  resolve: (_, { trustedOrigins: wanted }) => wanted && Promise.resolve(wanted),
  read: async ({ okta, log }, wanted, app) => {
    const remembered = app ? dropped(markOf(app), wanted) : [];
    const found = await mapConcurrently(
      [...wanted, ...remembered],
      async (origin) => [origin, await okta.findTrustedOrigin(origin)] as const,
    );
    for (const [origin, held] of found) {
      const isTrusted = held?.active && ['CORS', 'REDIRECT'].every((scope) => held.scopes.includes(scope));
      if (!wanted.includes(origin) || !held || isTrusted) continue;
      log.warning(
        `The origin ${held.origin} is registered in Okta as "${held.name}", but not trusted for both CORS and redirects. It was left as it is: change it in the Admin Console (Security, API, Trusted Origins).`,
      );
    }
    return new Map(found);
  },
  plan: planOrigins,
  apply: async (session, app, { release, trust, marked }, isWritten) => {
    const { owner } = markOf(app);
    await releaseOrigins(session, app, release, (current) =>
      owner && isMadeBy(owner, current) ? dropped(markOf(current), marked) : [],
    );
    // Another run may have given one up since this one read it. It no longer does, now that the app's mark names it.
    const trusted = isWritten ? marked : trust;
    for (const origin of trusted) await trustOrigin(session, app, origin);
    // Another run may have deleted or replaced the app meanwhile, after it had looked for what names the app.
    if (trusted.length > 0) await session.okta.getApp(app.id);
  },
  remember: ({ before }) => ({ trustedOrigins: before }),
  forget: (_session, _app, { before, marked }) =>
    Promise.resolve(
      before.length === marked.length
        ? undefined
        : ({ trustedOrigins: held }) => ({
            trustedOrigins: held.filter((origin) => !before.includes(origin) || marked.includes(origin)),
          }),
    ),
  references: async (session, app, mark) => {
    const origins = originsOf(mark);
    if (origins.length === 0) return undefined;
    const listed = await findListed(session, app, origins);
    return {
      remove: async () => {
        await releaseOrigins(session, app, listed);
      },
      restore: async (current) => {
        const remembered = originsOf(markOf(current));
        for (const { origin } of listed)
          if (remembered.includes(origin)) await trustOrigin(session, current, origin);
      },
    };
  },
  exported: [
    {
      input: 'trusted-origins',
      what: 'the trusted origins',
      read: (_, app) => Promise.resolve(exportedList(markOf(app).trustedOrigins, 'uris')),
    },
  ],
});

/** The origins that runs asked Okta to trust, and that neither the inputs list nor others claim. */
function dropped(mark: Mark, wanted: readonly string[]): string[] {
  const isClaimed = (origin: string): boolean =>
    mark.claims.some(({ list, uri }) => list === 'trusted-origins' && uri === origin);
  return mark.trustedOrigins.filter((origin) => !wanted.includes(origin) && !isClaimed(origin));
}

function planOrigins(wanted: readonly string[], held: Held, { app, memory }: Target): Plan {
  const create = wanted.filter((origin) => !held.get(origin));
  const marked = wanted.filter((origin) => isOurs(held.get(origin)));
  const release = (app ? dropped(markOf(app), wanted) : [])
    .flatMap((origin) => held.get(origin) ?? [])
    .filter((origin) => lists(app, origin));
  const gone = app ? release.filter((origin) => isLastOf(app, origin)) : [];
  const from = [...wanted.filter((origin) => held.get(origin)), ...gone.map(({ origin }) => origin)];
  return {
    trust: marked.filter((origin) => !lists(app, held.get(origin))),
    release,
    marked,
    before: [...new Set([...memory.trustedOrigins, ...marked])],
    changes: create.length + gone.length > 0 ? [change('trusted-origins', from, [...wanted])] : [],
  };
}
