import type { Json } from './json.ts';

/** What a handler answers. Without a body the response has none (204). */
export interface Answer {
  readonly status: number;
  readonly body?: Json;
  /** The same as text, where that is at hand. */
  readonly json?: string;
  /** A document for a service provider, instead of a JSON body. */
  readonly xml?: string;
  /** A page for a person's browser, instead of a JSON body. */
  readonly html?: string;
  /** One `Link` header line each, as Okta sends them (recorded). */
  readonly links?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}
