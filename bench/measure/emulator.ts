import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { root } from '../../__tests__/support/runner.ts';
import { bucketOf } from '../../emulator/src/limits.ts';
import { startEmulator, type App, type EmulatorOptions, type Group } from '../../emulator/src/server.ts';
import { timestamp } from '../../emulator/src/timestamp.ts';

/**
 * The emulator in a process of its own, so that what it computes is not measured as the client's. Started with `fork`; its options are the
 * first argument, as JSON. It answers each message with one of the same `id`.
 */

/** What it is started with. */
export interface EmulatorArguments extends Pick<EmulatorOptions, 'token' | 'rateLimits'> {
  /** Whether there is a server for TLS in front of it, too. */
  tls?: boolean;
}

/** How many of each to make more: copies of the first ones, with names of their own. */
export interface Fill {
  /** Named `label 1`, `label 2` and so on; `filler` unless something else is given. */
  apps?: number;
  label?: string;
  /** `Team 1`, `Team 2` and so on. */
  groups?: number;
  /** `user-1@example.com` and so on; all but the first are members of `Team 1`. */
  users?: number;
}

/** What can be asked of it. */
export type Question =
  | { do: 'fill'; fill: Fill }
  /** Keeps the apps of this label, and the clients of all access policies, as they are, for `restore`. */
  | { do: 'save'; label: string }
  /** Takes away all apps of the label, and puts back what was saved. */
  | { do: 'restore'; label: string }
  /** Takes away all apps whose labels start so, and their clients out of all access policies. */
  | { do: 'clear'; prefix: string }
  /** Makes the client secrets of the apps of this label so many days old. */
  | { do: 'age'; label: string; days: number }
  | { do: 'latency'; milliseconds: number }
  /** Gives the requests since the last time it was asked. */
  | { do: 'requests' };

export interface SeenRequest {
  method: string;
  path: string;
  bucket: string;
  status: number | undefined;
  /** The header `User-Agent`. */
  agent: string | undefined;
}

export interface Reply {
  id: number;
  url?: string;
  tlsUrl?: string;
  requests?: SeenRequest[];
}

const { tls, ...options } = JSON.parse(process.argv[2] ?? '{}') as EmulatorArguments;
const front = tls ? await startTls() : undefined;
const tlsUrl = front && `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
const emulator = await startEmulator({ ...options, ...(tlsUrl !== undefined && { orgUrl: tlsUrl }) });
front?.on('secureConnection', (client: Socket) => {
  const onward = connect(Number(new URL(emulator.url).port), '127.0.0.1');
  for (const [one, other] of [
    [client, onward],
    [onward, client],
  ] as const)
    one.on('error', () => other.destroy()).pipe(other);
});
const { org, requests, trouble } = emulator;
let saved: App[] = [];
let conditions = conditionsNow();

process.on('message', ({ id, ...question }: Question & { id: number }) => {
  reply({ id, ...answer(question) });
});
process.on('disconnect', () => {
  process.exit();
});
reply({ id: 0, url: emulator.url, ...(tlsUrl !== undefined && { tlsUrl }) });

async function startTls(): Promise<Server> {
  const file = (name: string): Buffer => readFileSync(join(root, '__tests__/support/tls', name));
  const server = createServer({ key: file('key.pem'), cert: file('certificate.pem') });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

function reply(message: Reply): void {
  process.send?.(message);
}

function answer(question: Question): Omit<Reply, 'id'> {
  switch (question.do) {
    case 'fill':
      fillApps(question.fill);
      fillGroups(question.fill);
      fillUsers(question.fill);
      return {};
    case 'save':
      saved = labelled(question.label).map(copyOf);
      conditions = conditionsNow();
      return {};
    case 'restore':
      for (const { id } of labelled(question.label))
        if (!saved.some((app) => app.id === id)) org.apps.delete(id);
      // What is there yet keeps its place in the order of IDs, in which lists are.
      for (const app of saved) org.apps.set(app.id, copyOf(app));
      for (const [policy, kept] of conditions) policy.conditions = kept;
      return {};
    case 'clear':
      for (const { id, label } of org.apps.values())
        if (label.startsWith(question.prefix)) org.apps.delete(id);
      forgetClients();
      return {};
    case 'age': {
      const created = timestamp(Date.now() - question.days * 86_400_000);
      for (const app of labelled(question.label))
        app.secrets = app.secrets.map((secret) => ({ ...secret, created, lastUpdated: created }));
      return {};
    }
    case 'latency':
      trouble.latency = question.milliseconds;
      return {};
    case 'requests':
      return {
        requests: requests.splice(0).map(({ method, path, status, headers }) => ({
          method,
          path,
          bucket: bucketOf(method, path),
          status,
          agent: headers['user-agent'],
        })),
      };
  }
}

function conditionsNow(): [policy: { conditions: App['body'] }, kept: App['body']][] {
  return [...org.authorizationServers.values()]
    .flatMap(({ policies }) => [...policies.values()])
    .map((policy) => [policy, policy.conditions]);
}

/** Okta would refuse a policy's list with a client in it that is gone. */
function forgetClients(): void {
  for (const [policy, { clients }] of conditionsNow()) {
    const { include } = clients as { include: string[] };
    policy.conditions = { clients: { include: include.filter((id) => org.appOfClient(id)) } };
  }
}

function labelled(wanted: string): App[] {
  return [...org.apps.values()].filter(({ label }) => label === wanted);
}

function copyOf(app: App): App {
  return structuredClone(app);
}

function fillApps({ apps = 0, label = 'filler' }: Fill): void {
  const [model] = org.apps.values();
  if (!model) return;
  const text = JSON.stringify(model.body);
  for (let number = 1; number <= apps; number += 1) {
    const id = org.ids.next('0oa');
    const body = JSON.parse(text.replaceAll(model.id, id)) as App['body'];
    org.apps.set(id, { ...copyOf(model), id, label: `${label} ${number}`, clientId: id, body });
  }
}

function fillGroups({ groups = 0 }: Fill): void {
  const model: Group = org.everyone;
  for (let number = 1; number <= groups; number += 1) {
    const id = org.ids.next('00g');
    const profile = { name: `Team ${number}`, description: null };
    org.groups.set(id, { ...model, id, type: 'OKTA_GROUP', profile, members: new Set() });
  }
}

function fillUsers({ users = 0 }: Fill): void {
  const team = [...org.groups.values()].find(({ profile }) => profile['name'] === 'Team 1');
  const model = org.administrator;
  for (let number = 1; number <= users; number += 1) {
    const id = org.ids.next('00u');
    const login = `user-${number}@example.com`;
    org.users.set(id, { ...model, id, profile: { ...model.profile, login, email: login } });
    if (number > 1) team?.members.add(id);
  }
}
