import type { Answer } from '../exchange.ts';

/** A page for a person's browser: plain HTML, no script but where a form has to send itself. */
export function htmlPage(status: number, title: string, body: string): Answer {
  return {
    status,
    html: `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head><body>\n<h1>${escaped(title)}</h1>\n${body}\n</body></html>\n`,
    headers: { 'cache-control': 'no-cache, no-store', 'referrer-policy': 'no-referrer' },
  };
}

/** Text as it may stand in HTML, in attributes too: theirs are in double quotes. */
export function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

/**
 * Sends the browser on. A header takes ASCII only: other characters are percent-encoded as UTF-8, which is what a
 * browser makes of them in an address (inferred).
 */
export function redirect(address: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const location = address.replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
  return { status: 302, headers: { ...headers, location } };
}

/** Okta's own error page, where there is nobody to redirect to: 400 with these words (reported). */
export function errorPage(error: string, description: string): Answer {
  return htmlPage(
    400,
    '400 Bad Request',
    `<p>Your request resulted in an error.</p>\n<p>Identity Provider: Unknown</p>\n<p>Error Code: ${escaped(error)}</p>\n<p>Description: ${escaped(description)}</p>`,
  );
}

/** A form that the browser sends on by itself, as `response_mode=form_post` has it. */
export function formPost(action: string, fields: URLSearchParams): Answer {
  return htmlPage(
    200,
    'Please wait',
    `<form method="post" action="${escaped(action)}">\n${hiddenFields(fields)}\n<noscript><button>Continue</button></noscript>\n</form>\n<script>document.forms[0].submit()</script>`,
  );
}

export function hiddenFields(fields: URLSearchParams): string {
  return [...fields]
    .map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`)
    .join('\n');
}
