import { clientIdOf, isCatalogApp, type RegisteredApp } from '../../app/app.ts';
import { clientIdIn } from '../../app/client-id.ts';
import { sameLabel } from '../../app/label.ts';
import { isMadeBy, toldApart } from '../../app/match.ts';
import { markOf } from '../../app/ownership/mark.ts';
import { ownerName, type Owner } from '../../app/ownership/owner.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { OktaError, UNREADABLE, ifThere } from '../../okta/http/errors.ts';
import { TransientFailure } from '../../okta/http/transport.ts';
import { isRefusal, waitToRepeat } from '../../session/send-once.ts';
import type { Session } from '../../session/session.ts';
import { ActionError } from '../../util/errors.ts';
import { isObject, textOf, type JsonObject } from '../../util/json.ts';

/**
 * Creates an app exactly once. Okta lets any number of apps have the same label, and takes a client ID once (documented as unique): if one
 * is sent, it is the lock. The words of Okta's refusal of the second of two are unknown. It may take a moment until an ID is free again, or
 * a list shows a new app. So every refusal leads to a look for the holder of the ID, and the words only decide how long to look.
 */

/**
 * `own`: this run made the app. `lost`: it exists after an answer that got lost, and is marked as this run would have marked it; or it is
 * not active (documented of creates at the same time). `found`: somebody else has made it meanwhile.
 */
export interface Creation {
  kind: 'own' | 'lost' | 'found';
  app: RegisteredApp;
}

/** How the app is named and shown. */
type Named = Pick<Inputs, 'maskClientId'>;

/** Milliseconds to look by name for the holder of a client ID that Okta says is taken. */
const HOLDER_MS = 10_000;
/** Milliseconds until a client ID is free again at the latest, after its app was deleted. */
const FREE_MS = 30_000;
/** Milliseconds between two looks, or two attempts; the first look again is sooner. */
const PAUSE_MS = 1000;
const FIRST_PAUSE_MS = 500;
/** Milliseconds after which a list shows a new app, if no client ID keeps a second attempt from making another one. */
const LOST_MS = 10_000;

/**
 * Creates the app.
 *
 * @param body the app to create
 * @throws {ActionError} if Okta refuses it, or an app of another name has its client ID
 */
export async function createApp(
  session: Session,
  body: JsonObject,
  owner: Owner,
  named: Named,
): Promise<Creation> {
  const { deadline, record } = session;
  const label = textOf(body['label']);
  const clientId = clientIdIn(body);
  const isOurs = (app: RegisteredApp): boolean =>
    isMadeBy(owner, app) || (owner.repository === '' && !markOf(app).owner);
  const isMeant = (app: RegisteredApp): boolean =>
    clientId === undefined ? isOurs(app) : clientIdOf(app) === clientId;
  let end: number | undefined;
  for (let attempts = 1; ; attempts += 1) {
    try {
      const app = await send(session, body);
      record(`created the app "${label}"`, true);
      await refuseOtherLabel(session, app, label);
      if (clientId === undefined) await refuseCompany(session, app, owner, named);
      return { kind: app.active ? 'own' : 'lost', app };
    } catch (error) {
      const refusal = refusalIn(error);
      if (clientId === undefined || !refusal) {
        const isLost = !isRefusal(error);
        await waitToRepeat(session, error, attempts, isLost && clientId === undefined ? LOST_MS : 0);
        const app = isLost ? (await session.okta.findApps(label)).find(isMeant) : undefined;
        if (!app) continue;
        if (clientId === undefined) await refuseCompany(session, app, owner, named);
        return { kind: isOurs(app) ? 'lost' : 'found', app };
      }
      const subject = subjectOf(refusal, body);
      const app = await findHolder(session, label, clientId, subject, named);
      if (app) return { kind: 'found', app };
      if (subject === 'something else') throw refusal;
      end ??= deadline.clock.now() + FREE_MS;
      if (deadline.clock.now() + PAUSE_MS > end) throw notFound(label, refusal);
      await deadline.wait(PAUSE_MS, `Okta may take the client ID of the app "${label}" again soon`);
    }
  }
}

async function send({ okta }: Session, body: JsonObject): Promise<RegisteredApp> {
  try {
    return await okta.createApp(body);
  } catch (error) {
    // An app of Okta's network may take no `profile` (unknown): the mark is then the sentence in its notes.
    const isAboutProfile = error instanceof OktaError && error.status === 400 && /profile/i.test(error.text);
    if (!isAboutProfile || body['name'] === 'oidc_client') throw error;
    const { profile: _, ...withoutProfile } = body;
    return okta.createApp(withoutProfile);
  }
}

/** Okta's refusal that may mean that the client ID is taken: a 400, or a 409, which is otherwise a conflict that passes. */
function refusalIn(error: unknown): OktaError | undefined {
  const failure = error instanceof TransientFailure ? error.failure : error;
  return failure instanceof OktaError && [400, 409].includes(failure.status) ? failure : undefined;
}

/**
 * Makes sure that no app of another name has the client ID of an app that would be created: a dry run is not to say `created` of one that
 * was renamed.
 *
 * @throws {ActionError} if one has it
 */
export async function refuseHeldId(
  { okta }: Pick<Session, 'okta'>,
  body: JsonObject,
  named: Named,
): Promise<void> {
  const label = textOf(body['label']);
  const clientId = clientIdIn(body);
  if (clientId === undefined) return;
  const [app] = await okta.customApps((each) => clientIdOf(each) === clientId);
  if (app && !sameLabel(app.label, label)) throw heldByOther(label, app, named);
}

/**
 * Looks for the app that has a client ID: by its name, again soon, then among all apps, and by its name for a while if Okta's words may mean
 * the client ID.
 *
 * @returns the app of the same name, read by its ID; `undefined` if nobody seems to have the client ID
 * @throws {ActionError} if an app of another name has it
 */
async function findHolder(
  { okta, deadline }: Pick<Session, 'okta' | 'deadline'>,
  label: string,
  clientId: string,
  subject: Subject,
  named: Named,
): Promise<RegisteredApp | undefined> {
  const isHolder = (app: RegisteredApp): boolean => clientIdOf(app) === clientId;
  const byName = async (): Promise<RegisteredApp | undefined> => {
    const app = (await okta.findApps(label)).find(isHolder);
    return app && ifThere(() => okta.getApp(app.id));
  };
  const wait = (milliseconds: number): Promise<void> =>
    deadline.wait(milliseconds, `Another run may be creating the app "${label}"`);
  const end = deadline.clock.now() + HOLDER_MS;
  const first = await byName();
  if (first) return first;
  await wait(FIRST_PAUSE_MS);
  const second = await byName();
  if (second) return second;
  const [other] = await okta.customApps(isHolder);
  if (other && !sameLabel(other.label, label)) throw heldByOther(label, other, named);
  if (other) return other;
  while (subject === 'client ID' && deadline.clock.now() + PAUSE_MS <= end) {
    await wait(PAUSE_MS);
    const app = await byName();
    if (app) return app;
  }
  return undefined;
}

/** What a refusal is about, as far as Okta's words say so. */
type Subject = 'client ID' | 'something else' | 'unknown';

/** The true words for a client ID that is taken are not known. Those that name another property that was sent, or a quota, are no such. */
function subjectOf({ status, code, text }: OktaError, body: JsonObject): Subject {
  if (code === UNREADABLE) return 'something else';
  if (/client[ _-]?id/i.test(text)) return 'client ID';
  const words = new Set(text.match(/[A-Za-z]\w*/g) ?? []);
  if (/maximum|limit|quota/i.test(text) || propertiesOf(body).some((name) => words.has(name)))
    return 'something else';
  return status === 409 || /already|exist|unique|in use/i.test(text) ? 'client ID' : 'unknown';
}

/** The names of the properties in a body, except words that a sentence may have by chance, and those in the profile, which are the user's own. */
function propertiesOf(body: JsonObject): string[] {
  return Object.entries(body).flatMap(([name, value]): string[] => {
    if (name === 'profile') return [];
    if (isObject(value)) return propertiesOf(value);
    return name === 'label' || /[A-Z_]/.test(name) ? [name] : [];
  });
}

function notFound(label: string, refusal: OktaError): ActionError {
  return new ActionError(
    `Cannot create the app "${label}"`,
    `${refusal.why}; no app with its client ID was found`,
    `If the words mean the client ID, an app that this run's credential does not see may have it: choose another one as "client-id", or "client-id: okta". Otherwise change the inputs accordingly.`,
  );
}

function heldByOther(label: string, app: RegisteredApp, { maskClientId }: Named): ActionError {
  const { owner } = markOf(app);
  const whose = owner ? `it belongs to ${ownerName(owner)}` : 'it carries no mark of a repository';
  return new ActionError(
    `Cannot create the app "${label}"`,
    `the app "${app.label}" has its client ID (${toldApart([app], maskClientId)}); ${whose}`,
    `If that app was renamed, rename it back, or name it by "app-id", with "name" for the new name. If "${label}" is to be another app, give it a "client-id" of its own.`,
  );
}

/** The next run would not find the app by its name, and without a client ID as a lock it would create another one. */
async function refuseOtherLabel({ okta }: Session, app: RegisteredApp, label: string): Promise<void> {
  if (sameLabel(app.label, label)) return;
  await okta.deactivateApp(app);
  await okta.deleteApp(app);
  throw new ActionError(
    `Cannot create the app "${label}"`,
    `Okta keeps the name as "${app.label}", by which the next run would not find it; the new app was deleted again`,
    'Choose a "name" that Okta keeps as it is.',
  );
}

/** Without a client ID as a lock, another run may have created the app at the same time: nobody could say which is meant. */
async function refuseCompany(
  { okta }: Session,
  app: RegisteredApp,
  owner: Owner,
  { maskClientId }: Named,
): Promise<void> {
  if (owner.repository === '') return;
  const others = (await okta.findApps(app.label)).filter(
    (other) => other.id !== app.id && isMadeBy(owner, other),
  );
  if (others.length === 0) return;
  const kind = isCatalogApp(app)
    ? 'an app of the Okta Integration Network'
    : 'an app without a client ID of its own';
  throw new ActionError(
    `Cannot create the app "${app.label}"`,
    `another run created one of that name at the same time, and ${kind} has nothing that prevents it: ${toldApart([app, ...others], maskClientId)}`,
    'Delete all of them but one, or give the ID of the right one as "app-id". Let such runs take turns with "concurrency".',
  );
}
