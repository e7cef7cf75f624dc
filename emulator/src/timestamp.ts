/** Okta's timestamp: whole seconds, milliseconds always `.000` (recorded). Takes epoch milliseconds. */
export function timestamp(now: number): string {
  return new Date(Math.floor(now / 1000) * 1000).toISOString();
}
