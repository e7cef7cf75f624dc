import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TOKEN } from '../../__tests__/support/okta.ts';
import { root } from '../../__tests__/support/runner.ts';
import type { EmulatorArguments, Fill, Question, Reply, SeenRequest } from './emulator.ts';

/** The access policy of the authorization server `default` in every org; the first app is in it. */
export const POLICY = 'Customers';

/** `tls`: the org is reached over TLS, and says so in its links and issuers. */
type OrgOptions = Pick<EmulatorArguments, 'rateLimits' | 'tls'>;

/** The certificate of an org that is reached over TLS, which is its own authority. */
export const CERTIFICATE = join(root, '__tests__/support/tls/certificate.pem');

/** An emulated org in a process of its own. */
export interface BenchOrg {
  url: string;
  /** Its URL over TLS, if it is to be measured that way. */
  tlsUrl: string | undefined;
  ask(question: Question): Promise<Reply>;
  /** The requests since the last call. */
  requests(): Promise<SeenRequest[]>;
  /** Sends a request of the benchmark's own. */
  api(method: string, path: string, body?: object): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Starts an org.
 *
 * @param fill what is to be in it beside one app
 */
export async function startBenchOrg(fill: Fill = {}, options: OrgOptions = {}): Promise<BenchOrg> {
  const all: EmulatorArguments = { token: TOKEN, ...options };
  const child = fork(join(root, 'bench/measure/emulator.ts'), [JSON.stringify(all)]);
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  const { url = '', tlsUrl } = await new Promise<Reply>((resolve) => waiting.set(0, resolve));
  const ask = (question: Question): Promise<Reply> => {
    last += 1;
    const id = last;
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      child.send({ id, ...question });
    });
  };
  const org: BenchOrg = {
    url,
    tlsUrl,
    ask,
    requests: async () => (await ask({ do: 'requests' })).requests ?? [],
    api: async (method, path, body) => {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `SSWS ${TOKEN}`,
          accept: 'application/json',
          'content-type': 'application/json',
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
      const text = await response.text();
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
  await furnish(org, fill);
  return org;
}

async function furnish(org: BenchOrg, fill: Fill): Promise<void> {
  const app = (await org.api(
    'POST',
    '/api/v1/apps',
    webApp('filler 0', ['https://filler.example.com/callback']),
  )) as {
    id: string;
  };
  await org.api('POST', '/api/v1/authorizationServers/default/policies', {
    type: 'OAUTH_AUTHORIZATION_POLICY',
    name: POLICY,
    description: 'For the benchmark',
    conditions: { clients: { include: [app.id] } },
  });
  await org.ask({ do: 'fill', fill });
  await org.requests();
}

/** An app as an administrator would have made it. */
export function webApp(label: string, redirectUris: string[], profile?: object): object {
  return {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: redirectUris,
      },
    },
    ...(profile && { profile }),
  };
}
