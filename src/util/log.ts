import * as core from '@actions/core';
import { isObject, type Json } from './json.ts';

/**
 * The one way from a run to the log: every line is redacted and made printable on its way out, so that neither a secret nor a workflow
 * command hidden in an app's label or in an answer of Okta's gets through.
 */
export interface Log {
  info(line: string): void;
  notice(text: string): void;
  warning(text: string): void;
  debug(line: string): void;
  /** Ends the run as failed, with an annotation. */
  failed(text: string): void;
  /**
   * Masks a value in the runner's log from now on, and in all that this run writes itself.
   *
   * @param isWord whether it may be a part of harmless texts, such as of a host's name, which are to remain legible in what the run writes
   */
  mask(value: string, options?: { isWord: boolean }): void;
  /**
   * Shows a name as a number of its kind (`user 2`) in all that this run writes itself, from now on: what everybody may read counts people,
   * and does not name them. The runner knows nothing of it.
   */
  count(name: string, kind: string): void;
  /** The text with every masked value replaced by `***`, and every counted name by its number. */
  redact(text: string): string;
  /** The warnings so far, as they were given. */
  readonly warnings: readonly string[];
}

/** Shorter lines of a multi-line secret are not masked: a lone brace or word would blank out harmless text all over the log. */
const SHORTEST_MASKED_LINE = 6;
/** Nor are shorter values: they are no secrets, but a hyphen that was given for one would vanish from every message. */
const SHORTEST_MASKED_VALUE = 4;

/** What is masked. It belongs to the process and not to the log, as the runner's own masks do: a run is a process. */
let masked = new Set<string>();
/** The same, the longest first; `undefined` until it is needed. */
let longestFirst: readonly string[] | undefined;
/** The same, of what is left as it is if it is part of a longer word. */
let words = new Set<string>();

/** Names that are counted, in each form that they are written in, with what stands for them. */
let counted = new Map<string, string>();
/** The same, of names that may be a part of other words. */
let countedWords = new Map<string, string>();

/** A text with every masked value replaced by `***`, and every counted name by its number; to be used before it is cut short or its characters are changed. */
export function redact(text: string): string {
  let redacted = text;
  longestFirst ??= [...masked].sort((a, b) => b.length - a.length);
  for (const value of longestFirst) redacted = redacted.replaceAll(value, '***');
  for (const word of words) redacted = withoutWord(redacted, word, '***');
  for (const [name, number] of counted) redacted = redacted.replaceAll(name, number);
  for (const [name, number] of countedWords) redacted = withoutWord(redacted, name, number);
  return redacted;
}

/** The same of every text in a value, keys included, so that it can still be written as JSON or YAML; a number that is masked becomes text. */
export function redactedJson(value: Json): Json {
  if (typeof value === 'string') return redact(value);
  if (typeof value === 'number') {
    const text = redact(String(value));
    return text === String(value) ? value : text;
  }
  if (Array.isArray(value)) return value.map(redactedJson);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [redact(key), inner && redactedJson(inner)]);
  return Object.fromEntries(entries) as Json;
}

/** Opens the log of a run, in which nothing is masked yet. */
export function openLog(): Log {
  masked = new Set();
  longestFirst = undefined;
  words = new Set();
  counted = new Map();
  countedWords = new Map();
  const numbers = new Map<string, number>();
  const known = new Set<string>();
  const given = new Set<string>();
  const warnings: string[] = [];
  return {
    warnings,
    info: (line) => {
      core.info(printable(redact(line)));
    },
    notice: (text) => {
      core.notice(plain(redact(text)));
    },
    warning: (text) => {
      warnings.push(text);
      core.warning(plain(redact(text)));
    },
    debug: (line) => {
      core.debug(plain(redact(line)));
    },
    failed: (text) => {
      core.setFailed(plain(redact(text)));
    },
    mask: (value, { isWord } = { isWord: false }) => {
      const lines = value
        .toWellFormed()
        .split(/\r?\n/)
        .map((part) => part.trim());
      const shortest = lines.length === 1 ? SHORTEST_MASKED_VALUE : SHORTEST_MASKED_LINE;
      for (const line of lines) {
        if (line.length < shortest || given.has(line) || (isWord && words.has(line))) continue;
        if (!isWord) given.add(line);
        longestFirst = undefined;
        for (const form of formsOf(line)) (isWord ? words : masked).add(form);
        core.setSecret(line);
      }
    },
    count: (name, kind) => {
      if (name === '' || known.has(name)) return;
      known.add(name);
      const number = (numbers.get(kind) ?? 0) + 1;
      numbers.set(kind, number);
      if (name.includes('@')) for (const form of formsOf(name)) counted.set(form, `${kind} ${number}`);
      else countedWords.set(name, `${kind} ${number}`);
    },
    redact,
  };
}

/** Replaces a word unless it is part of a longer one, or of an address. */
function withoutWord(text: string, word: string, by: string): string {
  return text
    .split(word)
    .reduce((before, after) =>
      /[\w./-]/.test(before.slice(-1)) || /^([\w/-]|\.\w)/.test(after)
        ? before + word + after
        : before + by + after,
    );
}

/** The shortest value that is also looked for in lower case, as hosts and words are written: shorter ones may be words themselves. */
const SHORTEST_FOLDED = 12;

/** How pages write the characters that mean something in HTML: by name, as far as most do, or all by number. */
const BY_NAME: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const MARKUP = /[&<>"']/g;

/** A value as it is written in texts, in addresses and their parts, in queries, in JSON and in pages. */
function formsOf(value: string): Set<string> {
  const query = new URLSearchParams({ '': value }).toString().slice(1);
  const url = new URL('http://host/');
  url.pathname = url.search = url.hash = value;
  const forms = [
    value,
    encodeURIComponent(value),
    query,
    JSON.stringify(value).slice(1, -1),
    url.pathname.slice(1),
    url.search.slice(1),
    url.hash.slice(1),
    value.replace(MARKUP, (character) => BY_NAME[character] ?? character),
    value.replace(MARKUP, (character) => `&#${character.charCodeAt(0)};`),
  ].filter((form) => form.length >= SHORTEST_MASKED_VALUE);
  return new Set([
    ...forms,
    ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase())),
    ...forms.filter(({ length }) => length >= SHORTEST_FOLDED).map((form) => form.toLowerCase()),
  ]);
}

/** The text of an annotation, in which only line ends and tabs are left of the characters that steer a terminal, and none of those that turn a line around. */
function plain(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * A text as one harmless log line. The runner reads a line that starts with `::`, and `##[` anywhere in a line, as a command;
 * both are broken up with a zero-width space, and control characters are shown as escapes.
 */
export function printable(text: string): string {
  return text
    .replace(/(?!\t)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) =>
      character === '\n' ? '\\n' : escape(character),
    )
    .replaceAll('##[', '#\u200b#[')
    .replace(/^(\s*):(?=:)/, '$1\u200b:');
}
