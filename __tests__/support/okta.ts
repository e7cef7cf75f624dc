import {
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type Fault,
  type FaultRequest,
} from '../../emulator/src/server.ts';
import { isObject, textOf, type JsonObject } from '../../src/util/json.ts';

/** Some of the action's requests. */
export type Matcher = (request: Pick<FaultRequest, 'method' | 'path'>) => boolean;

/** An emulated org, and a plain client for setting it up and looking at it. */
export interface TestOrg extends Emulator {
  /** Sends a request of the test's own, which is not counted among the action's, and meets no trouble; the answer's JSON. */
  api(method: string, path: string, body?: object): Promise<JsonObject>;
  apiList(path: string): Promise<JsonObject[]>;
  /** Creates a group and gives its ID. */
  group(name: string): Promise<string>;
  /** Creates an active user and gives its ID. */
  user(login: string): Promise<string>;
  /** Creates an access policy of an authorization server that lets these clients in, and gives its ID. */
  accessPolicy(name: string, clients: readonly string[], server?: string): Promise<string>;
  /** The app of that label, read by itself; an error where there is not exactly one. */
  app(label: string): Promise<JsonObject>;
  /** Puts a mark into an app, as if its runs had: without a request. @param id of the app */
  plantMark(id: string, mark: JsonObject): void;
  /** Labels of all apps. */
  labels(): Promise<string[]>;
  /** `METHOD /path` of the action's requests since the last call. */
  taken(): string[];
  /** Lets the action's next such request go wrong. What was said first of a request comes first. */
  once(which: Matcher, fault: Fault): void;
  /** Has something happen right before the action's next such request takes effect. */
  before(which: Matcher, happen: () => void): void;
  /** Refuses every such request of the action from now on, with this status or in this way. */
  refuse(which: Matcher, how?: number | Fault): void;
  /** Ends all of that, and every other fault. */
  relent(): void;
}

export const TOKEN = 'test-token-0123456789';

export const APPS = '/api/v1/apps';

/** Requests of a method: for exactly this path, for paths that match, or for this app. */
type OfMethod = (what: string | RegExp | JsonObject) => Matcher;

const ofMethod =
  (method: string): OfMethod =>
  (what) =>
  (request) => {
    if (request.method !== method) return false;
    if (what instanceof RegExp) return what.test(request.path);
    return request.path === (isObject(what) ? `${APPS}/${textOf(what['id'])}` : what);
  };

export const GET = ofMethod('GET');
export const POST = ofMethod('POST');
export const PUT = ofMethod('PUT');
export const DELETE = ofMethod('DELETE');

/** An answer of Okta's that says no. */
export function answer(status: number, body: string | object = {}): Fault {
  return { kind: 'answer', status, body };
}

/** The work is done, and nobody hears of it. */
export const LOST: Fault = { kind: 'lose' };

const OWN = 'x-test-client';

export async function startOrg(options: EmulatorOptions = {}): Promise<TestOrg> {
  const emulator = await startEmulator({ token: TOKEN, ...options });
  const request = async (method: string, path: string, body?: object): Promise<unknown> => {
    const trouble = emulator.trouble.fault;
    delete emulator.trouble.fault;
    const response = await fetch(emulator.url + path, {
      method,
      headers: {
        authorization: `SSWS ${emulator.token}`,
        'content-type': 'application/json',
        accept: 'application/json',
        [OWN]: '1',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (trouble) emulator.trouble.fault = trouble;
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
  const api: TestOrg['api'] = async (method, path, body) => (await request(method, path, body)) as JsonObject;
  const apiList: TestOrg['apiList'] = async (path) => (await request('GET', path)) as JsonObject[];
  let seen = 0;
  return Object.assign(emulator, meetings(emulator), {
    api,
    apiList,
    group: async (name: string) => textOf((await api('POST', '/api/v1/groups', { profile: { name } }))['id']),
    user: async (login: string) => {
      const profile = { firstName: 'Test', lastName: 'User', email: login, login };
      return textOf((await api('POST', '/api/v1/users?activate=true', { profile }))['id']);
    },
    accessPolicy: async (name: string, include: readonly string[], server = 'default') => {
      const conditions = { clients: { include: [...include] } };
      const body = { type: 'OAUTH_AUTHORIZATION_POLICY', name, description: name, priority: 1, conditions };
      return textOf((await api('POST', `/api/v1/authorizationServers/${server}/policies`, body))['id']);
    },
    app: async (label: string) => {
      const apps = (await apiList('/api/v1/apps?limit=200')).filter((app) => app['label'] === label);
      if (apps.length !== 1 || !apps[0]) throw new Error(`${apps.length} apps are labelled ${label}`);
      return apps[0];
    },
    plantMark: (id: string, mark: JsonObject) => {
      const app = emulator.org.apps.get(id);
      if (!app) throw new Error(`There is no app ${id}`);
      const { profile } = app.body;
      app.body = { ...app.body, profile: { ...(isObject(profile) && profile), okta_oidc_app: mark } };
    },
    labels: async () => (await apiList('/api/v1/apps?limit=200')).map((app) => textOf(app['label'])),
    taken: () => {
      const all = emulator.requests.slice(seen).filter(({ headers }) => headers[OWN] === undefined);
      seen = emulator.requests.length;
      return all.map(({ method, path }) => `${method} ${path}`);
    },
  });
}

/** What the action's requests meet, as a test has said it, in that order. */
function meetings(emulator: Emulator): Pick<TestOrg, 'once' | 'before' | 'refuse' | 'relent'> {
  interface Rule {
    which: Matcher;
    isOnce: boolean;
    meets: () => Fault | undefined;
  }
  let rules: Rule[] = [];
  const fault = (request: FaultRequest): Fault | undefined => {
    if (emulator.requests[request.index]?.headers[OWN] !== undefined) return undefined;
    const rule = rules.find(({ which }) => which(request));
    if (rule?.isOnce) rules = rules.filter((other) => other !== rule);
    return rule?.meets();
  };
  const add = (rule: Rule): void => {
    rules.push(rule);
    emulator.trouble.fault = fault;
  };
  return {
    once: (which, met) => {
      add({ which, isOnce: true, meets: () => met });
    },
    before: (which, happen) => {
      const meets = (): undefined => {
        happen();
      };
      add({ which, isOnce: true, meets });
    },
    refuse: (which, how = 403) => {
      const met = typeof how === 'number' ? answer(how) : how;
      add({ which, isOnce: false, meets: () => met });
    },
    relent: () => {
      rules = [];
      delete emulator.trouble.fault;
    },
  };
}

/** The inputs that every run needs. */
export function connectionTo(org: TestOrg): Record<string, string> {
  return { 'org-url': org.url, 'api-token': TOKEN, 'settle-seconds': '0' };
}
