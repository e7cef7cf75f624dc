import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { root } from './runner.ts';

/** Okta's own address of an emulated org, as the certificate in `tls/` has it. */
export const ORG_URL = 'https://acme.okta.com';

/** The way to an emulated org at {@link ORG_URL}: a proxy, as a company's network has one, and TLS behind it. */
export interface OktaProxy {
  /** `METHOD host:port`, as the proxy was asked. */
  asked: string[];
  /** What it was told of who asks. */
  introduced: (string | undefined)[];
  /** The variables with which a run in a process of its own goes this way, and trusts the certificate. */
  env: Record<string, string>;
  /** The certificate behind it, in PEM. */
  certificate: string;
  close(): Promise<void>;
}

/** @param org where everything goes that comes through, whatever address the proxy was asked for */
export async function startOktaProxy(org: { readonly url: string }): Promise<OktaProxy> {
  const tls = (name: string): string => join(root, '__tests__/support/tls', name);
  const open = new Set<Duplex>();
  const track = <T extends Duplex>(socket: T): T => {
    open.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
  };
  const okta = createTlsServer(
    { key: readFileSync(tls('key.pem')), cert: readFileSync(tls('certificate.pem')) },
    (client) => {
      const onward = track(connect(Number(new URL(org.url).port), '127.0.0.1'));
      track(client).pipe(onward).pipe(client);
    },
  );
  const asked: string[] = [];
  const introduced: (string | undefined)[] = [];
  const proxy = createServer((message, response) => {
    asked.push(`${message.method ?? ''} ${message.url ?? ''}`);
    response.writeHead(405).end();
  });
  proxy.on('connect', (message, client: Duplex) => {
    asked.push(`CONNECT ${message.url ?? ''}`);
    introduced.push(message.headers['proxy-authorization']);
    track(client).write('HTTP/1.1 200 Connection Established\r\n\r\n');
    okta.emit('connection', client);
  });
  await new Promise<void>((done) => {
    proxy.listen(0, '127.0.0.1', done);
  });
  return {
    asked,
    introduced,
    certificate: readFileSync(tls('certificate.pem'), 'utf8'),
    env: {
      https_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      NODE_EXTRA_CA_CERTS: tls('certificate.pem'),
    },
    close: () => {
      for (const socket of open) socket.destroy();
      proxy.closeAllConnections();
      return new Promise((done) => {
        proxy.close(() => {
          done();
        });
      });
    },
  };
}
