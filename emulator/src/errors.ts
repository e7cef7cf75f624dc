import { randomBytes } from 'node:crypto';
import type { Answer } from './answer.ts';
import type { JsonObject } from './json.ts';

/**
 * Okta's error envelope and the codes that the emulator answers with.
 *
 * Where each text comes from: (recorded) an answer of a real org; (reported) an answer of a real org quoted in a
 * public issue; (documented) Okta's catalogue of error codes; (inferred) nobody has written down what Okta says, so
 * status and code follow the documentation and the text is plain.
 */
export class OktaError extends Error {
  readonly answer: Answer;

  constructor(answer: Answer, message: string) {
    super(message);
    this.answer = answer;
  }
}

/** Okta's envelope: `errorLink` repeats the code, `errorId` starts with `oae` (recorded). */
export function envelope(code: string, summary: string, causes: readonly JsonObject[] = []): JsonObject {
  return {
    errorCode: code,
    errorSummary: summary,
    errorLink: code,
    errorId: `oae${randomBytes(16).toString('base64url')}`,
    errorCauses: [...causes],
  };
}

/** An error in Okta's envelope, each cause a sentence. */
export function oktaError(status: number, code: string, summary: string, ...causes: string[]): OktaError {
  const body = envelope(
    code,
    summary,
    causes.map((cause) => ({ errorSummary: cause })),
  );
  return new OktaError({ status, body }, summary);
}

/** 400 E0000001, by far the most frequent refusal: the summary names the field, each cause says why (recorded). */
export function validationFailed(field: string, ...causes: string[]): OktaError {
  return oktaError(400, 'E0000001', `Api validation failed: ${field}`, ...causes);
}

/**
 * The usual form of a validation cause: the field, then the sentence with the field in doubled quotes, as in
 * `redirect_uris: ''redirect_uris'' must not contain a fragment identifier.` (reported).
 */
export function invalidField(field: string, sentence: string): OktaError {
  return validationFailed(field, `${field}: ''${field}'' ${sentence}`);
}

/** 400 for a field that has to be there (reported for catalog apps and for `visibility`). */
export function blankField(field: string): OktaError {
  return validationFailed(field, `${field}: The field cannot be left blank`);
}

/** 400 for a name that is taken, in the wording that Okta uses for groups and users (reported). */
export function alreadyExists(field: string): OktaError {
  return validationFailed(
    field,
    `${field}: An object with this field already exists in the current organization`,
  );
}

/** 404 E0000007 with Okta's name of the type, for example `AppInstance` (recorded). */
export function notFound(id: string, type: string): OktaError {
  return oktaError(404, 'E0000007', `Not found: Resource not found: ${id} (${type})`);
}

/** 400 E0000003: the body is no JSON, or an enumerated value is not one of Okta's (recorded, reported). */
export function malformedBody(): OktaError {
  return oktaError(400, 'E0000003', 'The request body was not well-formed.');
}

/** 403 E0000005: no token at all, or a token where only a session will do (documented, reported). */
export function invalidSession(): OktaError {
  return oktaError(403, 'E0000005', 'Invalid session');
}

/** 403 E0000006: the caller lacks the admin role (documented, reported). */
export function forbidden(): OktaError {
  return oktaError(403, 'E0000006', 'You do not have permission to perform the requested action');
}

/** 404 E0000008: no endpoint has that path (documented). */
export function pathNotFound(): OktaError {
  return oktaError(404, 'E0000008', 'The requested path was not found');
}

/** 500 E0000009 (recorded for the DELETE of an app, which succeeded seconds later). */
export function internalServerError(): OktaError {
  return oktaError(500, 'E0000009', 'Internal Server Error');
}

/** 401 E0000011: a token that Okta does not know (documented). */
export function invalidToken(): OktaError {
  return oktaError(401, 'E0000011', 'Invalid token provided');
}

/** 400 E0000021: a body that is not JSON, or a client that does not take JSON (documented). */
export function unsupportedContentType(): OktaError {
  return oktaError(
    400,
    'E0000021',
    'Bad request.  Accept and/or Content-Type headers likely do not match supported values.',
  );
}

/** 400 E0000019: the metadata of a SAML app for a client that does not take XML (recorded). */
export function unsupportedMetadataType(): OktaError {
  return oktaError(
    400,
    'E0000019',
    'Bad request. Accept and/or Content-Type headers likely do not match supported values.',
  );
}

/** 400 E0000018: a body without a Content-Type (documented). */
export function missingContentType(): OktaError {
  return oktaError(400, 'E0000018', 'Bad request.  Accept and/or Content-Type headers are likely not set.');
}

/** 405 E0000022 (documented). */
export function methodNotAllowed(): OktaError {
  return oktaError(405, 'E0000022', 'The endpoint does not support the provided HTTP method');
}

/** 400 E0000031: a filter or search expression that Okta does not take (documented). */
export function invalidSearch(): OktaError {
  return oktaError(400, 'E0000031', 'Invalid search criteria.');
}

/** 429 E0000047 (documented). */
export function tooManyRequests(): OktaError {
  return oktaError(429, 'E0000047', 'API call exceeded rate limit due to too many requests.');
}
