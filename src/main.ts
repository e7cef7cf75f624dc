import { clientSecretOf, type RegisteredApp } from './app.ts';
import { ensureAbsent } from './absent.ts';
import { systemClock, type Clock } from './clock.ts';
import { desiredApp } from './desired.ts';
import { ensureShared } from './ensure-shared.ts';
import { explain } from './errors.ts';
import { readContext, type GitHubContext } from './github/context.ts';
import { isSkipped, readInputs } from './inputs.ts';
import { openLog } from './log.ts';
import { connect } from './okta/connect.ts';
import { REQUEST_TIMEOUT } from './okta/transport.ts';
import { scopesFor } from './scopes.ts';
import { ownerOf } from './ownership.ts';
import { startPace } from './pace.ts';
import { ensurePresent } from './present.ts';
import { maskApp, report, reportSkipped } from './report.ts';
import type { Outcome, Session } from './session.ts';

/** What a run takes from the world beside its inputs; tests pass a virtual clock. */
export interface World {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** Milliseconds after which a request without an answer is given up. */
  requestTimeout: number;
}

/** Runs the action once, from its inputs to its outputs. It never throws: a failure ends as one annotation and exit code 1. */
export async function run(world: Partial<World> = {}): Promise<void> {
  const { clock = systemClock, environment = process.env, requestTimeout = REQUEST_TIMEOUT } = world;
  const log = openLog();
  const done: string[] = [];
  try {
    if (isSkipped()) {
      reportSkipped(
        'Skipped: there are no Okta credentials in this run, and "skip-without-credentials" is true.',
        log,
      );
      return;
    }
    const github = readContext(environment);
    const inputs = await readInputs(github, log);
    const pace = startPace(clock, inputs.timeoutSeconds, log);
    if (inputs.appId !== undefined && inputs.maskClientId) log.mask(inputs.appId);
    const mask = (app: RegisteredApp): void => {
      maskApp(app, inputs, log);
    };
    const { connection } = inputs;
    const okta = await connect({
      connection,
      scopes: scopesFor(inputs),
      pace,
      log,
      requestTimeout,
      onApp: mask,
    });
    const session: Session = { okta, inputs, owner: ownerOf(github), pace, log, mask, done };
    await ensure(session, github);
  } catch (error) {
    log.failed(explain(error, done));
  }
}

async function ensure(session: Session, github: GitHubContext): Promise<void> {
  const { inputs, log } = session;
  const outcome = await ensureState(session, github, inputs.state === 'absent' ? 'absent' : 'present');
  await report(
    { inputs, outcome, clientSecret: await clientSecret(session, outcome.app), signInReady: undefined },
    log,
  );
}

function ensureState(session: Session, github: GitHubContext, state: 'present' | 'absent'): Promise<Outcome> {
  const { inputs } = session;
  if (inputs.shared) return ensureShared(session, state === 'present');
  return state === 'present' ? ensurePresent(session, desiredApp(inputs, github)) : ensureAbsent(session);
}

async function clientSecret(
  { inputs, okta }: Session,
  app: RegisteredApp | undefined,
): Promise<string | undefined> {
  if (!inputs.outputClientSecret || !app) return undefined;
  return clientSecretOf(app) ?? (await okta.clientSecrets(app))[0];
}
