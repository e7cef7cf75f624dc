/** What a person types into the sign-in page. */
export interface Person {
  readonly username: string;
  readonly password: string;
}

/** Where a browser ended up. */
export interface Visit {
  /** The page that is shown, or the address outside the org that the browser was sent to. */
  readonly url: URL;
  /** Undefined: outside the org, where this browser does not go. */
  readonly status: number | undefined;
  /** The page. */
  readonly text: string;
  /** What was posted to the address outside the org, with `response_mode=form_post`. */
  readonly posted: URLSearchParams | undefined;
}

/**
 * A person's browser, as far as signing in needs one: it keeps the session cookie, follows redirects, and fills in the
 * sign-in page. It stays at the org; an address outside, such as a redirect URI, is where a visit ends.
 */
export class Browser {
  readonly #org: string;
  readonly #cookies = new Map<string, string>();

  /** @param org the URL of the emulated org */
  constructor(org: string) {
    this.#org = new URL(org).origin;
  }

  /**
   * Opens an address of the org, such as a client's authorization URL.
   *
   * @param person signs in where the sign-in page is shown, once; without one, the visit ends there
   */
  async open(address: string | URL, person?: Person): Promise<Visit> {
    const shown = await this.#follow('GET', new URL(address));
    const form = formIn(shown);
    if (person === undefined || form?.action.pathname !== '/login/login.htm') return shown;
    for (const [name, value] of Object.entries(person)) form.fields.set(name, String(value));
    return this.#follow('POST', form.action, form.fields);
  }

  async #follow(method: 'GET' | 'POST', url: URL, body?: URLSearchParams): Promise<Visit> {
    if (url.origin !== this.#org) return { url, status: undefined, text: '', posted: body };
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    if (location !== null) return this.#follow('GET', new URL(location, url));
    const visit = { url, status: response.status, text: await response.text(), posted: undefined };
    const form = formIn(visit);
    // A form that sends itself, as a page of `response_mode=form_post` does.
    return form !== undefined && visit.text.includes('.submit()')
      ? this.#follow('POST', form.action, form.fields)
      : visit;
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/;\s*max-age=0\b/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

/** The form of one of the org's pages, with what stands in it. */
function formIn({ url, text }: Visit): { action: URL; fields: URLSearchParams } | undefined {
  const action = /<form method="post" action="([^"]*)">/.exec(text)?.[1];
  if (action === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [input] of text.matchAll(/<input [^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1] ?? '';
    fields.set(name, unescaped(/value="([^"]*)"/.exec(input)?.[1] ?? ''));
  }
  return { action: new URL(unescaped(action), url), fields };
}

function unescaped(text: string): string {
  const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replace(/&(amp|lt|gt|quot);/g, (_, entity: string) => characters[entity] ?? '');
}
