import { bucketOf } from '../emulator/src/limits.ts';
import { startEmulator, type App, type EmulatorOptions, type Group } from '../emulator/src/server.ts';

/**
 * The emulator in a process of its own, so that what it computes is not measured as the client's. Started with `fork`; its options are the
 * first argument, as JSON. It answers each message with one of the same `id`.
 */

/** What can be asked of it. */
export type Question =
  /** Makes so many apps and groups more: copies of the first ones, with labels and names of their own. */
  | { do: 'fill'; apps: number; groups: number }
  /** Keeps the apps of this label as they are, for `restore`. */
  | { do: 'save'; label: string }
  /** Takes away all apps of the label, and puts back those that were saved. */
  | { do: 'restore'; label: string }
  /** Takes away all apps of the label. */
  | { do: 'clear'; label: string }
  | { do: 'latency'; milliseconds: number }
  /** Gives the requests since the last time it was asked. */
  | { do: 'requests' };

export interface SeenRequest {
  method: string;
  path: string;
  bucket: string;
  status: number | undefined;
}

export interface Reply {
  id: number;
  url?: string;
  requests?: SeenRequest[];
}

const emulator = await startEmulator(JSON.parse(process.argv[2] ?? '{}') as EmulatorOptions);
const { org, requests, trouble } = emulator;
let saved: App[] = [];

process.on('message', ({ id, ...question }: Question & { id: number }) => {
  reply({ id, ...answer(question) });
});
process.on('disconnect', () => {
  process.exit();
});
reply({ id: 0, url: emulator.url });

function reply(message: Reply): void {
  process.send?.(message);
}

function answer(question: Question): Omit<Reply, 'id'> {
  switch (question.do) {
    case 'fill':
      fillApps(question.apps);
      fillGroups(question.groups);
      return {};
    case 'save':
      saved = labelled(question.label).map(copyOf);
      return {};
    case 'restore':
      clear(question.label);
      for (const app of saved) org.apps.set(app.id, copyOf(app));
      return {};
    case 'clear':
      clear(question.label);
      return {};
    case 'latency':
      trouble.latency = question.milliseconds;
      return {};
    case 'requests':
      return {
        requests: requests
          .splice(0)
          .map(({ method, path, status }) => ({ method, path, bucket: bucketOf(method, path), status })),
      };
  }
}

function labelled(wanted: string): App[] {
  return [...org.apps.values()].filter(({ label }) => label === wanted);
}

function clear(label: string): void {
  for (const { id } of labelled(label)) org.apps.delete(id);
}

function copyOf(app: App): App {
  return structuredClone(app);
}

function fillApps(count: number): void {
  const [model] = org.apps.values();
  if (!model) return;
  const text = JSON.stringify(model.body);
  for (let number = 1; number <= count; number += 1) {
    const id = org.ids.next('0oa');
    const body = JSON.parse(text.replaceAll(model.id, id)) as App['body'];
    org.apps.set(id, { ...copyOf(model), id, label: `filler ${number}`, clientId: id, body });
  }
}

function fillGroups(count: number): void {
  const model: Group = org.everyone;
  for (let number = 1; number <= count; number += 1) {
    const id = org.ids.next('00g');
    const profile = { name: `Team ${number}`, description: null };
    org.groups.set(id, { ...model, id, type: 'OKTA_GROUP', profile, members: new Set() });
  }
}
