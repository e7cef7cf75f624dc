import type { RegisteredApp } from '../app.ts';
import type { Connection } from '../connection.ts';
import type { Log } from '../log.ts';
import type { Pace } from '../pace.ts';
import { apiTokenAuthorization, type Authorization } from './authorization.ts';
import { oktaOrg, type OktaOrg } from './org.ts';
import { OrgRequestExecutor } from './sdk.ts';
import { openTransport } from './transport.ts';

export interface ConnectOptions {
  connection: Connection;
  /** OAuth scopes that the run needs, for a service app. */
  scopes: readonly string[];
  pace: Pace;
  log: Log;
  /** Milliseconds after which a request without an answer is given up. */
  requestTimeout: number;
  /** Told of every app in an answer, before anybody else sees it. */
  onApp(app: RegisteredApp): void;
}

/** Connects a run with its org. No request is sent yet. */
export async function connect(options: ConnectOptions): Promise<OktaOrg> {
  const { connection, pace, log, requestTimeout } = options;
  const executor = new OrgRequestExecutor(connection.orgUrl);
  const authorization = await authorize(options, executor);
  const transport = openTransport({ connection, executor, authorization, pace, log, requestTimeout });
  return oktaOrg(transport, connection.orgUrl, () => pace.clock.now(), options.onApp);
}

/** What a private key needs is only loaded with one. */
async function authorize(
  { connection, scopes, pace, log, requestTimeout }: ConnectOptions,
  executor: OrgRequestExecutor,
): Promise<Authorization> {
  const { credentials, orgUrl } = connection;
  if (credentials.kind === 'api-token') return apiTokenAuthorization(credentials);
  const { serviceAppAuthorization } = await import('./service-app.ts');
  return serviceAppAuthorization({ credentials, orgUrl, scopes, executor, pace, log, requestTimeout });
}
