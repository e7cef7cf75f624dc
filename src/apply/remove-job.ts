import type { RegisteredApp } from '../app/app.ts';
import { isShared } from '../app/ownership/claims.ts';
import { markOf } from '../app/ownership/mark.ts';
import { sameOwner, type Owner } from '../app/ownership/owner.ts';
import { ifThere } from '../okta/http/errors.ts';
import { removeApp } from './remove-app.ts';
import type { Session } from '../session/session.ts';

/**
 * Deletes the app that was made for one job, and no other. A list may show a new app late, so a list without it is asked for again. If
 * others have added URIs to it, it is kept, with a warning: the sweep looks after its time of expiry.
 *
 * @param label of the app
 * @param job the owner in the app's mark, as Okta shows it: this repository, this run and the job's ID
 * @param known ID of the app, if the job came to know it
 */
export async function removeJob(
  session: Session,
  label: string,
  job: Owner & { job: string },
  known: string | undefined,
): Promise<void> {
  const { okta, deadline, settleTime, log, record } = session;
  const isOf = (app: RegisteredApp): boolean => {
    const { owner } = markOf(app);
    return owner !== undefined && sameOwner(job, owner);
  };
  const mayGo = (app: RegisteredApp): boolean => {
    if (!isOf(app)) return false;
    if (!isShared(app, okta.now())) return true;
    log.warning(
      `The app "${app.label}" of this job is kept: others have added URIs to it. Once those are removed or have expired, and the app has expired, the sweep action deletes it.`,
    );
    return false;
  };
  const look = (): Promise<RegisteredApp[]> => okta.findApps(label);
  const [byId, byLabel] = await Promise.all([
    known === undefined ? undefined : ifThere(() => okta.getApp(known)),
    look(),
  ]);
  let apps = [...(byId ? [byId] : []), ...byLabel].filter(isOf);
  if (apps.length === 0 && known === undefined) {
    await deadline.wait(settleTime(), 'Okta shows no app of this job, and may show one late');
    apps = (await look()).filter(isOf);
  }
  if (apps.length === 0) log.info('There is no app of this job.');
  for (const app of new Map(apps.map((each) => [each.id, each])).values()) {
    if ((await removeApp(session, app, () => Promise.resolve(mayGo))) === 'deleted')
      record(`deleted the app "${app.label}" of this job`);
  }
}
