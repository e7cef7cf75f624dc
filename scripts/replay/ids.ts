/**
 * An ID that Okta made up: 20 letters and digits, with a digit among them (so that the word `authorizationServers` is none). It may stand
 * between other characters of a URL, escaped ones too. Recorded: all IDs of the recordings that have been replayed so far.
 */
const ID = /(?<=^|[^\w-]|%[0-9A-F]{2})(?=[A-Za-z]*\d)[0-9A-Za-z]{20}(?![\w-])/g;

/** Which ID of the replay takes the place of which recorded one, and the same of other values that Okta makes up. */
export class Ids {
  readonly #replayed = new Map<string, string>();
  readonly #recorded = new Map<string, string>();
  readonly #others = new Map<string, string>();

  /** The IDs in a text that nothing in the replay takes the place of: of objects that were there before the recording began. */
  unknownIn(text: string): string[] {
    return idsIn(text).filter((id) => !this.#replayed.has(id));
  }

  /** The ID that takes the place of a recorded one. */
  replayedFor(recorded: string): string | undefined {
    return this.#replayed.get(recorded);
  }

  /** Whether an ID of the replay takes the place of a recorded one. */
  isReplayed(id: string): boolean {
    return this.#recorded.has(id);
  }

  /** A recorded text with what the replay has in the place of IDs and of other values. */
  rewritten(text: string): string {
    const withIds = text.replaceAll(ID, (id) => this.#replayed.get(id) ?? id);
    return [...this.#others].reduce(
      (rest, [recorded, replayed]) => rest.replaceAll(recorded, replayed),
      withIds,
    );
  }

  /** Learns the value that takes the place of another one that is no ID, such as a secret. */
  replace(recorded: string, replayed: string): void {
    this.#others.set(recorded, replayed);
  }

  /**
   * Whether two texts are the same but for their IDs, and each ID of the replay is in the place of one recorded ID only. What is seen for
   * the first time is learnt.
   */
  match(recorded: string, replayed: string): boolean {
    const [theirs, ours] = [idsIn(recorded), idsIn(replayed)];
    if (recorded.replaceAll(ID, '') !== replayed.replaceAll(ID, '') || theirs.length !== ours.length)
      return false;
    return theirs.every((id, index) => this.#pair(id, ours[index] ?? ''));
  }

  #pair(recorded: string, replayed: string): boolean {
    if (!this.#replayed.has(recorded) && !this.#recorded.has(replayed)) {
      this.#replayed.set(recorded, replayed);
      this.#recorded.set(replayed, recorded);
    }
    return this.#replayed.get(recorded) === replayed;
  }
}

export function idsIn(text: string): string[] {
  return text.match(ID) ?? [];
}
