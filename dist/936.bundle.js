export const id = 936;
export const ids = [936];
export const modules = {

/***/ 6455:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   j: () => (/* binding */ signedElsewhere),
/* harmony export */   p: () => (/* binding */ signedHere)
/* harmony export */ });
/* harmony import */ var oauth4webapi__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5235);
/* harmony import */ var _util_clock_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2645);
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(17);



/** Seconds that an assertion is valid for; Okta takes up to an hour (documented). */
const LIFETIME = 300;
/**
 * Proves a service app with assertions that are signed here, a new one for each request: Okta takes each one once (documented). Claims and
 * parameters are those that Okta's own SDKs send: the endpoint that is asked as audience, and no `client_id` beside the assertion. `iat`
 * and `nbf` are left out, so that a runner's clock that is a little ahead does no harm.
 *
 * @throws {ActionError} if Okta does not take keys of this kind
 */
function signedHere({ privateKey, keyId }, clock) {
    const key = { key: signingKey(privateKey), ...(keyId !== undefined && { kid: keyId }) };
    return (endpoint) => {
        const assert = oauth4webapi__WEBPACK_IMPORTED_MODULE_2__/* .PrivateKeyJwt */ .IX(key, {
            [oauth4webapi__WEBPACK_IMPORTED_MODULE_2__/* .modifyAssertion */ .LB]: (_header, claims) => {
                claims['aud'] = endpoint;
                claims['exp'] = (0,_util_clock_js__WEBPACK_IMPORTED_MODULE_0__/* .epochSeconds */ .D)(clock) + LIFETIME;
                delete claims['iat'];
                delete claims['nbf'];
            },
        });
        return async (server, client, body, headers) => {
            await assert(server, client, body, headers);
            body.delete('client_id');
        };
    };
}
/** Proves a service app with an assertion that was signed elsewhere. Parameters: RFC 7523, section 2.2. */
function signedElsewhere(assertion) {
    return () => (_server, _client, body) => {
        body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
        body.set('client_assertion', assertion);
    };
}
/** The key as Web Crypto has it, with its algorithm: RS256, or ES256, ES384 or ES512 by its curve. */
function signingKey(key) {
    if (key.asymmetricKeyType === 'rsa')
        return key.toCryptoKey({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign']);
    const curve = key.asymmetricKeyDetails?.namedCurve ?? 'unknown';
    const namedCurve = CURVES[curve];
    if (namedCurve !== undefined)
        return key.toCryptoKey({ name: 'ECDSA', namedCurve }, false, ['sign']);
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ('Cannot use "auth-private-key"', `it is on the curve ${curve}`, 'Okta takes RSA keys, and EC keys on P-256, P-384 and P-521.');
}
/** The curves that Okta takes, by OpenSSL's names. Source: Okta's documentation of client assertions. */
const CURVES = {
    prime256v1: 'P-256',
    secp384r1: 'P-384',
    secp521r1: 'P-521',
};


/***/ }),

/***/ 2936:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   clientAssertionAuthorization: () => (/* binding */ clientAssertionAuthorization)
/* harmony export */ });
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(17);
/* harmony import */ var _assertions_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6455);
/* harmony import */ var _authorization_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3281);
/* harmony import */ var _token_errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(537);
/* harmony import */ var _token_endpoint_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8560);





/**
 * Authorizes requests with the one access token that an assertion buys: Okta takes each assertion once (documented). It is asked for with
 * all scopes that the run may come to need, and lives for an hour (documented); to revoke it would take another assertion.
 *
 * @throws {ActionError} if the assertion has expired; later, from `headers`, if it is for another org, if Okta gives no token for it, and
 *   if the token lacks a scope
 */
function clientAssertionAuthorization(options) {
    const { credentials, deadline } = options;
    requireUnexpired(credentials, deadline.clock.now());
    let bought;
    return Promise.resolve({
        headers: async (method, url) => {
            bought ??= buy(options);
            const token = await bought;
            const scope = (0,_authorization_js__WEBPACK_IMPORTED_MODULE_4__/* .scopeFor */ .aN)(method, new URL(url).pathname);
            if (scope !== undefined)
                (0,_token_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .requireScopes */ .Vc)([scope], token, credentials.clientId);
            return { authorization: token.authorization };
        },
        renew: () => Promise.resolve(false),
        end: () => Promise.resolve(),
    });
}
async function buy(options) {
    const { credentials, orgUrl, scopes, deadline } = options;
    const { assertion, clientId, tokenOrigin } = credentials;
    if (tokenOrigin !== orgUrl && !(await options.isOwnAddress(tokenOrigin)))
        throw forAnotherOrg(tokenOrigin, orgUrl);
    const endpoint = (0,_token_endpoint_js__WEBPACK_IMPORTED_MODULE_3__/* .tokenEndpoint */ .l)({
        ...options,
        orgUrl: tokenOrigin,
        executor: options.executorFor(tokenOrigin),
        clientId,
        proving: (0,_assertions_js__WEBPACK_IMPORTED_MODULE_1__/* .signedElsewhere */ .j)(assertion),
        canRepeat: false,
        explainFailure: (attempt) => (0,_token_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .explainTokenFailure */ .$J)(attempt, { credentials, orgUrl: tokenOrigin, scopes, now: deadline.clock.now() }),
    });
    const token = await endpoint.request([...scopes, ...(0,_authorization_js__WEBPACK_IMPORTED_MODULE_4__/* .scopesByWhatIsFound */ .VO)(scopes)]);
    (0,_token_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .requireScopes */ .Vc)(scopes, token, clientId);
    return token;
}
function requireUnexpired({ expires }, now) {
    if (expires > now)
        return;
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('Cannot use "auth-client-assertion"', `it has expired, at ${new Date(expires).toISOString()}, ${Math.ceil((now - expires) / 1000)} s ago by the runner's clock`, 'Have it signed right before this step: each step needs one of its own.');
}
function forAnotherOrg(origin, orgUrl) {
    return new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ('Cannot use "auth-client-assertion"', `it is for ${origin}${_token_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TOKEN_PATH */ .od} (aud), and ${new URL(orgUrl).host} does not say that this address is its own`, `Sign it for ${orgUrl}${_token_errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TOKEN_PATH */ .od}.`);
}


/***/ }),

/***/ 8560:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  l: () => (/* binding */ tokenEndpoint)
});

// EXTERNAL MODULE: ./node_modules/oauth4webapi/build/index.js
var build = __webpack_require__(5235);
// EXTERNAL MODULE: ./src/util/errors.ts
var errors = __webpack_require__(17);
// EXTERNAL MODULE: ./src/okta/http/retry.ts
var retry = __webpack_require__(5940);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/jwt/sign.js + 4 modules
var sign = __webpack_require__(7331);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/key/export.js
var key_export = __webpack_require__(7968);
// EXTERNAL MODULE: ./src/util/clock.ts + 1 modules
var util_clock = __webpack_require__(2645);
;// CONCATENATED MODULE: ./src/okta/auth/dpop.ts





/** Makes a key pair. Every proof made with it is masked. */
async function newProofs(clock, log) {
    const keys = await build/* generateKeyPair */.TZ('ES256');
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: await (0,key_export/* exportJWK */.JU)(keys.publicKey) };
    return {
        handle: build/* DPoP */.UM({}, keys, {
            [build/* modifyAssertion */.LB]: (_header, claims) => {
                claims['iat'] = (0,util_clock/* epochSeconds */.D)(clock);
            },
        }),
        forRequest: async (method, url, accessToken) => {
            const { origin, pathname } = new URL(url);
            const proof = await new sign/* SignJWT */.P({
                htm: method,
                htu: origin + pathname,
                ath: (0,external_node_crypto_.createHash)('sha256').update(accessToken).digest('base64url'),
                jti: (0,external_node_crypto_.randomUUID)(),
                iat: (0,util_clock/* epochSeconds */.D)(clock),
            })
                .setProtectedHeader(header)
                .sign(keys.privateKey);
            log.mask(proof);
            return proof;
        },
    };
}

// EXTERNAL MODULE: ./src/okta/auth/token-errors.ts
var token_errors = __webpack_require__(537);
;// CONCATENATED MODULE: ./src/okta/auth/token-endpoint.ts





/** Milliseconds before its end at which a token is replaced: more than any request takes to arrive. */
const RESERVE = 120_000;
/** How often the token endpoint may ask for a proof or a nonce in a row, although once for each is enough (documented). */
const CHALLENGES = 4;
/** The longest access token, in characters, that fits the headers of a request; Okta's take about a thousand (recorded). */
const LONGEST_TOKEN = 8000;
/** Milliseconds that a run waits for a token to be revoked: it ends by itself within the hour. */
const REVOKE_TIMEOUT = 5000;
function tokenEndpoint(options) {
    const { deadline, log } = options;
    const { clock } = deadline;
    /** Made when Okta first asks for a proof, and used from then on. */
    let proofs;
    /** Whether Okta has asked for something that the next request has: a proof of possession, or the nonce that came with the refusal. */
    async function canMeet(error) {
        if (error === 'use_dpop_nonce')
            return proofs !== undefined;
        if (error !== 'invalid_dpop_proof' || proofs)
            return false;
        proofs = await newProofs(clock, log);
        return true;
    }
    return {
        revoke: ({ token }) => revoke(options, token),
        request: async (scopes) => {
            let challenges = 0;
            for (let attempts = 1;;) {
                const answer = await ask(options, scopes, proofs);
                if ('access_token' in answer)
                    return accepted(answer, scopes, proofs, options);
                const error = 'kind' in answer ? '' : (0,token_errors/* readRefusal */.ni)(answer).error;
                if (options.canRepeat && challenges < CHALLENGES && (await canMeet(error))) {
                    challenges += 1;
                    continue;
                }
                const failure = 'kind' in answer ? answer : { kind: 'response', ...answer };
                const again = (0,retry/* retry */.L5)(failure, attempts, clock.now(), clock.random());
                if (!again) {
                    const told = 'kind' in answer ? answer : { ...answer, text: log.redact(answer.text) };
                    throw options.explainFailure(told, scopes);
                }
                await deadline.wait(again.wait, again.reason);
                attempts += 1;
            }
        },
    };
}
/** One request for a token, with an assertion and a proof of its own. */
async function ask(options, scopes, proofs) {
    const { deadline, requestTimeout } = options;
    let attempt = undefined;
    const response = await build/* clientCredentialsGrantRequest */.H0(serverOf(options), clientOf(options), masking(options, token_errors/* TOKEN_PATH */.od), { scope: scopes.join(' ') }, {
        ...(proofs && { DPoP: proofs.handle }),
        [build/* customFetch */.A6]: async (_url, request) => {
            if (request.headers['dpop'])
                options.log.mask(request.headers['dpop']);
            attempt = await post(options, token_errors/* TOKEN_PATH */.od, request, Math.min(requestTimeout, deadline.remaining()));
            return asResponse(attempt);
        },
        ...insecure(options),
    });
    if (attempt && ('kind' in attempt || attempt.status !== 200))
        return attempt;
    try {
        const answer = await build/* processClientCredentialsResponse */._T(serverOf(options), clientOf(options), response);
        return answer.access_token.length > LONGEST_TOKEN ? { kind: 'oversized', status: 200 } : answer;
    }
    catch {
        return { kind: 'malformed', status: 200 };
    }
}
function accepted(response, asked, proofs, { deadline, log }) {
    const { access_token: token, token_type: type, expires_in: lifetime = 0, scope } = response;
    log.mask(token);
    const holder = type === 'dpop' ? proofs : undefined;
    return {
        token,
        authorization: `${holder ? 'DPoP' : 'Bearer'} ${token}`,
        scopes: scope?.split(' ') ?? asked,
        renewAt: deadline.clock.now() + lifetime * 1000 - RESERVE,
        prove: holder && ((method, url) => holder.forRequest(method, url, token)),
    };
}
async function revoke(options, token) {
    const { deadline, log, requestTimeout } = options;
    const timeout = Math.min(REVOKE_TIMEOUT, requestTimeout, deadline.remaining());
    if (timeout <= 0)
        return;
    try {
        await build/* revocationRequest */.Kz(serverOf(options), clientOf(options), masking(options, token_errors/* REVOKE_PATH */.DQ), token, {
            additionalParameters: { token_type_hint: 'access_token' },
            [build/* customFetch */.A6]: async (_url, request) => asResponse(await post(options, token_errors/* REVOKE_PATH */.DQ, request, timeout)),
            ...insecure(options),
        });
    }
    catch (error) {
        log.debug(`The access token was not revoked: ${(0,errors/* explain */.WE)(error)}`);
    }
}
async function post({ orgUrl, executor, deadline: { clock }, log }, path, { method, headers, body }, timeout) {
    const start = clock.now();
    const attempt = await executor.attempt({ url: orgUrl + path, method, headers, body: body.toString() }, timeout);
    const outcome = 'status' in attempt ? attempt.status : attempt.kind;
    log.debug(`POST ${path}: ${outcome}, ${clock.now() - start} ms`);
    return attempt;
}
/** Masks each assertion before it is sent. */
function masking({ orgUrl, proving, log }, path) {
    const prove = proving(orgUrl + path);
    return async (server, client, body, headers) => {
        await prove(server, client, body, headers);
        log.mask(body.get('client_assertion') ?? '');
    };
}
function serverOf({ orgUrl }) {
    return {
        issuer: orgUrl,
        token_endpoint: orgUrl + token_errors/* TOKEN_PATH */.od,
        revocation_endpoint: orgUrl + token_errors/* REVOKE_PATH */.DQ,
    };
}
function clientOf({ clientId }) {
    return { client_id: clientId };
}
/** What both requests have in common: an http org is a local one. */
function insecure({ orgUrl, }) {
    return { [HTTP]: orgUrl.startsWith('http:') };
}
// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out
const HTTP = build/* allowInsecureRequests */.cm;
/** As much of an answer as the OAuth library reads. */
function asResponse(attempt) {
    if ('kind' in attempt)
        return Response.error();
    const headers = new Headers();
    for (const name of ['content-type', 'dpop-nonce']) {
        const value = attempt.header(name);
        if (value !== null)
            headers.set(name, value);
    }
    return new Response(attempt.text || null, { status: attempt.status, headers });
}


/***/ })

};
