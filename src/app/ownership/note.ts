import { GITHUB_COM, pullRequestNumber } from '../../github/run.ts';
import { isBlank, textOf, valueAt, withValueAt, type Json, type JsonObject } from '../../util/json.ts';
import type { Owner } from './owner.ts';

/**
 * The sentence in an app's notes that names the app's owner to administrators. Okta keeps notes with every kind of app, but perhaps not
 * `profile` with those of its network (unknown), so the sentence can be read back.
 */

export const ADMIN_NOTE_PATH = ['settings', 'notes', 'admin'] as const;

/** The sentence for an owner. */
export function adminNote({ server, repository, repositoryId, pullRequest, branch, job }: Owner): string {
  const parts = [
    `${repository}${server === GITHUB_COM ? '' : ` on ${server}`}${repositoryId === undefined ? '' : ` (repository ID ${repositoryId})`}`,
    ...(pullRequest === undefined ? [] : [`pull request #${pullRequest}`]),
    ...(branch === undefined ? [] : [`branch ${branch}`]),
    ...(job === undefined ? [] : [`job ${job}`]),
  ];
  return `Managed by the workflows of ${parts.join(', ')}, with the GitHub Action okta-oidc-app.`;
}

const NOTE =
  /^Managed by the workflows of (\S+?)(?: on (\S+))?(?: \(repository ID (\d+)\))?(?:, pull request #(\d+))?(?:, branch (\S+))?(?:, job (\S+))?, with the GitHub Action okta-oidc-app\.$/gm;

/** The owner that the notes of an app's body name. */
export function ownerInNote(body: JsonObject): Owner | undefined {
  const [match] = textOf(valueAt(body, ADMIN_NOTE_PATH)).matchAll(NOTE);
  const [, repository, server = GITHUB_COM, repositoryId, number, branch, job] = match ?? [];
  if (repository === undefined) return undefined;
  return {
    server,
    repository,
    repositoryId,
    pullRequest: pullRequestNumber(Number(number)),
    branch,
    job,
  };
}

/** The sentence for administrators follows the owner, but never takes the place of one that somebody else wrote. */
export function withNote(body: JsonObject, before: Owner | undefined, after: Owner): JsonObject {
  const note = textOf(valueAt(body, ADMIN_NOTE_PATH));
  if (isBlank(note)) return withValueAt(body, ADMIN_NOTE_PATH, adminNote(after));
  if (before === undefined) return body;
  return withValueAt(
    body,
    ADMIN_NOTE_PATH,
    note.replace(adminNote(before), () => adminNote(after)),
  );
}

/**
 * A note for administrators without any sentence that names the app's owner. Once blanks or a sentence are removed, another line may be
 * one.
 */
export function withoutSentence(note: Json | undefined): Json | undefined {
  if (typeof note !== 'string') return note;
  let rest = note;
  let before: string;
  do {
    before = rest;
    rest = before.trim().replaceAll(NOTE, '');
  } while (rest !== before);
  return rest;
}

/**
 * The body with that sentence below a note of the workflow's own. Only an app of Okta's network needs it there, since the sentence may be
 * all that is left of the mark.
 */
export function withSentence(body: JsonObject, owner: Owner): JsonObject {
  const note = textOf(valueAt(body, ADMIN_NOTE_PATH));
  if (note.includes(adminNote(owner))) return body;
  return withValueAt(body, ADMIN_NOTE_PATH, `${note}\n\n${adminNote(owner)}`.trim());
}
