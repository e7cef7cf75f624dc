import { change, type Change } from './change.ts';

/** A client secret as Okta shows it; of two, either one works while both are active. */
export interface ClientSecret {
  id: string;
  /** Milliseconds since the epoch. */
  created: number;
  /** When its status last changed, in milliseconds since the epoch. */
  lastUpdated: number;
  active: boolean;
  /** In plain text: Okta shows it again (recorded). */
  value: string | undefined;
}

/** What a run does to an app's secrets, one request each (adding is two: see {@link planRotation}). */
export type RotationStep =
  { kind: 'add' } | { kind: 'activate' | 'deactivate' | 'delete'; secret: ClientSecret };

/** The longest time, in milliseconds, for which a secret stays active beside its successor. */
const LONGEST_OVERLAP = 7 * 24 * 3600 * 1000;

/** How long a secret stays active beside its successor, in milliseconds: a quarter of its age, at most seven days. */
export function overlapOf(maxAge: number): number {
  return Math.min(maxAge / 4, LONGEST_OVERLAP);
}

/** The secret to hand out: the newest active one. */
export function newestActive(secrets: readonly ClientSecret[]): ClientSecret | undefined {
  return newestFirst(secrets).find(({ active }) => active);
}

/**
 * What rotation asks for now. All that it has to remember stands in Okta: a new secret is made inactive and activated as the last thing
 * before it is handed out, so that one that never was active has never been handed out, and is gone on with; and the time for which its
 * predecessor stays is counted from there. Okta keeps two secrets at most (documented), so that of several runs one adds.
 *
 * @param maxAge milliseconds
 * @param now milliseconds since the epoch
 */
export function planRotation(secrets: readonly ClientSecret[], maxAge: number, now: number): RotationStep[] {
  const [newest, ...older] = newestFirst(secrets);
  if (!newest) return [{ kind: 'add' }];
  if (!newest.active && newest.lastUpdated === newest.created) return [{ kind: 'activate', secret: newest }];
  const current = newestActive(secrets);
  if (!current || now - current.created >= maxAge)
    return [...[newest, ...older].filter((secret) => secret !== current).flatMap(ending), { kind: 'add' }];
  const isOver = now - Math.max(current.created, current.lastUpdated) >= overlapOf(maxAge);
  return older.flatMap((secret): RotationStep[] => {
    if (secret === current || secret.created > current.created) return [];
    if (secret.active) return isOver ? [{ kind: 'deactivate', secret }] : [];
    return [{ kind: 'delete', secret }];
  });
}

/** Okta deletes inactive secrets only (documented). */
function ending(secret: ClientSecret): RotationStep[] {
  const gone: RotationStep = { kind: 'delete', secret };
  return secret.active ? [{ kind: 'deactivate', secret }, gone] : [gone];
}

function newestFirst(secrets: readonly ClientSecret[]): ClientSecret[] {
  return [...secrets].sort((a, b) => b.created - a.created);
}

/** What is told of the steps: which secret, by the day on which it was made. */
export function rotationChanges(steps: readonly RotationStep[]): Change[] {
  return steps.map((step) => {
    if (step.kind === 'add') return change('client-secret', undefined, 'a new one');
    const field = `client-secret of ${new Date(step.secret.created).toISOString().slice(0, 10)}`;
    if (step.kind === 'delete') return change(field, 'INACTIVE', undefined);
    return step.kind === 'activate'
      ? change(field, 'INACTIVE', 'ACTIVE')
      : change(field, 'ACTIVE', 'INACTIVE');
  });
}
