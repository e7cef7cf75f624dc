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

/** The longest time, in milliseconds, for which a secret is kept active beside its successor. */
const LONGEST_OVERLAP = 7 * 24 * 3600 * 1000;

/** How long a secret is kept active beside its successor, in milliseconds: a quarter of its age, at most seven days. */
export function overlapOf(maxAge: number): number {
  return Math.min(maxAge / 4, LONGEST_OVERLAP);
}

/** The secret to hand out: the newest active one. */
export function newestActive(secrets: readonly ClientSecret[]): ClientSecret | undefined {
  return newestFirst(secrets).find(({ active }) => active);
}

/** That a run has output a secret: before that, nobody can have it. */
export interface SecretOutput {
  /** ID of the secret. */
  id: string;
  /** When, as an RFC 3339 time in UTC. */
  at: string;
}

/**
 * What rotation asks for now. Okta holds all that it has to remember. A new secret is made inactive, so that rotation continues with one
 * that never was active. It is active before it is output, and only the app's mark says that it was: a run may die in between. The time for
 * which its predecessor is kept active is counted from that note. Without the note nothing is ended that somebody may depend on. Okta keeps
 * two secrets at most (documented), so that of several runs one adds.
 *
 * @param output what was output last, by the app's mark
 * @param maxAge milliseconds
 * @param now milliseconds since the epoch, by Okta's clock, as are the times of the secrets
 */
export function planRotation(
  secrets: readonly ClientSecret[],
  output: SecretOutput | undefined,
  maxAge: number,
  now: number,
): RotationStep[] {
  const [newest] = newestFirst(secrets);
  if (!newest) return [{ kind: 'add' }];
  if (!newest.active && newest.lastUpdated === newest.created) return [{ kind: 'activate', secret: newest }];
  const current = newestActive(secrets);
  const others = newestFirst(secrets).filter((secret) => secret !== current);
  if (!current) return [...others.flatMap(ending), { kind: 'add' }];
  const isOver = output?.id === current.id && now - Date.parse(output.at) >= overlapOf(maxAge);
  if (!isOver && others.some(({ active }) => active)) return [];
  if (now - current.created >= maxAge) return [...others.flatMap(ending), { kind: 'add' }];
  return others
    .filter(({ created }) => created <= current.created)
    .map((secret) => ({ kind: secret.active ? 'deactivate' : 'delete', secret }));
}

/** The secret that is to be noted as output, now that it was: if another active one waits for that. */
export function unnotedOutput(
  secrets: readonly ClientSecret[],
  output: SecretOutput | undefined,
  current: ClientSecret,
): ClientSecret | undefined {
  const isAwaited = secrets.some(({ id, active }) => active && id !== current.id);
  return isAwaited && output?.id !== current.id ? current : undefined;
}

/** Okta deletes inactive secrets only (documented). */
function ending(secret: ClientSecret): RotationStep[] {
  const gone: RotationStep = { kind: 'delete', secret };
  return secret.active ? [{ kind: 'deactivate', secret }, gone] : [gone];
}

function newestFirst(secrets: readonly ClientSecret[]): ClientSecret[] {
  return [...secrets].sort((a, b) => b.created - a.created);
}

/** What is reported of the steps: which secret, by the day on which it was made. */
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
