import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/src/server.ts';
import { textOf, type JsonObject } from '../../src/util/json.ts';

/** An emulated org, and a plain client for setting it up and looking at it. */
export interface TestOrg extends Emulator {
  /** Sends a request of the test's own, which is not counted among the action's; the answer's JSON. */
  api(method: string, path: string, body?: object): Promise<JsonObject>;
  apiList(path: string): Promise<JsonObject[]>;
  /** Creates a group and gives its ID. */
  group(name: string): Promise<string>;
  /** Creates an active user and gives its ID. */
  user(login: string): Promise<string>;
  /** The app of that label, read by itself; an error where there is not exactly one. */
  app(label: string): Promise<JsonObject>;
  /** Labels of all apps. */
  labels(): Promise<string[]>;
  /** `METHOD /path` of the action's requests since the last call. */
  taken(): string[];
}

export const TOKEN = 'test-token-0123456789';

export async function startOrg(options: EmulatorOptions = {}): Promise<TestOrg> {
  const emulator = await startEmulator({ token: TOKEN, ...options });
  const own = 'x-test-client';
  const request = async (method: string, path: string, body?: object): Promise<unknown> => {
    const trouble = emulator.trouble.fault;
    delete emulator.trouble.fault;
    const response = await fetch(emulator.url + path, {
      method,
      headers: {
        authorization: `SSWS ${emulator.token}`,
        'content-type': 'application/json',
        accept: 'application/json',
        [own]: '1',
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
  return Object.assign(emulator, {
    api,
    apiList,
    group: async (name: string) => textOf((await api('POST', '/api/v1/groups', { profile: { name } }))['id']),
    user: async (login: string) => {
      const profile = { firstName: 'Test', lastName: 'User', email: login, login };
      return textOf((await api('POST', '/api/v1/users?activate=true', { profile }))['id']);
    },
    app: async (label: string) => {
      const apps = (await apiList('/api/v1/apps?limit=200')).filter((app) => app['label'] === label);
      if (apps.length !== 1 || !apps[0]) throw new Error(`${apps.length} apps are labelled ${label}`);
      return apps[0];
    },
    labels: async () => (await apiList('/api/v1/apps?limit=200')).map((app) => textOf(app['label'])),
    taken: () => {
      const all = emulator.requests.slice(seen).filter(({ headers }) => headers[own] === undefined);
      seen = emulator.requests.length;
      return all.map(({ method, path }) => `${method} ${path}`);
    },
  });
}

/** The inputs that every run needs. */
export function connectionTo(org: TestOrg): Record<string, string> {
  return { 'org-url': org.url, 'api-token': TOKEN, 'settle-seconds': '0' };
}
