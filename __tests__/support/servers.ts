import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach } from '@jest/globals';
import type { EmulatorOptions } from '../../emulator/src/server.ts';
import { startGitHub, type TestGitHub } from './github.ts';
import { startOktaProxy, type OktaProxy } from './okta-proxy.ts';
import { startOrg, type TestOrg } from './okta.ts';

/** The servers of a test: each starts before it, or in it, and is closed after it. No test closes one by hand. */

/** What a whole test file calls by one name, though each test has one of its own. */
type OfEachTest<T, O> = T & {
  /** Another one in its place, as new: for a test that goes through many cases, or that starts it with other options. */
  restart(options?: O): Promise<void>;
};

/** An org for each test of the file or of the `describe` that calls this, which may start it with options. */
export function useOrg(options: () => EmulatorOptions = () => ({})): OfEachTest<TestOrg, EmulatorOptions> {
  return ofEachTest((given: EmulatorOptions = options()) => startOrg(given));
}

/** The same for the stand-in of GitHub's API. */
export function useGitHub(): TestGitHub {
  return ofEachTest(startGitHub);
}

/** The way to that org at Okta's own address. */
export function useOktaProxy(org: TestOrg): OktaProxy {
  return ofEachTest(() => startOktaProxy(org));
}

/** The same for runs in this process, which trusts the certificate of that address during each test. */
export function useTrustedOktaProxy(org: TestOrg): OktaProxy {
  const proxy = useOktaProxy(org);
  const trusted = getCACertificates();
  beforeEach(() => {
    setDefaultCACertificates([...trusted, proxy.certificate]);
  });
  afterEach(() => {
    setDefaultCACertificates(trusted);
  });
  return proxy;
}

function ofEachTest<T extends { close(): Promise<void> }, O>(
  start: (options?: O) => Promise<T>,
): OfEachTest<T, O> {
  let running: T;
  beforeEach(async () => {
    running = await start();
  });
  afterEach(() => running.close());
  const restart = async (options?: O): Promise<void> => {
    await running.close();
    running = await start(options);
  };
  return new Proxy({} as OfEachTest<T, O>, {
    get: (_, name) => (name === 'restart' ? restart : (Reflect.get(running, name) as unknown)),
    set: (_, name, value) => Reflect.set(running, name, value),
  });
}

const closings: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closings.splice(0).map((close) => close()));
});

/** Lets a server of a test's own listen on a loopback port until the test ends; the host and the port. */
export async function listen(server: Server): Promise<string> {
  const sockets = new Set<Duplex>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (_: IncomingMessage, socket: Duplex) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface Stranger {
  url: string;
  /** All that arrived, requests to a proxy for a tunnel included. */
  requests: IncomingMessage[];
}

/** A server that is none of a run's own, and takes note of what arrives. It answers each request with this JSON. */
export async function stranger(answer = '[]'): Promise<Stranger> {
  const requests: IncomingMessage[] = [];
  const server = createServer((message, response) => {
    requests.push(message);
    response.setHeader('content-type', 'application/json').end(answer);
  });
  server.on('connect', (message: IncomingMessage, socket: Duplex) => {
    requests.push(message);
    socket.end();
  });
  return { url: `http://${await listen(server)}`, requests };
}
