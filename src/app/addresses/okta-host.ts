/**
 * The parts of a host name at one of Okta's own domains: `acme` and `.okta.com`.
 *
 * @returns `undefined` for any other, such as an org's custom domain
 */
export function oktaHost(hostname: string): { org: string; domain: string } | undefined {
  const [, org, domain] =
    /^([^.]+)(\.(?:okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com|\.okta\.mil)$/.exec(hostname) ?? [];
  return org === undefined || domain === undefined ? undefined : { org, domain };
}
