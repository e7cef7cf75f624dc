import type { RegisteredApp } from '../../app/app.ts';
import { updateResult, type Result } from '../../app/change.ts';
import { asIgnored } from '../../app/ignored.ts';
import { isContradicted } from '../../app/ownership/claims.ts';
import type { Owner } from '../../app/ownership/owner.ts';
import { allOf } from '../../resources/resources.ts';
import type { Session } from '../../session/session.ts';
import { confirmed, write } from '../../session/write.ts';
import type { Found } from '../find-app.ts';
import type { Afterwards, PresentPlan } from './present-plan.ts';
import type { SignInCheck } from '../sign-in/verify-sign-in.ts';
import { appObject, isOpenToOthers } from '../update-app.ts';

/** What an app is to become, and whose it is. */
export interface Goal {
  owner: Owner;
  plan(current: RegisteredApp, afterwards?: Afterwards): PresentPlan;
}

/**
 * Brings an app to its plan: first its object, which names the owner and remembers what is to come; then, while others' writes to the
 * object show, all that belongs to it; last, what can be forgotten by then.
 *
 * @throws {ActionError} if somebody else wants the opposite, or what belongs to the app cannot be had
 */
export async function converge(
  session: Session,
  { app, readAt }: Found,
  { owner, plan }: Goal,
  signIn: Pick<SignInCheck, 'begin'>,
): Promise<Result> {
  const name = `the app "${app.label}"`;
  const isOpen = isOpenToOthers(app, owner);
  const common = { name, isOpen, contradicts: isContradicted };
  const object = appObject<PresentPlan>(session, app, { ...common, plan, done: `updated ${name}` });
  const sent = await write(session, object, { item: app, readAt });
  const { resources, activate } = sent.plan;
  if (activate) await activateApp(session, sent.item);
  if (sent.isWritten || activate) signIn.begin(sent.item, true);
  const confirming = confirmed(session, object, sent);
  const applying = resources.apply(sent.item, sent.isWritten);
  await allOf<unknown>([confirming, applying]);
  const belonging = await applying;
  // What another run has removed, and may be about to forget, is to be remembered all the same.
  const written = resources.isAtRisk
    ? await confirmed(session, object, { ...(await confirming), isWritten: true, isTaken: false })
    : await confirming;

  const { ignored } = written;
  const lost = ignored?.changes.filter(({ field }) => field !== 'status') ?? [];
  const forget = await resources.forget(written.item, written.isWritten);
  const afterwards: Afterwards = { ignored: asIgnored(ignored?.asked ?? []), forget };
  const noted = await note(session, written.item, (current) => plan(current, afterwards));
  const fields = lost.map(({ field }) => field);
  tellIgnored(session, app, [...written.plan.ignored, ...fields]);
  const done = written.changes.filter(({ field }) => !fields.includes(field));
  const isInVain = done.length === 0 && written.changes.length > 0;
  const isWritten = (written.isWritten && !isInVain) || noted !== written.item;
  return updateResult(noted, [...done, ...belonging], isWritten);
}

/**
 * Notes in an app's mark what Okta ignored, so that later runs do not send it again, and drops what need not be remembered any more. Nobody
 * waits for that to last: if some of it gets lost, the next run that writes notes it.
 */
export async function note(
  session: Session,
  app: RegisteredApp,
  plan: (current: RegisteredApp) => Pick<PresentPlan, 'body' | 'write' | 'changes'>,
): Promise<RegisteredApp> {
  const name = `the app "${app.label}"`;
  const done = `noted in the mark of ${name} what was done`;
  const object = appObject(session, app, { name, isOpen: false, plan, done });
  const { item } = await write(session, object, { item: app, readAt: -Infinity });
  return item;
}

/** Activates an app. It is fine if another run has done so at the same moment. */
async function activateApp(
  { okta, record }: Pick<Session, 'okta' | 'record'>,
  app: RegisteredApp,
): Promise<void> {
  await okta.activateApp(app);
  record(`activated the app "${app.label}"`);
}

/** What Okta takes and ignores is reported in every run: the app is not as the workflow says. */
export function tellIgnored(
  { log }: Pick<Session, 'log'>,
  { label }: RegisteredApp,
  fields: readonly string[],
): void {
  if (fields.length > 0)
    log.warning(
      `Okta did not keep all that was sent for the app "${label}": ${[...new Set(fields)].join(', ')}.`,
    );
}
