import { type RegisteredApp } from '../app/app.ts';
import type { ExportedApp, ExportedInputs } from '../app/change.ts';
import { isMasked } from '../app/client-id.ts';
import { markOf } from '../app/ownership/mark.ts';
import { hostPatternProblem, outsideHosts, urisIn } from '../app/ownership/redirect-hosts.ts';
import { inputsOf } from '../app/settings/inputs-of.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { exportedList, type Exported, type ReadSession } from '../resources/resource.ts';
import { RESOURCES } from '../resources/resources.ts';
import type { Session } from '../session/session.ts';
import { ActionError } from '../util/errors.ts';

/**
 * The inputs that describe an app and what belongs to it. What the credential may not read is left out, with a notice.
 *
 * @param inputs what names the app; the authorization server whose access policies are looked at, if they name one; and whether the
 * client ID may be shown
 */
export async function exportApp(
  session: ReadSession,
  inputs: Inputs,
  app: RegisteredApp,
): Promise<ExportedApp> {
  const { appId, authorizationServer, maskClientId } = inputs;
  const [others, ...resources] = await Promise.all([
    hasNamesakes(session, appId, app),
    ...RESOURCES.flatMap(({ exported }) => exported).map((each) =>
      exportResource(session, inputs, app, each),
    ),
  ]);
  const {
    inputs: { settings, ...exported },
    unsaid,
    secrets,
  } = inputsOf(app);
  const { patterns = [], why } = patternsOf(app);
  if (why !== undefined) unsaid.push(`of "redirect-hosts", which is left as it is: ${why}`);
  if (others) unsaid.push(`which of several apps "${app.label}" is meant: name it by "app-id"`);
  const isHidden = exported['client-id'] !== undefined && isMasked(maskClientId, app);
  if (isHidden) unsaid.push('the client ID, which is masked: set "mask-client-id: false"');
  for (const each of unsaid) session.log.notice(`The inputs below do not tell ${each}.`);
  const written: ExportedInputs = {
    ...exported,
    ...(isHidden && { 'client-id': undefined }),
    settings,
    ...Object.fromEntries(resources),
    'redirect-hosts': exportedList(patterns, 'words'),
    'authorization-server': authorizationServer,
  };
  tellHidden(session, written);
  return { inputs: written, secrets };
}

async function exportResource(
  session: ReadSession,
  inputs: Inputs,
  app: RegisteredApp,
  { input, what, read }: Exported,
): Promise<[string, string | undefined]> {
  try {
    return [input, await read(session, app, inputs)];
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    session.log.notice(`The inputs below say nothing of ${what} of the app. ${error.message}`);
    return [input, undefined];
  }
}

/** Masked values are masked in the inputs, too: one may be part of a URI, for example. */
function tellHidden({ log }: Pick<Session, 'log'>, written: ExportedInputs): void {
  const hidden = Object.entries(written).flatMap(([input, value]) => {
    const text = JSON.stringify(value ?? '');
    return log.redact(text) === text ? [] : [`"${input}"`];
  });
  if (hidden.length > 0)
    log.notice(
      `The inputs below have *** in ${hidden.join(', ')} for what is masked: put it back before you use them.`,
    );
}

/** Whether other apps have the label of one that was named by its ID. */
async function hasNamesakes(
  { okta }: Pick<Session, 'okta'>,
  appId: string | undefined,
  app: RegisteredApp,
): Promise<boolean> {
  return appId !== undefined && (await okta.findApps(app.label)).some(({ id }) => id !== app.id);
}

/** The host patterns in an app's mark, unless the input would not take them, or somebody has added a URI that fits none. */
function patternsOf(app: RegisteredApp): { patterns?: string[]; why?: string } {
  const { redirectHosts = [], trustedOrigins } = markOf(app);
  const wrong = redirectHosts.find((pattern) => hostPatternProblem(pattern) !== undefined);
  if (wrong !== undefined) return { why: `"${wrong}" is no pattern` };
  const [outside] =
    redirectHosts.length > 0 ? outsideHosts([...urisIn(app.body), ...trustedOrigins], redirectHosts) : [];
  return outside === undefined
    ? { patterns: redirectHosts }
    : { why: `${outside} fits none of its patterns` };
}
