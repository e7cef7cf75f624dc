import type { RegisteredApp } from '../app/app.ts';
import { markOf } from '../app/ownership.ts';
import { ifThere } from '../okta/errors.ts';
import { removeApp } from './ensure-absent.ts';
import type { Session } from './session.ts';

/**
 * Deletes the app that was made for one job, and no other. A list may show a new app late, so that one that shows none is asked again.
 *
 * @param label of the app
 * @param job ID of the job
 * @param known ID of the app, where the job came to know it
 */
export async function removeJob(
  session: Session,
  label: string,
  job: string,
  known: string | undefined,
): Promise<void> {
  const { okta, deadline, settleTime, log, record } = session;
  const isOf = (app: RegisteredApp): boolean => markOf(app).owner?.job === job;
  const look = async (): Promise<string[]> => (await okta.findApps(label)).filter(isOf).map(({ id }) => id);
  let ids = [...(known === undefined ? [] : [known]), ...(await look())];
  if (ids.length === 0) {
    await deadline.wait(settleTime(), 'Okta shows no app of this job, and may show one late');
    ids = await look();
  }
  let isDeleted = false;
  for (const id of new Set(ids)) {
    const app = await ifThere(() => okta.getApp(id));
    if (!app || !isOf(app)) continue;
    if (!(await removeApp(session, app, isOf))) continue;
    record(`deleted the app "${app.label}" of this job`);
    isDeleted = true;
  }
  if (!isDeleted) log.info('There is no app of this job.');
}
