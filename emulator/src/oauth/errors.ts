import { OktaError } from '../errors.ts';

/**
 * An error in OAuth's form, as the endpoints of an authorization server answer it. All descriptions are Okta's
 * (documented) unless a comment says otherwise.
 */
export function refused(
  status: number,
  error: string,
  description: string,
  headers: Record<string, string> = {},
): OktaError {
  return new OktaError(
    { status, body: { error, error_description: description }, headers },
    `${error}: ${description}`,
  );
}

/** 401: the client is not who it says. */
export function invalidClient(description: string): OktaError {
  return refused(401, 'invalid_client', description);
}

export const UNKNOWN_CLIENT = "Invalid value for 'client_id' parameter.";
export const UNKNOWN_SCOPE = 'One or more scopes are not configured for the authorization server resource.';
export const POLICY_FAILED =
  'Policy evaluation failed for this request, please check the policy configurations.';
export const NOT_ASSIGNED = 'User is not assigned to the client application.';

/** The text for a grant type that the app does not have. */
export function grantNotAllowed(configured: readonly string[]): string {
  return `The client is not authorized to use the provided grant type. Configured grant types: [${configured.join(', ')}].`;
}
