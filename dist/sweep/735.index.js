export const id = 735;
export const ids = [735];
export const modules = {

/***/ 3735:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  serviceAppAuthorization: () => (/* binding */ serviceAppAuthorization)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/jwt/sign.js + 4 modules
var sign = __webpack_require__(7331);
// EXTERNAL MODULE: ./node_modules/jose/dist/webapi/key/export.js
var key_export = __webpack_require__(7968);
// EXTERNAL MODULE: ./node_modules/oauth4webapi/build/index.js
var build = __webpack_require__(5235);
// EXTERNAL MODULE: ./src/util/errors.ts
var errors = __webpack_require__(17);
// EXTERNAL MODULE: ./src/okta/authorization.ts
var okta_authorization = __webpack_require__(4140);
// EXTERNAL MODULE: ./src/okta/retry.ts
var retry = __webpack_require__(1975);
// EXTERNAL MODULE: ./src/util/json.ts
var json = __webpack_require__(4976);
// EXTERNAL MODULE: ./src/okta/errors.ts
var okta_errors = __webpack_require__(2282);
;// CONCATENATED MODULE: ./src/okta/token-errors.ts



/** Where the org's own authorization server gives tokens for Okta's API. */
const TOKEN_PATH = '/oauth2/v1/token';
/** Where it takes them back. */
const REVOKE_PATH = '/oauth2/v1/revoke';
/** Why the token endpoint refused: in OAuth's form (documented) or in that of Okta's API (reported), or as a page. */
function readRefusal({ text }) {
    const body = parse(text);
    if (!body)
        return { error: '', description: (0,errors/* plainText */.wh)(text) };
    const word = (...names) => names.map((name) => body[name]).find((value) => typeof value === 'string') ?? '';
    return {
        error: (0,errors/* clause */.sb)(word('error', 'errorCode')),
        description: (0,errors/* clause */.sb)(word('error_description', 'errorSummary')),
    };
}
function parse(text) {
    try {
        const body = JSON.parse(text);
        return (0,json/* isObject */.Gv)(body) ? body : undefined;
    }
    catch {
        return undefined;
    }
}
/** What to say where Okta gave no token. */
function explainTokenFailure(response, asked) {
    const { credentials, orgUrl } = asked;
    const purpose = purposeOf(credentials.clientId);
    if ('kind' in response)
        return (0,okta_errors/* explainFailure */.SP)({ method: 'POST', path: TOKEN_PATH, purpose }, response, asked);
    const { error, description } = readRefusal(response);
    return new errors/* ActionError */.lZ(`Cannot ${purpose}`, `${new URL(orgUrl).host} answered ${response.status}${error && ` (${error})`}: ${description || 'no reason given'}`, remedyFor(response, { error, description }, asked));
}
/** What to say where Okta gave a token that lacks a scope. Okta leaves out what is not granted, without a word (documented). */
function explainMissingScopes(missing, granted, clientId) {
    return new errors/* ActionError */.lZ(`Cannot ${purposeOf(clientId)}`, `it was granted ${list(granted)}, and this run also needs ${list(missing)}`, grant(missing));
}
function purposeOf(clientId) {
    return `get an access token for the service app ${clientId}`;
}
/** Texts: documented, as in the table of OAuth error codes; what they mean in practice: reported. */
function remedyFor(response, { error, description }, asked) {
    const { status } = response;
    const { credentials, orgUrl, scopes, now } = asked;
    const { keyId } = credentials;
    const host = new URL(orgUrl).host;
    if (error === 'consent_required' || error === 'invalid_scope')
        return grant(scopes);
    if (/kid is invalid/.test(description)) {
        return keyId === undefined
            ? 'The app has several public keys in Okta: set "auth-key-id" to the ID (kid) of the one that belongs to "auth-private-key".'
            : `The app has no active public key with the ID "${keyId}" in Okta: register the public key under it (${PUBLIC_KEYS}), or set "auth-key-id" to the ID (kid) that the key has there.`;
    }
    if (/signature is invalid/.test(description)) {
        return `"auth-private-key" does not belong to the public key that the app has in Okta${keyId === undefined ? '' : ` under the ID "${keyId}"`}: register its public key (${PUBLIC_KEYS}), or give the private key of the one that is there. Where there are several, set "auth-key-id".`;
    }
    if (/JWKSet/.test(description)) {
        return `The app has no public key in Okta: register the one that belongs to "auth-private-key" (${PUBLIC_KEYS}).`;
    }
    if (/expired|before the current time|in the future|in the past|too far into the future/.test(description))
        return clockAdvice(response, now);
    if (/audience/.test(description))
        return `Set "org-url" to the address at which Okta itself serves the org: it knows this endpoint by another one than ${orgUrl}.`;
    if (/'application_type'|token_endpoint_auth_method|grant type/.test(description)) {
        return 'The app must be one of the kind "API Services", with the client authentication "Public key / Private key".';
    }
    if (/client_id/.test(description)) {
        return `Check "auth-client-id": ${host} has no active app with that client ID.`;
    }
    if (status >= 300 && status < 400)
        return 'It redirects, and credentials are not sent on. Check that "org-url" is the address of your Okta org itself.';
    if (status === 429 || status >= 500 || status === 409 || status === 423)
        return 'It kept failing. Run it again later; see status.okta.com.';
    return 'Check "org-url", "auth-client-id" and "auth-private-key".';
}
/** Where the Admin Console has an app's keys. */
const PUBLIC_KEYS = 'Admin Console: Applications, the app, General, Public Keys';
function grant(scopes) {
    return `A super administrator has to grant the app ${list(scopes)} (Admin Console: Applications, the app, Okta API Scopes).`;
}
function clockAdvice(response, now) {
    const ahead = Math.round((now - Date.parse(response.header('date') ?? '')) / 1000);
    const difference = Number.isNaN(ahead)
        ? ''
        : `: it is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} Okta's`;
    return `Set the runner's clock${difference}.`;
}
function list(names) {
    const last = names.at(-1) ?? 'nothing';
    return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

;// CONCATENATED MODULE: ./src/okta/service-app.ts








/** Milliseconds before its end at which a token is replaced: more than any request takes to arrive. */
const RESERVE = 120_000;
/** Seconds that an assertion is valid for; Okta takes up to an hour (documented). */
const ASSERTION_LIFETIME = 300;
/** Nonces that the token endpoint may ask for in a row, although one is enough (documented). */
const CHALLENGES = 3;
/**
 * Authorizes requests with access tokens of a service app. The first one is asked for when the first request needs it, and shared by
 * all until shortly before it expires.
 *
 * @throws {ActionError} where the key is of a kind that Okta does not take; later, from `headers`, where Okta gives no token or leaves
 *   out one of the scopes
 */
function serviceAppAuthorization(options) {
    const { clock } = options.deadline;
    const scopes = new Set(options.scopes);
    const { request, revoke } = tokenRequester(options, signingKey(options.credentials.privateKey));
    let held;
    /** All that Okta may still take. */
    const live = new Set();
    const widening = new Map();
    async function currentToken() {
        const known = held;
        if (known && clock.now() >= (await known).renewAt && held === known)
            held = undefined;
        held ??= ask([...scopes]);
        return held;
    }
    async function ask(wanted) {
        const token = await request(wanted);
        live.add(token);
        return token;
    }
    /** Asks for one more scope. Where it is not granted, all else goes on with the scopes that are. */
    function widen(scope) {
        const asked = widening.get(scope);
        if (asked)
            return asked;
        const before = held;
        const wider = ask([...scopes, scope]);
        const done = wider
            .then(() => {
            scopes.add(scope);
            held = held === before ? wider : undefined;
        })
            .finally(() => widening.delete(scope));
        widening.set(scope, done);
        return done;
    }
    return Promise.resolve({
        headers: async (method, url) => {
            const scope = (0,okta_authorization/* scopeFor */.a)(method, new URL(url).pathname);
            if (scope !== undefined && !scopes.has(scope))
                await widen(scope);
            const { authorization, prove } = await currentToken();
            return { authorization, ...(prove && { dpop: await prove(method, url) }) };
        },
        renew: async (failure, sent) => {
            if (failure.kind !== 'response' || failure.status !== 401)
                return false;
            const known = held;
            const token = await known;
            if (token && token.authorization === sent['authorization']) {
                live.delete(token);
                if (held === known)
                    held = undefined;
            }
            return true;
        },
        end: async () => {
            await Promise.all([...live].map(({ token }) => revoke(token)));
        },
    });
}
/** The key as Web Crypto has it, with the algorithm that goes with it: RS256, or ES256, ES384 or ES512 by its curve. */
function signingKey(key) {
    if (key.asymmetricKeyType === 'rsa')
        return key.toCryptoKey({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign']);
    const curve = key.asymmetricKeyDetails?.namedCurve ?? 'unknown';
    const namedCurve = CURVES[curve];
    if (namedCurve !== undefined)
        return key.toCryptoKey({ name: 'ECDSA', namedCurve }, false, ['sign']);
    throw new errors/* ActionError */.lZ('Cannot use "auth-private-key"', `it is on the curve ${curve}`, 'Okta takes RSA keys, and EC keys on P-256, P-384 and P-521.');
}
/** The curves that Okta takes, by OpenSSL's names. Source: Okta's documentation of client assertions. */
const CURVES = {
    prime256v1: 'P-256',
    secp384r1: 'P-384',
    secp521r1: 'P-521',
};
/** Milliseconds that a run waits for a token to be taken back: it ends by itself within the hour. */
const REVOKE_TIMEOUT = 5000;
/** How tokens are asked for. The keys for DPoP are made when Okta first asks for a proof, and used from then on. */
function tokenRequester(options, key) {
    const { credentials, orgUrl, executor, deadline, log, requestTimeout } = options;
    const { clock } = deadline;
    const server = {
        issuer: orgUrl,
        token_endpoint: orgUrl + TOKEN_PATH,
        revocation_endpoint: orgUrl + REVOKE_PATH,
    };
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; an http org is a local one
    const insecure = { [build/* allowInsecureRequests */.cm]: orgUrl.startsWith('http:') };
    const client = { client_id: credentials.clientId };
    const authenticate = clientAuthentication(options, key, TOKEN_PATH);
    let proofs;
    /** One request, with an assertion and a proof of its own. */
    async function ask(scopes) {
        let attempt = undefined;
        const post = async (url, { method, headers, body }) => {
            if (headers['dpop'])
                log.mask(headers['dpop']);
            const start = clock.now();
            attempt = await executor.attempt({ url, method, headers, body: body.toString() }, Math.min(requestTimeout, deadline.remaining()));
            log.debug(`POST ${TOKEN_PATH}: ${'status' in attempt ? attempt.status : attempt.kind}, ${clock.now() - start} ms`);
            return asResponse(attempt);
        };
        const response = await build/* clientCredentialsGrantRequest */.H0(server, client, authenticate, { scope: scopes.join(' ') }, {
            ...(proofs && { DPoP: proofs.handle }),
            [build/* customFetch */.A6]: post,
            ...insecure,
        });
        if (attempt && ('kind' in attempt || attempt.status !== 200))
            return attempt;
        try {
            return await build/* processClientCredentialsResponse */._T(server, client, response);
        }
        catch {
            return { kind: 'malformed', status: 200 };
        }
    }
    function accepted(response, scopes) {
        const { access_token: token, token_type: type, expires_in: lifetime = 0, scope } = response;
        log.mask(token);
        const granted = scope?.split(' ') ?? scopes;
        const missing = scopes.filter((each) => !granted.includes(each));
        if (missing.length > 0)
            throw explainMissingScopes(missing, granted, credentials.clientId);
        const holder = type === 'dpop' ? proofs : undefined;
        return {
            token,
            authorization: `${holder ? 'DPoP' : 'Bearer'} ${token}`,
            renewAt: clock.now() + lifetime * 1000 - RESERVE,
            prove: holder && ((method, url) => holder.forRequest(method, url, token)),
        };
    }
    async function revoke(token) {
        const timeout = Math.min(REVOKE_TIMEOUT, requestTimeout, deadline.remaining());
        if (timeout <= 0)
            return;
        const post = async (url, { method, headers, body }) => {
            const attempt = await executor.attempt({ url, method, headers, body: body.toString() }, timeout);
            log.debug(`POST ${REVOKE_PATH}: ${'kind' in attempt ? attempt.kind : attempt.status}`);
            return asResponse(attempt);
        };
        try {
            await build/* revocationRequest */.Kz(server, client, clientAuthentication(options, key, REVOKE_PATH), token, {
                additionalParameters: { token_type_hint: 'access_token' },
                [build/* customFetch */.A6]: post,
                ...insecure,
            });
        }
        catch (error) {
            log.debug(`The access token was not revoked: ${(0,errors/* explain */.WE)(error)}`);
        }
    }
    const request = async (scopes) => {
        let challenges = 0;
        for (let attempts = 1;;) {
            const attempt = await ask(scopes);
            if ('access_token' in attempt)
                return accepted(attempt, scopes);
            const error = 'kind' in attempt ? '' : readRefusal(attempt).error;
            if (error === 'invalid_dpop_proof' && !proofs) {
                proofs = await newProofs(clock, log);
                continue;
            }
            if (error === 'use_dpop_nonce' && proofs && challenges < CHALLENGES) {
                challenges += 1;
                continue;
            }
            const failure = 'kind' in attempt ? attempt : { kind: 'response', ...attempt };
            const again = (0,retry/* retry */.L)(failure, attempts, clock.now(), clock.random());
            if (!again) {
                const told = 'kind' in attempt ? attempt : { ...attempt, text: log.redact(attempt.text) };
                throw explainTokenFailure(told, { credentials, orgUrl, scopes, now: clock.now() });
            }
            await deadline.wait(again.wait, again.reason);
            attempts += 1;
        }
    };
    return { request, revoke };
}
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
/**
 * Proves the client with an assertion, a new one for each request: Okta takes each one once (documented). Its claims and the parameters
 * are those that Okta's own SDKs send: the endpoint that is asked as audience, and no `client_id` beside the assertion. `iat` and `nbf` are left out,
 * so that a runner's clock that is a little ahead does no harm.
 */
function clientAuthentication({ credentials, orgUrl, deadline, log }, key, path) {
    const { keyId } = credentials;
    const assert = build/* PrivateKeyJwt */.IX({ key, ...(keyId !== undefined && { kid: keyId }) }, {
        [build/* modifyAssertion */.LB]: (_header, claims) => {
            claims['aud'] = orgUrl + path;
            claims['exp'] = epoch(deadline.clock) + ASSERTION_LIFETIME;
            delete claims['iat'];
            delete claims['nbf'];
        },
    });
    return async (server, client, body, headers) => {
        await assert(server, client, body, headers);
        body.delete('client_id');
        log.mask(body.get('client_assertion') ?? '');
    };
}
async function newProofs(clock, log) {
    const keys = await build/* generateKeyPair */.TZ('ES256');
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: await (0,key_export/* exportJWK */.JU)(keys.publicKey) };
    return {
        handle: build/* DPoP */.UM({}, keys, {
            [build/* modifyAssertion */.LB]: (_header, claims) => {
                claims['iat'] = epoch(clock);
            },
        }),
        forRequest: async (method, url, accessToken) => {
            const { origin, pathname } = new URL(url);
            const proof = await new sign/* SignJWT */.P({
                htm: method,
                htu: origin + pathname,
                ath: (0,external_node_crypto_.createHash)('sha256').update(accessToken).digest('base64url'),
                jti: (0,external_node_crypto_.randomUUID)(),
                iat: epoch(clock),
            })
                .setProtectedHeader(header)
                .sign(keys.privateKey);
            log.mask(proof);
            return proof;
        },
    };
}
/** Seconds since the epoch. */
function epoch(clock) {
    return Math.floor(clock.now() / 1000);
}


/***/ })

};
