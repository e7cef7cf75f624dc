/** What is read of an answer's body: no more than a run can afford, whoever sends it. */

/** The largest body that is read, in bytes, packed or not, and in bytes that it takes when it is parsed: real ones are a fifth of that. */
export const LARGEST_BODY = 10 * 1024 * 1024;

export interface BodyText {
  text: string;
  /** What the text takes when it is parsed; see {@link weightOf}. */
  weight: number;
}

/** Reads a body, and stops if it becomes larger than {@link LARGEST_BODY}. */
export async function chunksOf(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[] | 'oversized'> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LARGEST_BODY) return 'oversized';
    chunks.push(chunk);
  }
  return chunks;
}

/** The text of a body that has been read and unpacked, unless it would take too much to parse it. */
export function bodyText(body: Buffer): BodyText | 'oversized' {
  const text = body.toString();
  const weight = weightOf(text);
  return weight > LARGEST_BODY ? 'oversized' : { text, weight };
}

/** Bytes of memory for a value of JSON at most, beside its text, by each character that comes with one: `{}` takes two and 56. */
const BYTES_PER_MARK = 32;

/** How many bytes of memory a JSON text takes when it is parsed, at most and about. */
export function weightOf(text: string): number {
  let marks = 0;
  for (const mark of ['[', '{', ','])
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) marks += 1;
  const isWide = /[^\0-\xff]/.test(text);
  return text.length * (isWide ? 2 : 1) + marks * BYTES_PER_MARK;
}
