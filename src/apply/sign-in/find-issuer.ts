import type { RegisteredApp } from '../../app/app.ts';
import { endpointsOf } from '../../app/addresses/endpoints.ts';
import {
  addressToAskFor,
  issuerAt,
  issuerIn,
  type Issuer,
  type NoIssuer,
} from '../../app/addresses/issuer.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { OktaOrg } from '../../okta/org.ts';
import { explain } from '../../util/errors.ts';
import { shown } from '../../util/input-reader.ts';
import type { JsonObject } from '../../util/json.ts';
import type { Session } from '../../session/session.ts';
import type { SignInCheck } from './verify-sign-in.ts';

type IssuerInputs = Pick<Inputs, 'connection' | 'authorizationServer'>;

/** What names the issuer of an app's tokens. */
interface Source {
  answer: Promise<JsonObject>;
  read(answer: JsonObject): Issuer | NoIssuer;
}

/** Looks for the issuer beside the question whether people can sign in, so that it costs no time of its own. */
export function withIssuer(
  check: SignInCheck,
  { okta }: Pick<Session, 'okta'>,
  inputs: IssuerInputs,
): SignInCheck {
  return {
    ...check,
    begin: (app, isChanged) => {
      check.begin(app, isChanged);
      sourceFor(okta, inputs, app)?.answer.catch(() => undefined);
    },
  };
}

/**
 * Finds out which issuer the ID tokens of an app name. If that fails, the issuer is assumed at the org's address in the inputs, with a
 * warning: it never fails a run.
 */
export async function findIssuer(
  { okta, log }: Pick<Session, 'okta' | 'log'>,
  inputs: IssuerInputs,
  app: RegisteredApp,
): Promise<Issuer> {
  const { connection, authorizationServer: server } = inputs;
  const given: Issuer = { address: connection.orgUrl, server };
  const source = sourceFor(okta, inputs, app);
  if (!source) return given;
  const found = await source.answer.then(source.read, (error: unknown) => ({ why: explain(error) }));
  if ('address' in found) return found;
  const { issuer } = endpointsOf(given.address, given.server);
  const why = 'why' in found ? found.why : doubt(found, given.address);
  log.warning(
    `Could not find out which issuer the tokens of the app "${app.label}" name, and took ${issuer}: ${why}`,
  );
  return given;
}

/** Anybody may ask; `undefined` if nothing has to be asked. */
function sourceFor(
  okta: OktaOrg,
  { connection: { orgUrl }, authorizationServer: server }: IssuerInputs,
  app: RegisteredApp,
): Source | undefined {
  if (server !== undefined)
    return { answer: okta.discovery(server), read: (document) => issuerIn(document, orgUrl, server) };
  const link = addressToAskFor(app, orgUrl);
  return (
    link && { answer: okta.organization(), read: (organization) => issuerAt(link, organization, orgUrl) }
  );
}

function doubt({ named }: NoIssuer, orgUrl: string): string {
  const { host } = new URL(orgUrl);
  if (named === '') return `${host} names none. Check that "org-url" is your Okta org.`;
  return `${host} names "${shown(named)}", and nothing shows that this is the org's. If it is, set "org-url" to that address.`;
}
