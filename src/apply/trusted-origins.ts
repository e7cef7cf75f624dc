import type { RegisteredApp } from '../app/app.ts';
import type { TrustedOrigin } from '../okta/trusted-origins.ts';
import { change, type Change } from '../app/change.ts';
import { sendOnce } from './send-once.ts';
import type { Session } from './session.ts';
import { mapConcurrently } from '../util/map-concurrently.ts';

/** Okta's limit on the name of a trusted origin. Source: Okta's trusted origins reference. */
const NAME_LENGTH = 255;

/**
 * The name of a trusted origin that runs of this app create. It carries the app's ID, so that the origin can go away with the app, and
 * one that somebody else made never does.
 */
function originName(app: RegisteredApp, origin: string): string {
  const suffix = ` (okta-oidc-app, ${app.id})`;
  return origin.slice(0, NAME_LENGTH - suffix.length) + suffix;
}

/** Whether runs of this app created the origin, so that they may give it up. */
export function isOwnOrigin(app: RegisteredApp, { name, origin }: TrustedOrigin): boolean {
  return name === originName(app, origin);
}

export interface OriginsPlan {
  create: string[];
  remove: TrustedOrigin[];
  /** Origins that go into the app's mark: those that its runs created, or are about to. */
  marked: string[];
  changes: Change[];
}

/**
 * Finds out which origins are to be trusted and which to be given up.
 *
 * @param app the app, or `undefined` where it is yet to be created
 * @param wanted the origins of the input; `undefined` leaves all as it is
 * @param marked the origins that the app's mark names
 */
export async function planOrigins(
  { okta, log }: Pick<Session, 'okta' | 'log'>,
  app: RegisteredApp | undefined,
  wanted: readonly string[] | undefined,
  marked: readonly string[],
): Promise<OriginsPlan> {
  if (wanted === undefined) return { create: [], remove: [], marked: [...marked], changes: [] };
  const dropped = marked.filter((origin) => !wanted.includes(origin));
  const found = await mapConcurrently([...wanted, ...dropped], okta.findTrustedOrigin);
  const isOwn = (origin: TrustedOrigin): boolean => app !== undefined && isOwnOrigin(app, origin);
  const there = found.filter((origin) => origin !== undefined);
  const held = new Map(there.map((origin) => [origin.origin, origin]));
  for (const origin of there) {
    if (
      !wanted.includes(origin.origin) ||
      (origin.active && ['CORS', 'REDIRECT'].every((scope) => origin.scopes.includes(scope)))
    )
      continue;
    log.warning(
      `The origin ${origin.origin} is registered in Okta as "${origin.name}", but not trusted for both CORS and redirects. It was left as it is: change it in the Admin Console (Security, API, Trusted Origins).`,
    );
  }
  const create = wanted.filter((origin) => !held.has(origin));
  const remove = dropped.flatMap((origin) => held.get(origin) ?? []).filter(isOwn);
  const kept = wanted.filter(
    (origin) => create.includes(origin) || there.some((held) => held.origin === origin && isOwn(held)),
  );
  const before = [...wanted.filter((origin) => held.has(origin)), ...remove.map(({ origin }) => origin)];
  const changes =
    create.length > 0 || remove.length > 0 ? [change('trusted-origins', before, [...wanted])] : [];
  return { create, remove, marked: kept, changes };
}

/** Carries the plan out. An origin that another run made meanwhile counts as made. */
export async function applyOrigins(
  session: Session,
  app: RegisteredApp,
  { create, remove }: Pick<OriginsPlan, 'create' | 'remove'>,
): Promise<void> {
  const { okta, record } = session;
  for (const origin of create) {
    await sendOnce(
      session,
      async () => {
        await okta.createTrustedOrigin(originName(app, origin), origin);
        return true;
      },
      async () => ((await okta.findTrustedOrigin(origin)) ? true : undefined),
    );
    record(`trusted the origin ${origin}`);
  }
  for (const origin of remove) await removeOrigin(session, origin);
}

/** Gives up those of the marked origins that runs of this app created. */
export async function removeOwnOrigins(
  session: Pick<Session, 'okta' | 'record'>,
  app: RegisteredApp,
  marked: readonly string[],
): Promise<void> {
  const found = await mapConcurrently(marked, session.okta.findTrustedOrigin);
  for (const origin of found) {
    if (origin && isOwnOrigin(app, origin)) await removeOrigin(session, origin);
  }
}

async function removeOrigin(
  { okta, record }: Pick<Session, 'okta' | 'record'>,
  origin: TrustedOrigin,
): Promise<void> {
  await okta.deleteTrustedOrigin(origin);
  record(`stopped trusting the origin ${origin.origin}`);
}
