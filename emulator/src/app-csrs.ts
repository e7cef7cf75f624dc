import type { KeyObject } from 'node:crypto';
import { X509Certificate, generateKeyPair, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { AppKey } from './app-key.ts';
import { requireApp } from './apps.ts';
import { bitString, der, distinguishedName, integer, objectIdentifier, sequence } from './der.ts';
import { blankField, notFound, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, noContent, ok, param } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { objectOf, stringOf } from './json.ts';
import type { App, CertificateRequest } from './org.ts';
import { timestamp } from './org.ts';

const CSRS = '/api/v1/apps/:appId/credentials/csrs';

const newPair = promisify(generateKeyPair);

/** Requests for certificates of an app's keys: for a key that an authority certifies rather than Okta. */
export const appCsrRoutes: Route[] = [
  {
    method: 'GET',
    path: CSRS,
    scope: 'okta.apps.read',
    handle: (exchange) => {
      const app = requireApp(exchange);
      return ok([...app.certificateRequests.values()].map((request) => showRequest(exchange, app, request)));
    },
  },
  { method: 'POST', path: CSRS, scope: 'okta.apps.manage', handle: createRequest },
  {
    method: 'GET',
    path: `${CSRS}/:csrId`,
    scope: 'okta.apps.read',
    handle: (exchange) => {
      const app = requireApp(exchange);
      return ok(showRequest(exchange, app, requireRequest(exchange, app)));
    },
  },
  {
    method: 'DELETE',
    path: `${CSRS}/:csrId`,
    scope: 'okta.apps.manage',
    handle: (exchange) => {
      const app = requireApp(exchange);
      app.certificateRequests.delete(requireRequest(exchange, app).id);
      return noContent;
    },
  },
  {
    method: 'POST',
    path: `${CSRS}/:csrId/lifecycle/publish`,
    scope: 'okta.apps.manage',
    anyType: true,
    handle: publish,
  },
];

/** 404 (documented); the name of the type is inferred. */
function requireRequest(exchange: Exchange, app: App): CertificateRequest {
  const id = param(exchange, 'csrId');
  const request = app.certificateRequests.get(id);
  if (request === undefined) throw notFound(id, 'Csr');
  return request;
}

/** 201 (documented): a new key, and a request (PKCS #10) for a certificate that names the subject. */
async function createRequest(exchange: Exchange): Promise<Answer> {
  const app = requireApp(exchange);
  const subject = objectOf(bodyObject(exchange)['subject']);
  if ((stringOf(subject['commonName']) ?? '') === '') throw blankField('commonName');
  const { publicKey, privateKey } = await newPair('rsa', { modulusLength: 2048 });
  const request: CertificateRequest = {
    id: exchange.org.ids.next('csr'),
    created: timestamp(exchange.now),
    publicKey,
    csr: requestText(subject, publicKey, privateKey),
  };
  app.certificateRequests.set(request.id, request);
  return { status: 201, body: showRequest(exchange, app, request) };
}

function requestText(subject: JsonObject, publicKey: KeyObject, privateKey: KeyObject): string {
  const algorithm = sequence(objectIdentifier('1.2.840.113549.1.1.11'), der(0x05));
  const body = sequence(
    integer(Buffer.from([0])),
    distinguishedName(subject),
    publicKey.export({ format: 'der', type: 'spki' }),
    der(0xa0),
  );
  return sequence(body, algorithm, bitString(sign('sha256', body, privateKey))).toString('base64');
}

/** 201 with the key, once a certificate of it is sent, in Base64 or as PEM (documented); another key's is refused (inferred). */
async function publish(exchange: Exchange): Promise<Answer> {
  const app = requireApp(exchange);
  const request = requireRequest(exchange, app);
  const certificate = readCertificate(exchange.text);
  if (!certificate.publicKey.equals(request.publicKey)) {
    throw validationFailed('certificate', 'The certificate is not one of the key that was asked for.');
  }
  const key = AppKey.certified(certificate, exchange.now);
  app.keys = [...app.keys, key];
  app.certificateRequests.delete(request.id);
  return { status: 201, body: await key.show() };
}

function readCertificate(text: string): X509Certificate {
  try {
    return new X509Certificate(text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64'));
  } catch {
    throw validationFailed('certificate', 'The certificate cannot be read.');
  }
}

function showRequest({ origin }: Exchange, app: App, { id, created, csr }: CertificateRequest): JsonObject {
  const self = `${origin}/api/v1/apps/${app.id}/credentials/csrs/${id}`;
  return {
    id,
    created,
    csr,
    kty: 'RSA',
    _links: {
      self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
      publish: { href: `${self}/lifecycle/publish`, hints: { allow: ['POST'] } },
    },
  };
}
