/** The URL that a text is, or `undefined` if it is none. */
export function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** A text that was percent-encoded; unchanged if it cannot have been. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a host is this machine itself, so that nothing sent there travels a network. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** Whether a URI names a user before its host, perhaps with a password. */
export function hasUserInfo(uri: string): boolean {
  return USER_INFO.test(uri);
}

/** A URI as it may be shown: the part before an `@` in front of the host may be a password. */
export function withoutUserInfo(uri: string): string {
  return uri.replace(USER_INFO, '$1***@');
}

const USER_INFO = /^([a-z][a-z0-9+.-]*:[/\\]{1,2})[^/\\?#]*@/i;
