import { isAddressOf } from '../app/addresses/issuer.ts';
import type { RegisteredApp } from '../app/app.ts';
import type { JsonObject } from '../util/json.ts';
import type { Connection } from './auth/credentials.ts';
import type { Log } from '../util/log.ts';
import type { Deadline } from '../util/deadline.ts';
import { apiTokenAuthorization, type Authorization } from './auth/authorization.ts';
import { oktaOrg, type OktaOrg } from './org.ts';
import { checkProxy } from './http/proxy.ts';
import { OrgRequestExecutor } from './http/sdk.ts';
import { openTransport } from './http/transport.ts';

export interface ConnectOptions {
  connection: Connection;
  /** OAuth scopes that the run needs, for a service app. */
  scopes: readonly string[];
  deadline: Deadline;
  log: Log;
  /** Milliseconds after which a request without a response is given up. */
  requestTimeout: number;
  /** What every request says of the run that sends it. */
  userAgent: string;
  /** Takes up what is to be done when the run ends, however it does. */
  onEnd(work: () => Promise<void>): unknown;
  /** Called with every app in a response, before anybody else sees it. */
  onApp(app: RegisteredApp): void;
}

/**
 * Connects a run with its org. No request is sent yet.
 *
 * @throws {ActionError} if the way to it cannot be used
 */
export async function connect(options: ConnectOptions): Promise<OktaOrg> {
  const { connection, deadline, log, requestTimeout } = options;
  checkProxy(connection.orgUrl);
  const executor = new OrgRequestExecutor(connection.orgUrl, options.userAgent);
  const authorization = await authorize(options, executor, () => org.organization());
  options.onEnd(() => authorization.end());
  const transport = openTransport({ connection, executor, authorization, deadline, log, requestTimeout });
  const { onApp } = options;
  const onSecret = (secret: string): void => {
    log.mask(secret);
  };
  const org = oktaOrg(transport, connection.orgUrl, () => deadline.clock.now(), { onApp, onSecret });
  return org;
}

/** What a service app needs is only loaded for one. */
async function authorize(
  options: ConnectOptions,
  executor: OrgRequestExecutor,
  organization: () => Promise<JsonObject>,
): Promise<Authorization> {
  const { credentials, orgUrl } = options.connection;
  switch (credentials.kind) {
    case 'api-token':
      return apiTokenAuthorization(credentials);
    case 'service-app': {
      const { serviceAppAuthorization } = await import('./auth/service-app.ts');
      return serviceAppAuthorization({ ...options, credentials, orgUrl, executor });
    }
    case 'client-assertion': {
      const { clientAssertionAuthorization } = await import('./auth/client-assertion.ts');
      return clientAssertionAuthorization({
        ...options,
        credentials,
        orgUrl,
        executorFor: (origin) =>
          origin === orgUrl ? executor : new OrgRequestExecutor(origin, options.userAgent),
        isOwnAddress: async (origin) => isAddressOf(origin, await organization(), orgUrl),
      });
    }
  }
}
