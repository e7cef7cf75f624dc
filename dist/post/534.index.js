export const id = 534;
export const ids = [534];
export const modules = {

/***/ 8534:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./src/util/json.ts
var util_json = __webpack_require__(4976);
;// CONCATENATED MODULE: ./src/app/app.ts

/** What a user calls the type; also what `type` takes. */
const app_TYPE_NAMES = {
    web: 'web',
    browser: 'spa',
    native: 'native',
    service: 'service',
};
/** Where Okta keeps the settings of an OIDC app, by the input that names them. Source: Okta's OpenAPI description. */
const app_PATHS = {
    'client-id': ['credentials', 'oauthClient', 'client_id'],
    'token-endpoint-auth-method': ['credentials', 'oauthClient', 'token_endpoint_auth_method'],
    'pkce-required': ['credentials', 'oauthClient', 'pkce_required'],
    type: ['settings', 'oauthClient', 'application_type'],
    'redirect-uris': ['settings', 'oauthClient', 'redirect_uris'],
    'post-logout-redirect-uris': ['settings', 'oauthClient', 'post_logout_redirect_uris'],
    'grant-types': ['settings', 'oauthClient', 'grant_types'],
    'response-types': ['settings', 'oauthClient', 'response_types'],
    jwks: ['settings', 'oauthClient', 'jwks'],
    'jwks-uri': ['settings', 'oauthClient', 'jwks_uri'],
    'wildcard-redirect': ['settings', 'oauthClient', 'wildcard_redirect'],
    'initiate-login-uri': ['settings', 'oauthClient', 'initiate_login_uri'],
    'logo-uri': ['settings', 'oauthClient', 'logo_uri'],
    'refresh-token-rotation': ['settings', 'oauthClient', 'refresh_token', 'rotation_type'],
    'refresh-token-leeway': ['settings', 'oauthClient', 'refresh_token', 'leeway'],
    'dpop-bound-access-tokens': ['settings', 'oauthClient', 'dpop_bound_access_tokens'],
    'consent-method': ['settings', 'oauthClient', 'consent_method'],
};
/** Whether the value at a path is an OAuth client's: Okta takes and forgets those for an app of its network (recorded). */
function isOAuth(path) {
    return path[1] === 'oauthClient';
}
/** Reads an app out of Okta's answer; `undefined` where the body is not an app. */
function registeredApp(body) {
    if (!(0,util_json/* isObject */.Gv)(body))
        return undefined;
    const { id, label } = body;
    if (typeof id !== 'string' || typeof label !== 'string')
        return undefined;
    return { id, label, active: body['status'] !== 'INACTIVE', created: (0,util_json/* textOf */.b6)(body['created']), body };
}
/** Whether people sign in to it with OpenID Connect; labels are shared with apps of all other kinds. */
function isOidc(app) {
    return app.body['signOnMode'] === 'OPENID_CONNECT';
}
/** Whether it was added from the Okta Integration Network: Okta keeps and hides its OAuth settings (recorded). */
function app_isCatalogApp(app) {
    return app.body['name'] !== 'oidc_client';
}
/** Whether a text looks like the IDs that Okta gives apps, which are also the client IDs of those with none of their own (recorded). */
function isAppId(text) {
    return /^0oa[0-9A-Za-z]{17}$/.test(text);
}
function app_clientIdOf(app) {
    return (0,util_json/* textOf */.b6)((0,util_json/* valueAt */.fK)(app.body, app_PATHS['client-id'])) || undefined;
}
/** Only answers to a create and to an update carry it (recorded). */
function app_clientSecretOf(app) {
    return (0,util_json/* textOf */.b6)((0,util_json/* valueAt */.fK)(app.body, ['credentials', 'oauthClient', 'client_secret'])) || undefined;
}
function app_typeOf(app) {
    const type = (0,util_json/* valueAt */.fK)(app.body, app_PATHS.type);
    return typeof type === 'string' && Object.hasOwn(app_TYPE_NAMES, type) ? type : undefined;
}
/** The strings of the list at a path; an absent list is an empty one. */
function app_listAt(app, path) {
    return app_strings((0,util_json/* valueAt */.fK)(app.body, path));
}
/** The authentication policy that the app is under; a service app and a Classic Engine org have none (recorded). */
function policyIdOf(app) {
    return (textOf(valueAt(app.body, ['_links', 'accessPolicy', 'href']))
        .split('/')
        .at(-1) || undefined);
}
function app_strings(value) {
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

;// CONCATENATED MODULE: ./src/app/expiry.ts
/** When what a run makes ends by itself. Pure: the sweep compares, and removes. */
const HOUR_MS = 3_600_000;
const UNITS = { h: HOUR_MS, d: 24 * HOUR_MS };
/** A length of time in milliseconds, of `12h` or `14d`; `undefined` where the text is none. */
function durationOf(text) {
    const [, digits = '', unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
    return unit === undefined ? undefined : Number(digits) * UNITS[unit];
}
const expiry_FOR_EVER = { lasts: undefined, now: 0 };
/** The end of what a run makes now, as an RFC 3339 time in UTC; `undefined` for never. */
function expiry_firstExpiry({ lasts, now }) {
    return lasts === undefined ? undefined : timeOf(now + lasts);
}
/**
 * The end of what is there already. A run in the first half of the time writes nothing, one in the second renews it; it is never made
 * shorter, never put on what has none, and taken off by a run that asks for none.
 *
 * @param held as it is
 */
function expiry_nextExpiry(held, { lasts, now }) {
    if (held === undefined || lasts === undefined)
        return undefined;
    return Date.parse(held) - now >= lasts / 2 ? held : timeOf(now + lasts);
}
function isExpired(expires, now) {
    return expires !== undefined && Date.parse(expires) <= now;
}
/** To the second, in the form that the mark has. */
function timeOf(milliseconds) {
    return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 12 modules
var lib_core = __webpack_require__(143);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./src/github/job.ts


/** Source: GitHub's docs, "Variables reference". */
function attemptOf(environment) {
    const attempt = Number(environment['GITHUB_RUN_ATTEMPT']);
    return {
        runId: environment['GITHUB_RUN_ID'] || '0',
        attempt: Number.isSafeInteger(attempt) && attempt > 0 ? attempt : 1,
    };
}
/** An ID for this job alone: other jobs of a matrix have the same run, attempt and name. */
function newJobId({ runId, attempt }) {
    return `${runId}-${attempt}-${randomUUID().slice(0, 8)}`;
}
/** Whether the other ID is that of a job of an earlier attempt of the same run. */
function isEarlierJob(id, other) {
    const [own, before] = [id, other].map(partsOf);
    return (own !== undefined && before !== undefined && own.runId === before.runId && before.attempt < own.attempt);
}
function partsOf(id) {
    const [, runId, attempt] = /^(\d+)-(\d+)-[0-9a-f]+$/.exec(id) ?? [];
    return runId === undefined ? undefined : { runId, attempt: Number(attempt) };
}
/** Keeps, for the post step, whose app it is to take away: before the app is there, which the run may not live to tell of. */
function keepJob(run) {
    saveState('job', run);
}
function keepApp(id) {
    saveState('app', id);
}
/** @returns `undefined` in the post step of a run that had no app of its own */
function keptJob() {
    const text = (0,lib_core/* getState */.Gu)('job');
    if (text === '')
        return undefined;
    return { run: JSON.parse(text), app: (0,lib_core/* getState */.Gu)('app') || undefined };
}

;// CONCATENATED MODULE: ./src/github/run.ts
const run_GITHUB_COM = 'github.com';
/** The repository of a run, out of the runner's variables. */
function repositoryOf(environment) {
    const url = environment['GITHUB_SERVER_URL'] ?? '';
    return {
        server: (URL.canParse(url) && new URL(url).host.toLowerCase()) || run_GITHUB_COM,
        name: environment['GITHUB_REPOSITORY'] ?? '',
        id: environment['GITHUB_REPOSITORY_ID'] || undefined,
    };
}
/** A number of a pull request that can be one: anything else is no number. */
function pullRequestNumber(value) {
    return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
/**
 * Tells what a run stands for. Code on a branch may not be reviewed yet, so a run of one counts for what is there to stay only where
 * the branch is the default one or protected; where nobody says which is the default branch, it is the branch's alone. A merge queue's
 * branch holds what is not merged yet. Source: GitHub's docs, "Variables reference" and "Events that trigger workflows".
 *
 * @param environment the variables that the runner sets (`GITHUB_*`)
 * @param payload the event's payload
 * @param pullRequest number of the pull request that the event is about
 */
function runKind(environment, payload, pullRequest) {
    const ref = environment['GITHUB_REF'] ?? '';
    const event = environment['GITHUB_EVENT_NAME'] ?? '';
    const merge = /^refs\/pull\/(\d+)\//.exec(ref);
    const number = pullRequest ?? pullRequestNumber(merge ? Number(merge[1]) : undefined);
    if (number !== undefined)
        return { kind: 'pull-request', pullRequest: number };
    if (event.startsWith('pull_request'))
        return { kind: 'read-only', why: 'its event is one of a pull request and does not say which' };
    if (ref === '' && event.startsWith('deployment'))
        return { kind: 'read-only', why: 'its deployment names a commit, and neither a branch nor a tag' };
    if (!ref.startsWith(HEADS) || event === 'schedule')
        return { kind: 'permanent' };
    const branch = ref.slice(HEADS.length);
    const isSettled = branch === payload.repository?.default_branch || environment['GITHUB_REF_PROTECTED'] === 'true';
    return isSettled && event !== 'merge_group' ? { kind: 'permanent' } : { kind: 'branch', branch };
}
const HEADS = 'refs/heads/';

;// CONCATENATED MODULE: ./src/app/ownership.ts





/** The lists of a shared app that runs add to, by their inputs. */
const SHARED_LISTS = ['redirect-uris', 'post-logout-redirect-uris', 'trusted-origins'];
const KEY = 'okta_oidc_app';
const MARK_PATH = ['profile', KEY];
const ADMIN_NOTE_PATH = ['settings', 'notes', 'admin'];
/** The owner that a run stands for. One that may only read stands for nothing but its repository. */
function ownerOf(run) {
    const { repository, job } = run;
    return {
        server: repository.server,
        repository: repository.name,
        repositoryId: repository.id,
        ...(run.kind === 'pull-request' && { pullRequest: run.pullRequest }),
        ...(run.kind === 'branch' && { branch: run.branch }),
        ...(job !== undefined && { job }),
    };
}
/**
 * Whether a mark names a run's repository. Repositories are compared by ID, so that a rename keeps what is owned and a new repository of
 * an old name gets nothing; by name only where the run does not know its ID.
 */
function sameRepository(own, marked) {
    if (own.server !== marked.server)
        return false;
    if (own.repositoryId !== undefined)
        return own.repositoryId === marked.repositoryId;
    return own.repository !== '' && own.repository.toLowerCase() === marked.repository.toLowerCase();
}
function sameOwner(own, marked) {
    return (sameRepository(own, marked) &&
        own.pullRequest === marked.pullRequest &&
        own.branch === marked.branch &&
        own.job === marked.job);
}
/** Whether a mark names an earlier attempt of the run of this job: GitHub runs it again after it failed. */
function isEarlierAttempt(own, marked) {
    return (own.job !== undefined &&
        marked.job !== undefined &&
        sameOwner(own, { ...marked, job: own.job }) &&
        isEarlierJob(own.job, marked.job));
}
/** Whether what belongs to this owner is there to stay. */
function isPermanent({ pullRequest, branch, job }) {
    return pullRequest === undefined && branch === undefined && job === undefined;
}
/** Reads the mark of an app; an app that no run has marked gets an empty one. */
function ownership_markOf(app) {
    const value = (0,util_json/* valueAt */.fK)(app.body, MARK_PATH);
    if ((0,util_json/* isObject */.Gv)(value)) {
        const owner = readOwner(value);
        return {
            owner,
            source: owner && 'profile',
            expires: readTime(value['expires']),
            redirectHosts: Array.isArray(value['redirect_hosts']) ? app_strings(value['redirect_hosts']) : undefined,
            notKept: readNotKept(value['not_kept']),
            trustedOrigins: app_strings(value['trusted_origins']),
            ...(Array.isArray(value['policies']) && { policies: app_strings(value['policies']) }),
            claims: readClaims(value['uris']),
        };
    }
    const owner = ownerInNote(app);
    return { owner, source: owner && 'note', trustedOrigins: [], claims: [] };
}
/** The claims in the mark of an app's body. */
function ownership_claimsIn(body) {
    return readClaims(valueAt(body, [...MARK_PATH, 'uris']));
}
/** The mark as it goes into `profile`. */
function markJson(mark) {
    return {
        ...(mark.owner && ownerJson(mark.owner)),
        ...(mark.expires !== undefined && { expires: mark.expires }),
        ...(mark.redirectHosts && { redirect_hosts: mark.redirectHosts }),
        ...(mark.notKept && { not_kept: { ...mark.notKept } }),
        ...(mark.trustedOrigins.length > 0 && { trusted_origins: mark.trustedOrigins }),
        ...(mark.policies && mark.policies.length > 0 && { policies: mark.policies }),
        ...(mark.claims.length > 0 && {
            uris: mark.claims.map(claimJson),
        }),
    };
}
function claimJson({ list, uri, owner, own, expires }) {
    return {
        input: list,
        uri,
        ...ownerJson(owner),
        ...(own && { own }),
        ...(expires !== undefined && { expires }),
    };
}
/**
 * The sentence for administrators. Okta keeps notes with every kind of app, but `profile` perhaps not with those of its network
 * (unknown), so the sentence can be read back.
 */
function adminNote({ server, repository, repositoryId, pullRequest, branch, job }) {
    const parts = [
        `${repository}${server === GITHUB_COM ? '' : ` on ${server}`}${repositoryId === undefined ? '' : ` (repository ID ${repositoryId})`}`,
        ...(pullRequest === undefined ? [] : [`pull request #${pullRequest}`]),
        ...(branch === undefined ? [] : [`branch ${branch}`]),
        ...(job === undefined ? [] : [`job ${job}`]),
    ];
    return `Managed by the workflows of ${parts.join(', ')}, with the GitHub Action okta-oidc-app.`;
}
const NOTE = /^Managed by the workflows of (\S+?)(?: on (\S+))?(?: \(repository ID (\d+)\))?(?:, pull request #(\d+))?(?:, branch (\S+))?(?:, job (\S+))?, with the GitHub Action okta-oidc-app\.$/gm;
function ownerInNote(app) {
    const [match] = (0,util_json/* textOf */.b6)((0,util_json/* valueAt */.fK)(app.body, ADMIN_NOTE_PATH)).matchAll(NOTE);
    const [, repository, server = run_GITHUB_COM, repositoryId, number, branch, job] = match ?? [];
    if (repository === undefined)
        return undefined;
    return {
        server,
        repository,
        repositoryId,
        pullRequest: number === undefined ? undefined : pullRequestNumber(Number(number)),
        branch,
        job,
    };
}
function ownerJson({ server, repository, repositoryId, pullRequest, branch, job }) {
    return {
        repository,
        ...(repositoryId !== undefined && { repository_id: repositoryId }),
        ...(pullRequest !== undefined && { pull_request: pullRequest }),
        ...(branch !== undefined && { branch }),
        ...(job !== undefined && { job }),
        ...(server !== run_GITHUB_COM && { server }),
    };
}
/** Tolerant of what is not there, strict with what is: a number that no pull request can have is none. */
function readOwner(value) {
    const { repository, repository_id: id } = value;
    if (typeof repository !== 'string' || repository === '')
        return undefined;
    const pullRequest = pullRequestNumber(value['pull_request']);
    return {
        server: (0,util_json/* textOf */.b6)(value['server']).toLowerCase() || run_GITHUB_COM,
        repository,
        repositoryId: typeof id === 'string' || typeof id === 'number' ? String(id) : undefined,
        pullRequest,
        branch: pullRequest === undefined ? (0,util_json/* textOf */.b6)(value['branch']) || undefined : undefined,
        job: (0,util_json/* textOf */.b6)(value['job']) || undefined,
    };
}
function readNotKept(value) {
    if (!(0,util_json/* isObject */.Gv)(value))
        return undefined;
    const entries = Object.entries(value).filter((entry) => typeof entry[1] === 'string');
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
/** A time as runs write it, and as RFC 3339 has it. `Date` reads much else as one: "keep until release 5" is a day in 2001 to it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
function readTime(value) {
    return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value))
        ? value
        : undefined;
}
function readClaims(value) {
    if (!Array.isArray(value))
        return [];
    return value.filter(util_json/* isObject */.Gv).flatMap((item) => {
        const owner = readOwner(item);
        const list = SHARED_LISTS.find((name) => name === item['input']);
        if (!owner || !list || typeof item['uri'] !== 'string')
            return [];
        const expires = readTime(item['expires']);
        return [
            {
                list,
                uri: item['uri'],
                owner,
                ...(item['own'] === true && { own: true }),
                ...(expires !== undefined && { expires }),
            },
        ];
    });
}
/** An owner in words: `acme/shop, pull request #12`. */
function ownerName({ server, repository, pullRequest, branch, job }) {
    return [
        `${repository}${server === run_GITHUB_COM ? '' : ` on ${server}`}`,
        ...(pullRequest === undefined ? [] : [`pull request #${pullRequest}`]),
        ...(branch === undefined ? [] : [`branch ${branch}`]),
        ...(job === undefined ? [] : [`job ${job}`]),
    ].join(', ');
}
/** The mark of an app that a run creates. */
function newMark({ owner, trustedOrigins, redirectHosts, policies, lifetime = FOR_EVER, }) {
    return {
        owner,
        source: 'profile',
        expires: firstExpiry(lifetime),
        redirectHosts: redirectHosts && [...redirectHosts],
        trustedOrigins: [...trustedOrigins],
        ...(policies && { policies: [...policies] }),
        claims: [],
    };
}
/**
 * The mark that an app is to have after a run that may change it. What is the run's to take over becomes its own, for as long as what
 * the run makes lasts.
 *
 * @param mark the app's mark as it is
 * @param claims the claims that the app is to have
 */
function nextMark(mark, marking, claims) {
    const { owner, trustedOrigins, redirectHosts, policies = [], lifetime = FOR_EVER } = marking;
    if (owner.repository === '')
        return mark;
    const isOwn = mark.owner !== undefined && sameOwner(owner, mark.owner);
    return {
        ...mark,
        ...(!isOwn && { owner }),
        expires: nextExpiry(mark.expires, lifetime),
        redirectHosts: redirectHosts && !equal([...redirectHosts], mark.redirectHosts)
            ? [...redirectHosts]
            : mark.redirectHosts,
        trustedOrigins: sameSet(mark.trustedOrigins, trustedOrigins) ? mark.trustedOrigins : [...trustedOrigins],
        ...(policies.length > 0 && { policies: [...new Set([...(mark.policies ?? []), ...policies])] }),
        claims,
    };
}
function sameSet(a, b) {
    return a.length === b.length && a.every((item) => b.includes(item));
}
/** The sentence for administrators follows the owner, but never takes the place of one that somebody else wrote. */
function withNote(body, before, after) {
    const note = textOf(valueAt(body, ADMIN_NOTE_PATH));
    if (isBlank(note))
        return withValueAt(body, ADMIN_NOTE_PATH, adminNote(after));
    if (before === undefined)
        return body;
    return withValueAt(body, ADMIN_NOTE_PATH, note.replace(adminNote(before), () => adminNote(after)));
}
/** A note for administrators without any sentence that says whose the app is. */
function withoutSentence(note) {
    return typeof note === 'string' ? note.replaceAll(NOTE, '').trim() : note;
}
/**
 * The body with that sentence below a note of the workflow's own. Only an app of Okta's network needs it there, where it may be all that
 * is left of the mark.
 */
function withSentence(body, owner) {
    const note = textOf(valueAt(body, ADMIN_NOTE_PATH));
    if (note.includes(adminNote(owner)))
        return body;
    return withValueAt(body, ADMIN_NOTE_PATH, `${note}\n\n${adminNote(owner)}`.trim());
}

// EXTERNAL MODULE: ./src/util/url.ts
var util_url = __webpack_require__(7997);
;// CONCATENATED MODULE: ./src/app/redirect-hosts.ts



/**
 * Patterns of hosts that an app's URIs may lead to. The owner of an app keeps them in its mark, where they say which URIs others may
 * add to it.
 */
/**
 * What is wrong with a pattern, and what to do about it; `undefined` where it is one.
 *
 * @param pattern a host, in which `*` stands for any characters but a dot
 */
function hostPatternProblem(pattern) {
    const remedy = 'Give the host alone, as in *.preview.example.com.';
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(pattern))
        return { why: 'has a scheme', remedy };
    if (/[/?#\\]/.test(pattern))
        return { why: 'has a path', remedy };
    if (/:\d*$/.test(pattern) && !isIpv6(pattern))
        return { why: 'has a port', remedy };
    return isIpv6(pattern) || normalized(pattern) !== undefined ? undefined : { why: 'is not a host', remedy };
}
/** The URIs that lead to a host that none of the patterns is for, each once. A URI of a scheme other than the web's has no host that counts. */
function outsideHosts(uris, patterns) {
    const hosts = patterns.flatMap((pattern) => hostOf(pattern) ?? []);
    const fits = (uri) => {
        const host = webHostOf(uri);
        return host !== undefined && hosts.some((pattern) => isFor(pattern, host));
    };
    return [...new Set(uris)].filter((uri) => !fits(uri));
}
/** Where Okta keeps the URIs that lead away from an app. */
const URI_LISTS = [app_PATHS['redirect-uris'], app_PATHS['post-logout-redirect-uris']];
/** The URIs in a document that is merged into the app object: redirects, sign-outs, and where sign-in starts. */
function urisIn(document) {
    const initiate = (0,util_json/* valueAt */.fK)(document, app_PATHS['initiate-login-uri']);
    return [
        ...URI_LISTS.flatMap((path) => app_strings((0,util_json/* valueAt */.fK)(document, path))),
        ...(typeof initiate === 'string' ? [initiate] : []),
    ];
}
/** The host as browsers read it, so that neither a user name nor a backslash hides where a URI leads to. */
function webHostOf(uri) {
    const url = (0,util_url/* parseUrl */.Dl)(uri);
    return url && /^https?:$/.test(url.protocol) ? url.hostname : undefined;
}
function hostOf(pattern) {
    return isIpv6(pattern) ? pattern.toLowerCase() : normalized(pattern);
}
/** Whether a pattern is for a host. Label by label, since no wildcard goes past a dot. */
function isFor(pattern, host) {
    const labels = host.split('.');
    const patterns = pattern.split('.');
    return patterns.length === labels.length && patterns.every((each, i) => isForLabel(each, labels[i] ?? ''));
}
/** The parts between the wildcards must be there in their order; the first ones that are found are the best, so nothing is tried twice. */
function isForLabel(pattern, label) {
    const [start = '', ...others] = pattern.split('*');
    const end = others.pop();
    if (end === undefined)
        return label === pattern;
    let at = start.length;
    for (const part of others) {
        const found = label.indexOf(part, at);
        if (found === -1)
            return false;
        at = found + part.length;
    }
    return label.startsWith(start) && label.endsWith(end) && at + end.length <= label.length;
}
function isIpv6(pattern) {
    return /^\[[0-9a-f:.]+\]$/i.test(pattern);
}
/** The pattern as a URL's host is written: lower case, international names in ASCII. */
function normalized(pattern) {
    if (/[\s@:%]/.test(pattern) || pattern.startsWith('.') || pattern.includes('..'))
        return undefined;
    const url = (0,util_url/* parseUrl */.Dl)(`https://${pattern}`);
    return url && url.host !== '' ? url.host : undefined;
}

;// CONCATENATED MODULE: ./src/app/permission.ts


/** The app's pull request whose state decides, and which has to be asked for. */
function decidingPullRequest(run, { owner }, wish) {
    const decides = run.kind === 'permanent' &&
        (wish.to === 'change' || wish.to === 'delete') &&
        owner !== undefined &&
        sameRepository(ownerOf(run), owner) &&
        owner.job === run.job &&
        !namesRepository(wish.adopt, owner);
    return decides ? owner.pullRequest : undefined;
}
/**
 * Decides whether a run may do to an app what it wants to.
 *
 * @param run which run this is
 * @param mark what the app's mark says
 * @param wish what the run wants
 * @param state what GitHub says of the pull request in the mark, where {@link decidingPullRequest} names it
 */
function permissionFor(run, mark, wish, state = 'unknown') {
    if (run.kind === 'read-only') {
        return refusal(`this run may only read, since ${run.why}`, 'Start it by an event of a branch, a tag or a pull request, or set "dry-run: true".');
    }
    if (wish.to === 'create' || wish.to === 'take away')
        return ALLOWED;
    if (wish.to === 'add')
        return toAdd(run, mark, wish.uris);
    const permission = toHave(run, mark, wish, state);
    if (!permission.allowed || wish.to === 'change')
        return permission;
    return othersClaims(run, mark) ?? permission;
}
const ALLOWED = { allowed: true, takesOver: false };
const TAKES_OVER = { allowed: true, takesOver: true };
function refusal(why, remedy) {
    return { allowed: false, why, remedy };
}
/** Whether the run may do with the whole app as it likes. */
function toHave(run, mark, wish, state) {
    const { owner } = mark;
    const adopt = run.kind === 'permanent' && wish.adopt;
    if (!owner) {
        if (adopt === true)
            return TAKES_OVER;
        const why = typeof adopt === 'string' ? `, and "adopt" names ${adopt}` : '';
        return refusal(`it carries no mark of a repository${why}`, remedyFor(run, wish, 'true'));
    }
    const own = ownerOf(run);
    if (sameRepository(own, owner)) {
        if (mark.source === 'note' && wish.to === 'delete') {
            if (adopt === true || namesRepository(adopt, owner))
                return ALLOWED;
            return refusal(`only the sentence in its notes says that it belongs to ${ownerName(owner)}; the mark in its profile is gone`, remedyFor(run, wish, 'true'));
        }
        if (sameOwner(own, owner))
            return ALLOWED;
        if (isEarlierAttempt(own, owner))
            return TAKES_OVER;
        if (namesRepository(adopt, owner))
            return TAKES_OVER;
        return toTakeOver(run, owner, wish, state);
    }
    if (namesRepository(adopt, owner))
        return TAKES_OVER;
    return refusal(`it belongs to ${ownerName(owner)}${distinction(own, owner)}`, remedyFor(run, wish, owner.repository));
}
/** Among the runs of one repository: what is there to stay takes over what has ended. */
function toTakeOver(run, owner, wish, state) {
    const whose = `it belongs to ${ownerName(owner)}`;
    if (owner.job !== run.job) {
        return owner.job === undefined
            ? refusal(whose, 'Choose another name: an app for one job has to be new.')
            : refusal(whose, 'Choose another name. The app goes when that job ends.');
    }
    if (run.kind !== 'permanent')
        return refusal(whose, remedyFor(run, wish, owner.repository));
    if (owner.pullRequest === undefined || state === 'closed')
        return TAKES_OVER;
    if (state === 'open') {
        return refusal(`${whose}, which is open`, `Run it again once the pull request is closed, choose another name, or set "adopt: ${owner.repository}" to take the app over now.`);
    }
    return refusal(`${whose}, and GitHub does not say whether that is closed`, `Give the job "permissions: pull-requests: read", and its token as "github-token"; or set "adopt: ${owner.repository}" to take the app over.`);
}
function remedyFor(run, { to }, adopt) {
    if (run.kind === 'pull-request') {
        return `A run of pull request #${run.pullRequest} may only touch what runs of that pull request made: choose a name with the number in it, or let the run only look, with "dry-run: \${{ github.event_name == 'pull_request' }}".`;
    }
    if (run.kind === 'branch') {
        return `A run of the branch ${run.branch}, which is neither the default branch nor protected, may only touch what runs of that branch made: choose another name, or set "dry-run: true".`;
    }
    return to === 'delete'
        ? `Set "adopt: ${adopt}" to delete it all the same, or choose another name.`
        : `Set "adopt: ${adopt}" to take it over, or choose another name.`;
}
function namesRepository(adopt, { repository }) {
    return typeof adopt === 'string' && adopt.toLowerCase() === repository.toLowerCase();
}
/** What tells two repositories of one name apart. */
function distinction(own, marked) {
    if (own.repository.toLowerCase() !== marked.repository.toLowerCase() || own.server !== marked.server)
        return '';
    return marked.repositoryId === undefined
        ? ', by a mark without the ID of the repository, which may have been another one of that name'
        : ', another repository of that name';
}
/** What others have put on an app keeps it from being deleted. */
function othersClaims(run, { claims }) {
    const own = ownerOf(run);
    const others = claims.filter((claim) => claim.own !== true && !sameOwner(own, claim.owner));
    if (others.length === 0)
        return undefined;
    return refusal(`others have put URIs on it: ${named(others)}`, 'Let those runs take them away ("shared: true" with "state: absent"); the sweep action takes away those of closed pull requests.');
}
const MAX_NAMED = 5;
function named(claims) {
    const shown = claims.slice(0, MAX_NAMED).map(({ uri, owner }) => `${uri} (${ownerName(owner)})`);
    const more = claims.length - shown.length;
    return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
function toAdd(run, { owner, redirectHosts }, uris) {
    if (!owner) {
        const notice = 'The shared app carries no mark of a repository, so that any run with "shared: true" may add to it. An app that a workflow owns takes only what fits its "redirect-hosts".';
        return { allowed: true, takesOver: false, notice };
    }
    if (redirectHosts) {
        const outside = outsideHosts(uris, redirectHosts);
        if (outside.length === 0)
            return ALLOWED;
        return refusal(`it belongs to ${ownerName(owner)}, which lets other runs add URIs of ${redirectHosts.join(', ')} only, and not ${outside.join(', ')}`, 'Use a host that fits, or have the workflow that owns the app widen its "redirect-hosts".');
    }
    const own = ownerOf(run);
    if (sameRepository(own, owner) && (isPermanent(own) || sameOwner(own, owner)))
        return ALLOWED;
    return refusal(`it belongs to ${ownerName(owner)}, which has not said whose URIs it takes`, 'Have the workflow that owns the app name the hosts in its "redirect-hosts", such as *.preview.example.com.');
}

// EXTERNAL MODULE: ./src/util/errors.ts
var util_errors = __webpack_require__(17);
;// CONCATENATED MODULE: ./src/github/pulls.ts


/** GitHub could not be asked, or refused. */
class GitHubError extends util_errors/* ActionError */.lZ {
}
/** What a workflow has to say for its token to be allowed this. */
const NEEDED_PERMISSION = 'Give the job "permissions: pull-requests: read".';
/** Which of the two GitHub wants for a commit's pull requests is not documented; both are reported. */
const NEEDED_FOR_COMMITS = 'Give the job "permissions:" with "contents: read" and "pull-requests: read".';
const ATTEMPTS = 3;
/** GitHub answers such questions within a second, and there are ways to go on without it: no need to wait as long as for Okta. */
const LONGEST_TIMEOUT = 10_000;
const BATCH = 100;
/** Of GraphQL's `Int`: no pull request has a larger number, and one question with such a number fails as a whole. */
const LARGEST_NUMBER = (/* unused pure expression or super */ null && (2 ** 31 - 1));
/** Opens the way to GitHub's pull requests. Nothing is sent, and GitHub's client is not loaded, before the first question. */
function pullRequestsOf({ github, token, deadline, log, requestTimeout, }) {
    const [owner = '', repo = ''] = github.repository.split('/');
    let client;
    const limits = () => ({
        request: { signal: AbortSignal.timeout(Math.min(LONGEST_TIMEOUT, requestTimeout, deadline.remaining())) },
    });
    /** Sends a question, again where the failure may pass. */
    async function ask(purpose, question, permission = NEEDED_PERMISSION) {
        client ??= openClient(github.apiUrl, token, log);
        const octokit = await client;
        for (let attempts = 1;; attempts += 1) {
            try {
                return await question(octokit);
            }
            catch (error) {
                const failure = failureOf(error, log);
                const wait = waitFor(failure, attempts);
                if (wait === undefined || wait >= deadline.remaining()) {
                    throw new GitHubError(`Cannot ${purpose}`, failure.why, pulls_remedyFor(failure, permission), {
                        cause: error,
                    });
                }
                await deadline.wait(wait, failure.why);
            }
        }
    }
    /** The pull request of a number; `undefined` where GitHub shows none. */
    const get = (number) => ask(`ask GitHub about pull request #${number} of ${github.repository}`, async (octokit) => {
        try {
            return (await octokit.rest.pulls.get({ owner, repo, pull_number: number, ...limits() })).data;
        }
        catch (error) {
            if (failureOf(error, log).status === 404)
                return undefined;
            throw error;
        }
    });
    const found = (data) => ({
        number: data.number,
        open: data.state === 'open',
        head: String(data.head?.sha),
        branch: String(data.head?.ref),
        fromFork: !isSame(data.head?.repo, github.run.repository),
    });
    return {
        state: async (number) => {
            const data = await get(number);
            if (!data)
                return 'unknown';
            return data.state === 'open' ? 'open' : 'closed';
        },
        find: async (number) => {
            const data = await get(number);
            return data && found({ ...data, number });
        },
        ofCommit: (sha) => ask(`find the pull request of the commit ${sha.slice(0, 12)} of ${github.repository}`, async (octokit) => {
            const all = await octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
                owner,
                repo,
                commit_sha: sha,
                per_page: 100,
                ...limits(),
            });
            return all.filter((one) => isOfCommit(one, sha, github.run.repository)).map(found);
        }, NEEDED_FOR_COMMITS),
        states: async (numbers) => {
            const states = new Map();
            const distinct = [...new Set(numbers)];
            for (const number of distinct)
                states.set(number, 'unknown');
            for (const batch of batches(distinct.filter((number) => number <= LARGEST_NUMBER))) {
                const found = await ask(`ask GitHub about the pull requests of ${github.repository}`, (octokit) => askForMany(octokit, { owner, repo, ...limits() }, batch));
                for (const number of batch)
                    states.set(number, stateIn(found, number));
            }
            return states;
        },
    };
}
/** The client brings all of GitHub's API with it: runs that do not ask never load it. */
async function openClient(baseUrl, token, log) {
    const { getOctokit } = await __webpack_require__.e(/* import() */ 413).then(__webpack_require__.bind(__webpack_require__, 2413));
    const quiet = { debug: log.debug, info: log.debug, warn: log.debug, error: log.debug };
    return getOctokit(token, { baseUrl, log: quiet });
}
/** GraphQL asks for many at once, and tells a closed pull request from one that does not exist; a list of the open ones would not. */
async function askForMany(octokit, where, numbers) {
    const types = numbers.map((number) => `$${alias(number)}: Int!`);
    const fields = numbers.map((number) => `${alias(number)}: pullRequest(number: $${alias(number)}) { state }`);
    const query = `query ($owner: String!, $repo: String!, ${types.join(', ')}) { repository(owner: $owner, name: $repo) { ${fields.join(' ')} } }`;
    const variables = Object.fromEntries(numbers.map((number) => [alias(number), number]));
    try {
        return (await octokit.graphql(query, { ...where, ...variables })).repository;
    }
    catch (error) {
        const found = withoutMissing(error);
        if (found)
            return found;
        throw error;
    }
}
/** Octokit throws an answer that has errors in it; where they only say that pull requests do not exist, the answer is good. */
function withoutMissing(error) {
    const { data, errors } = error;
    return errors?.every(({ type }) => type === 'NOT_FOUND') ? (data?.repository ?? undefined) : undefined;
}
function stateIn(answer, number) {
    const state = answer[alias(number)]?.state;
    if (state === undefined)
        return 'unknown';
    return state === 'OPEN' ? 'open' : 'closed';
}
function alias(number) {
    return `pr${number}`;
}
function batches(numbers) {
    const count = Math.ceil(numbers.length / BATCH);
    return Array.from({ length: count }, (_, i) => numbers.slice(i * BATCH, (i + 1) * BATCH));
}
/** Reads what Octokit throws: its request errors carry the answer, its GraphQL errors are answers of status 200. */
function failureOf(error, log) {
    const { message, response } = error;
    if (!response)
        return { status: undefined, why: `GitHub does not answer (${message})`, retryAfter: undefined };
    const status = response.status ?? 200;
    const words = clause(plainText(log.redact(message).replace('Request failed due to following response errors:', '')));
    const seconds = Number(response.headers?.['retry-after'] ?? Number.NaN);
    return {
        status,
        why: `GitHub answered${status === 200 ? '' : ` ${status}`}: ${words || 'no reason given'}`,
        retryAfter: Number.isFinite(seconds) ? seconds : undefined,
    };
}
/** Milliseconds until the next attempt; `undefined` where it makes no sense. A secondary limit is a 403 or 429 that says how long to wait. */
function waitFor({ status, retryAfter }, attempts) {
    const isTransient = status === undefined || status >= 500 || retryAfter !== undefined;
    return isTransient && attempts < ATTEMPTS ? (retryAfter ?? attempts) * 1000 : undefined;
}
function pulls_remedyFor({ status, why }, permission) {
    if (status === undefined || status >= 500 || /rate limit/i.test(why))
        return 'Run it again later; see githubstatus.com.';
    if (status === 401)
        return 'Check "github-token".';
    return `${permission} A token of your own in "github-token" needs the same right.`;
}

;// CONCATENATED MODULE: ./src/apply/authority.ts



/** Milliseconds after which GitHub is asked again about a pull request that is open: right after a merge, all of it may not know yet. */
const PAUSE_MS = 5000;
/**
 * @param run which run this is
 * @param pullRequests where to ask; `undefined` without a token
 */
function authorityOf(run, pullRequests, { deadline, log }, dryRun) {
    const owner = ownerOf(run);
    const permanent = { repository: run.repository, kind: 'permanent' };
    async function stateOf(number) {
        if (!pullRequests)
            return 'unknown';
        try {
            const state = await pullRequests.state(number);
            if (state !== 'open')
                return state;
            await deadline.wait(PAUSE_MS, `GitHub says that pull request #${number} is open, and may know better soon`);
            return await pullRequests.state(number);
        }
        catch (error) {
            if (!(error instanceof GitHubError))
                throw error;
            log.warning(error.message);
            return 'unknown';
        }
    }
    /** The decision for a run, once GitHub has said of the pull request in the mark what it knows. */
    async function judge(asking, mark, wish) {
        const number = decidingPullRequest(asking, mark, wish);
        const state = number === undefined ? undefined : await stateOf(number);
        return (current) => {
            const isAsked = number !== undefined && decidingPullRequest(asking, current, wish) === number;
            return permissionFor(asking, current, wish, isAsked ? state : undefined);
        };
    }
    return {
        owner,
        askStrictly: async (mark, wish) => (await judge(run, mark, wish))(mark),
        ask: async (mark, wish) => {
            const own = await judge(run, mark, wish);
            if (!dryRun)
                return (current) => ({ ...own(current), owner });
            const asPermanent = own(mark).allowed ? own : await judge(permanent, mark, wish);
            return (current) => {
                const permission = own(current);
                if (permission.allowed)
                    return { ...permission, owner };
                const later = asPermanent(current);
                if (later.allowed)
                    return { ...later, owner: ownerOf(permanent) };
                const notice = `Without "dry-run" this run would be refused because of the app: ${permission.why}. ${permission.remedy}`;
                return { allowed: true, takesOver: false, notice, owner };
            };
        },
    };
}

;// CONCATENATED MODULE: ./src/app/change.ts
function change_change(field, from, to) {
    return { field, from: from ?? null, to: to ?? null };
}
/** Of several changes to a field, the last one. */
function latestOfEach(changes) {
    return [...new Map(changes.map((change) => [change.field, change])).values()];
}
/**
 * What became of an app that was there.
 *
 * @param isWritten whether it was written: what only its mark shows is an update without changes
 */
function updateOutcome(app, changes, isWritten) {
    return { result: isWritten || changes.length > 0 ? 'updated' : 'unchanged', changes, app };
}
/** The outcome with changes to what belongs to the app, which came last. */
function withChanges(outcome, changes) {
    if (changes.length === 0)
        return outcome;
    const result = outcome.result === 'unchanged' ? 'updated' : outcome.result;
    return { ...outcome, result, changes: [...outcome.changes, ...changes] };
}
/** Whether the run changed something; in a dry run, whether it would. */
function change_isChanged({ result }) {
    return result === 'created' || result === 'updated' || result === 'deleted';
}

;// CONCATENATED MODULE: ./src/app/claims.ts






/** The lists that are part of the app object; trusted origins are objects of their own in Okta. */
const APP_LISTS = ['redirect-uris', 'post-logout-redirect-uris'];
/**
 * Adds this run's entries and claims them. An entry that is there unclaimed is somebody else's and stays so.
 *
 * @param lifetime how long what the run adds lasts
 */
function planAdding(app, entries, owner, wildcards, lifetime = expiry_FOR_EVER) {
    const mark = ownership_markOf(app);
    const isOwn = (claim) => !claim.own && sameOwner(owner, claim.owner) && entries[claim.list].includes(claim.uri);
    const held = mark.claims.map((claim) => isOwn(claim) ? withExpiry(claim, expiry_nextExpiry(claim.expires, lifetime)) : claim);
    const isThere = (list, uri) => list !== 'trusted-origins' && app_listAt(app, app_PATHS[list]).includes(uri);
    const claims = everyEntry(entries)
        .filter(({ list, uri }) => isAmong(mark.claims, list, uri) || !isThere(list, uri))
        .map((entry) => withExpiry({ ...entry, owner }, expiry_firstExpiry(lifetime)))
        .filter((claim) => !mark.claims.some((held) => claims_isSame(claim, held) && !held.own));
    const plan = planLists(app, { ...mark, claims: [...held, ...claims] }, (list, there) => [
        ...there,
        ...entries[list].filter((uri) => !there.includes(uri)),
    ]);
    return wildcards ? allowWildcards(app, plan) : plan;
}
/**
 * Gives up this run's claims, and takes away what nobody else claims. What nobody claimed was there before, and stays.
 *
 * @param entries `undefined` for all that the owner has claimed
 */
function planRemoving(app, entries, owner) {
    const isOwn = (claim) => sameOwner(owner, claim.owner);
    return planGivingUp(app, entries ? everyEntry(entries) : ownership_markOf(app).claims.filter(isOwn), isOwn);
}
/**
 * Gives up claims, and takes away their entries where nobody else claims them.
 *
 * @param entries what is to go
 * @param givesUp which claims on those entries go
 */
function planGivingUp(app, entries, givesUp) {
    const mark = ownership_markOf(app);
    const isMeant = ({ list, uri }) => isAmong(entries, list, uri);
    const isGivenUp = (claim) => isMeant(claim) && !claim.own && givesUp(claim);
    const left = mark.claims.filter((claim) => !isGivenUp(claim));
    const claims = left.filter(({ own, list, uri }) => !own || isAmong(othersOf(left), list, uri));
    const gone = mark.claims.filter(isGivenUp);
    const stays = (list, uri) => !isAmong(gone, list, uri) || isAmong(left, list, uri);
    const plan = planLists(app, { ...mark, claims }, (list, held) => held.filter((uri) => stays(list, uri)));
    return {
        ...plan,
        kept: APP_LISTS.flatMap((list) => app_listAt(app, app_PATHS[list]).filter((uri) => isMeant({ list, uri }) && stays(list, uri))),
    };
}
/**
 * A list as the app's own run wants it, with what others have claimed of it behind: others' entries are theirs to take away.
 *
 * @param app the app as it is
 */
function keepingClaims(wanted, app) {
    const list = listOf(wanted);
    if (!list)
        return wanted;
    const listed = strings(wanted.value);
    const others = othersOf(markOf(app).claims);
    const kept = listAt(app, PATHS[list]).filter((uri) => !listed.includes(uri) && isAmong(others, list, uri));
    if (kept.length === 0)
        return wanted;
    const value = [...listed, ...kept];
    return { ...wanted, value, satisfiedBy: (current) => equal(current, value) };
}
/** An app without the entries that are others' alone, and those entries. */
function withoutOthers(app) {
    const { claims } = markOf(app);
    const own = claims.filter((claim) => claim.own);
    const isOthers = ({ list, uri }) => isAmong(othersOf(claims), list, uri) && !isAmong(own, list, uri);
    const held = APP_LISTS.flatMap((list) => listAt(app, PATHS[list]).map((uri) => ({ list, uri })));
    const others = held.filter(isOthers);
    const body = others.reduce((rest, { list, uri }) => withValueAt(rest, PATHS[list], strings(valueAt(rest, PATHS[list])).filter((each) => each !== uri)), app.body);
    return { app: { ...app, body }, others: others.map(({ uri }) => uri) };
}
/**
 * The claims that an app has after its own run: what the run lists and others have claimed it claims, too, so that it stays when the
 * others take theirs away.
 *
 * @param wanted what the run lists
 * @param held the claims as they are
 */
function claimsOfOwnRun(wanted, held, owner) {
    const listed = wanted.flatMap((item) => {
        const list = listOf(item);
        return list ? [{ list, uris: strings(item.value) }] : [];
    });
    const isListed = ({ list, uri }) => listed.some((own) => own.list === list && own.uris.includes(uri));
    const isAsked = ({ list }) => listed.some((own) => own.list === list);
    const kept = held.filter((claim) => !claim.own || !isAsked(claim) || isListed(claim));
    const own = kept.filter((claim) => claim.own);
    const added = othersOf(kept)
        .filter((claim, i, all) => isListed(claim) &&
        !isAmong(own, claim.list, claim.uri) &&
        !isAmong(all.slice(0, i), claim.list, claim.uri))
        .map(({ list, uri }) => ({ list, uri, owner, own: true }));
    return kept.length === held.length && added.length === 0 ? held : [...kept, ...added];
}
/** What runs added URIs to is a shared app, whoever created it, and stays as long as one of them has not expired. */
function isShared(app, now) {
    return ownership_markOf(app).claims.some(({ own, expires }) => !own && !isExpired(expires, now));
}
/**
 * Whether somebody wants the opposite of what the app's own run has written. Runs beside it send back what they have read, with claimed
 * entries more or less: what was there before is then there again.
 *
 * @param written what the run had planned when it wrote
 * @param seen what it plans now
 */
function isContradicted(written, seen) {
    const claims = othersOf(claimsIn(written.body));
    return seen.changes.some(({ field, from }) => {
        const before = written.changes.find((change) => change.field === field)?.from;
        if (before === undefined)
            return false;
        if (!Array.isArray(before) || !Array.isArray(from))
            return !equal(before, from);
        const isThere = (item) => from.some((other) => equal(other, item));
        return before.some((item) => !isThere(item) && !claims.some(({ uri }) => uri === item));
    });
}
/** The list of a shared app that a wanted value is for. */
function listOf({ path }) {
    return APP_LISTS.find((list) => equal([...PATHS[list]], [...path]));
}
function othersOf(claims) {
    return claims.filter(({ own }) => !own);
}
function isAmong(entries, list, uri) {
    return entries.some((entry) => entry.list === list && entry.uri === uri);
}
function everyEntry(entries) {
    return Object.entries(entries).flatMap(([list, uris]) => uris.map((uri) => ({ list: list, uri })));
}
function claims_isSame(a, b) {
    return a.list === b.list && a.uri === b.uri && sameOwner(a.owner, b.owner);
}
function planLists(app, mark, next) {
    const changes = [];
    let body = app.body;
    for (const list of APP_LISTS) {
        const held = app_listAt(app, app_PATHS[list]);
        const wanted = next(list, held);
        if (wanted.length === held.length && wanted.every((uri, i) => uri === held[i]))
            continue;
        changes.push(change_change(list, held, wanted));
        body = (0,util_json/* withValueAt */.h7)(body, app_PATHS[list], wanted);
    }
    const before = ownership_markOf(app).claims;
    const renewed = mark.claims.filter((claim) => before.some((held) => isRenewed(held, claim)));
    if (mark.claims.length !== before.length || renewed.length > 0) {
        body = withMark(body, mark);
        if (changes.length === 0 && renewed.length === 0)
            changes.push(change_change('claims', uris(before), uris(mark.claims)));
    }
    const lost = before.filter((held) => renewed.some((claim) => isRenewed(held, claim)));
    if (renewed.length > 0)
        changes.push(change_change('expires', ends(lost), ends(renewed)));
    return { changes, body, write: body !== app.body, claims: mark.claims, kept: [] };
}
function withExpiry({ expires: _, ...claim }, expires) {
    return { ...claim, ...(expires !== undefined && { expires }) };
}
/** Whether a claim is the other one with another end. */
function isRenewed(held, claim) {
    return claims_isSame(held, claim) && held.own === claim.own && held.expires !== claim.expires;
}
function ends(claims) {
    return [...new Set(claims.flatMap(({ expires }) => expires ?? []))];
}
function uris(claims) {
    return claims.map(({ uri }) => uri);
}
/** An app that is left without claims gets back the profile that it had before the first. */
function withMark(body, mark) {
    const json = markJson(mark);
    const marked = (0,util_json/* withValueAt */.h7)(body, MARK_PATH, isEmpty(json) ? undefined : json);
    return isEmpty(marked['profile']) ? (0,util_json/* withValueAt */.h7)(marked, ['profile'], undefined) : marked;
}
function isEmpty(value) {
    return (0,util_json/* isObject */.Gv)(value) && Object.keys(value).length === 0;
}
function allowWildcards(app, plan) {
    if ((0,util_json/* valueAt */.fK)(app.body, app_PATHS['wildcard-redirect']) === 'SUBDOMAIN')
        return plan;
    throw new util_errors/* ActionError */.lZ(`Cannot add a wildcard to the shared app "${app.label}"`, 'the app does not take wildcards, and a run on a shared app changes nothing but its URIs', 'Ask those who own the app to turn "Allow wildcard * in login redirect URI" on, or give the URIs themselves.');
}
/** Okta refuses an app whose URIs are longer together (documented for sign-out URIs, seen for both). */
const LONGEST_TOGETHER = 65_535;
const NEAR_LIMIT = 0.8;
/** How many URIs a warning names. */
const claims_MAX_NAMED = 10;
/** The list whose URIs come near Okta's limit on their length together, if one does. */
function crowdedList(app) {
    return APP_LISTS.find((list) => lengthOf(app_listAt(app, app_PATHS[list])) > LONGEST_TOGETHER * NEAR_LIMIT);
}
/** The claims of a repository's pull requests, by the number. */
function claimsByPullRequest(app, repository) {
    const byNumber = new Map();
    for (const claim of ownership_markOf(app).claims) {
        const { pullRequest } = claim.owner;
        if (claim.own || pullRequest === undefined || !sameRepository(repository, claim.owner))
            continue;
        byNumber.set(pullRequest, [...(byNumber.get(pullRequest) ?? []), claim]);
    }
    return byNumber;
}
/**
 * What to say of a crowded list, naming what closed pull requests left in it.
 *
 * @param stale entries of the app that belong to closed pull requests, as far as that is known
 */
function limitWarning(app, list, stale) {
    const used = Math.round((100 * lengthOf(app_listAt(app, app_PATHS[list]))) / LONGEST_TOGETHER);
    const left = [...new Set(stale.filter((entry) => entry.list === list).map(({ uri }) => uri))];
    const more = left.length > claims_MAX_NAMED ? ` and ${left.length - claims_MAX_NAMED} more` : '';
    const named = left.length > 0
        ? ` Closed pull requests left ${left.length} of them behind: ${left.slice(0, claims_MAX_NAMED).join(', ')}${more}.`
        : '';
    return `The ${list} of the shared app "${app.label}" take up ${used} % of the ${LONGEST_TOGETHER} characters that Okta allows them together.${named} Remove what is no longer needed, for example with the sweep action.`;
}
function lengthOf(uris) {
    return uris.join('\n').length;
}

;// CONCATENATED MODULE: ./src/app/origin-name.ts
/**
 * The name of a trusted origin that runs have created. It tells which apps list the origin, so that it goes away with the last of them,
 * and one that somebody else registered never does: nobody has to read all apps of the org for that.
 */
/** Okta's limit on the name. Source: Okta's trusted origins reference. */
const NAME_LENGTH = 255;
/** How many apps a name holds, so that most of the origin fits in beside them: an app's ID takes 20 characters. */
const MAX_APPS = 8;
const NAME = /^(.*) \(okta-oidc-app, ([0-9A-Za-z]+(?: [0-9A-Za-z]+)*)( \+)?\)$/s;
/** Who lists an origin of this name; `undefined` where no run created it. */
function listingIn(name) {
    const [, , ids = '', more] = NAME.exec(name) ?? [];
    return ids === '' ? undefined : { apps: ids.split(' '), more: more !== undefined };
}
function originName(origin, { apps, more }) {
    const suffix = ` (okta-oidc-app, ${apps.slice(0, MAX_APPS).join(' ')}${more || apps.length > MAX_APPS ? ' +' : ''})`;
    return origin.slice(0, NAME_LENGTH - suffix.length) + suffix;
}
/** The listing with an app among those that list the origin. */
function listedBy(listing, app) {
    return isListed(listing, app) ? listing : { ...listing, apps: [...listing.apps, app] };
}
/** The listing without an app. */
function unlistedBy({ apps, more }, app) {
    return { apps: apps.filter((id) => id !== app), more };
}
/** Whether an app needs no entry of its own: it has one, or there are more than the name holds. */
function isListed({ apps, more }, app) {
    return apps.includes(app) || (more && apps.length >= MAX_APPS);
}
/** Whether two origins are the same: Okta keeps letter case and a trailing slash as they were typed (recorded). */
function sameOrigin(a, b) {
    const [left, right] = [a, b].map((origin) => origin.toLowerCase().replace(/\/$/, ''));
    return left === right;
}

;// CONCATENATED MODULE: ./src/util/map-concurrently.ts
/** Requests at the same time. Okta limits them for the whole org (documented: 15 to 75), and other runs send some too. */
const CONCURRENCY = 8;
/**
 * Works on all items, several at the same time, and each as soon as there is room for it.
 *
 * @returns the results, in the order of the items
 */
async function map_concurrently_mapConcurrently(items, work) {
    const results = [];
    const left = items.entries();
    const takeTurns = async () => {
        for (const [index, item] of left)
            results[index] = await work(item);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, takeTurns));
    return results;
}

// EXTERNAL MODULE: ./src/okta/errors.ts
var errors = __webpack_require__(2282);
;// CONCATENATED MODULE: ./src/apply/authorization-server.ts


/**
 * Makes sure that the authorization server of the inputs is there. Anybody may read where its endpoints are; without a usable answer the
 * question is left to the check of the sign-in, and to the search for the issuer.
 *
 * @throws {ActionError} where Okta has none of that ID
 */
async function requireAuthorizationServer({ okta }, { authorizationServer }) {
    if (authorizationServer === undefined)
        return;
    const isThere = await okta.discovery(authorizationServer).then(() => true, (error) => !(error instanceof errors/* OktaError */.Qu && error.status === 404));
    if (isThere)
        return;
    throw new util_errors/* ActionError */.lZ(`Cannot find the authorization server "${authorizationServer}"`, 'Okta has none of that ID', 'Check "authorization-server": it is an ID, such as "default", and not the name (Admin Console: Security, API).');
}

// EXTERNAL MODULE: ./src/util/log.ts
var util_log = __webpack_require__(9906);
;// CONCATENATED MODULE: ./src/util/text/list.ts
/**
 * Reads a list: one entry per line, a JSON array, or a YAML block list. Entries are trimmed; blank ones and repeats are dropped.
 *
 * @param text without white space around it
 * @param show makes an entry fit for a message
 */
function parseList(text, kind, show) {
    if (PEM.test(text))
        return problem('holds a key or a certificate (PEM), and takes a list. Check which input it was meant for.');
    const lines = text
        .split(/\r\n|\r|\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
    if (lines.includes('[]') && lines.length > 1)
        return problem('has "[]", the empty list, beside other entries. Give one or the other.');
    const json = jsonArray(text);
    if (json)
        return checked(json, (entry) => entryProblem(entry, kind, show));
    if (isMeantAsJson(text, kind))
        return problem('starts like a JSON array and is none. Put each entry in double quotes, with a comma between two and none after the last; or give one entry per line.');
    const marked = lines.filter((line) => /^-(\s|$)/.test(line));
    if (marked.length === 0)
        return checked(lines, (entry) => lineProblem(entry, kind, show) ?? entryProblem(entry, kind, show));
    const items = lines.filter((line) => !line.startsWith('#'));
    if (items.length > marked.length)
        return problem('has lines with "- " before the entry beside others without. Put it before each, or none.');
    return checked(items.map(yamlScalar), (entry) => entryProblem(entry, kind, show));
}
/** The text that is read as these entries: one per line, or a JSON array where a line would be read as something else. */
function listText(entries, kind) {
    if (entries.length === 0)
        return '[]';
    const lines = entries.join('\n');
    const read = parseList(lines, kind, (entry) => entry);
    const isSame = read.problems.length === 0 && JSON.stringify(read.entries) === JSON.stringify(entries);
    return isSame ? lines : JSON.stringify(entries);
}
/** How a PEM block begins. Source: RFC 7468, section 2. */
const PEM = /-----BEGIN [^-\r\n]+-----/;
function problem(text) {
    return { entries: [], problems: [text] };
}
/** Sorts what can be used from what cannot. */
function checked(entries, problemOf) {
    const list = { entries: [], problems: [] };
    for (const entry of new Set(entries.map((text) => text?.trim()))) {
        if (entry === '')
            continue;
        const wrong = entry === undefined
            ? 'has an entry that is a list or a mapping, or nothing. Give texts.'
            : problemOf(entry);
        if (wrong === undefined)
            list.entries.push(entry ?? '');
        else
            list.problems.push(wrong);
    }
    return list;
}
/** The entries of a JSON array as text, `undefined` for one that is none; `undefined` where the whole is no JSON array. */
function jsonArray(text) {
    if (!text.startsWith('['))
        return undefined;
    try {
        const value = JSON.parse(text);
        if (!Array.isArray(value))
            return undefined;
        return value.map((item) => ['string', 'number', 'boolean'].includes(typeof item) ? String(item) : undefined);
    }
    catch {
        return undefined;
    }
}
/** A name may start with a bracket; a URI and a word never do. */
function isMeantAsJson(text, kind) {
    return kind === 'names' ? /^\[\s*["']/.test(text) : text.startsWith('[');
}
/** An item of a YAML block list. Source: YAML 1.2, sections 6.6 (comments) and 7.3 (quotes). */
function yamlScalar(item) {
    const text = item.slice(1).trim();
    const [, double] = /^("(?:[^"\\]|\\.)*")(?:\s+#.*)?$/.exec(text) ?? [];
    if (double !== undefined)
        return fromJson(double) ?? double;
    const [, single] = /^'((?:[^']|'')*)'(?:\s+#.*)?$/.exec(text) ?? [];
    if (single !== undefined)
        return single.replaceAll("''", "'");
    const comment = text.search(/(?:^|\s)#/);
    return comment < 0 ? text : text.slice(0, comment);
}
function fromJson(text) {
    try {
        return String(JSON.parse(text));
    }
    catch {
        return undefined;
    }
}
/** What people write in lists that have a syntax, and that means nothing in plain lines. */
function lineProblem(line, kind, show) {
    if (kind === 'names' ? /^#\s/.test(line) : /(?:^|\s)#/.test(line))
        return `has "${show(line)}", with a comment. A list takes none: leave it out.`;
    const first = line.charAt(0);
    const rest = line.endsWith(',') ? line.slice(1, -1) : line.slice(1);
    if (/["'`]/.test(first) && rest.endsWith(first))
        return `has ${show(line)}, in quotes. Leave them out, and give one entry per line.`;
    return undefined;
}
/** A comma separates nothing, so that one where entries would end is a slip. */
function entryProblem(entry, kind, show) {
    const isSlip = kind === 'words' ? entry.includes(',') : kind === 'uris' && /,(?:$|\s*[a-z][a-z0-9+.-]*:\/)/i.test(entry);
    return isSlip ? `has "${show(entry)}", with a comma. Give one per line, without commas.` : undefined;
}

// EXTERNAL MODULE: ./src/util/text/nearest.ts
var nearest = __webpack_require__(3660);
;// CONCATENATED MODULE: ./src/util/input-reader.ts




/**
 * Reads inputs by the rules that hold for all of them, and collects what is wrong instead of stopping at the first problem:
 * an empty input is an absent one, lists hold one entry per line, the single line `[]` is the empty list. What it was never asked for
 * is no input of the action.
 */
class input_reader_InputReader {
    problems = [];
    /** Inputs that have a problem. */
    faulty = new Set();
    /** Inputs that were asked for: all that the action has, once everything is read. */
    asked = new Set();
    /** @param text what is wrong with the input and what to do */
    problem(input, text) {
        this.faulty.add(input);
        this.problems.push(`"${input}" ${text}`);
        return undefined;
    }
    /** Whether the input has a problem already, so that what follows from it need not be told. */
    isFaulty(input) {
        return this.faulty.has(input);
    }
    text(input) {
        this.asked.add(input);
        return (0,lib_core/* getInput */.V4)(input) || undefined;
    }
    /**
     * Tells of inputs that were given and that the action does not have, which the runner hands over all the same. One that is near an
     * input of the action is a problem. Another one may come from elsewhere, as every variable `INPUT_…` looks like one: it is a warning.
     * To be called when everything is read.
     */
    checkUnknown(log) {
        const far = [];
        for (const name of givenInputs()) {
            if (this.asked.has(name))
                continue;
            const meant = (0,nearest/* nearest */.p)(name, [...this.asked]);
            if (meant === undefined)
                far.push(`"${shown(name)}"`);
            else
                this.problem(shown(name), `is no input of this action. Did you mean "${meant}"?`);
        }
        if (far.length > 0)
            log.warning(`This action has no input ${far.slice(0, SHOWN_UNKNOWN).join(', ')}${far.length > SHOWN_UNKNOWN ? ', …' : ''}: nothing was done with it. Check its name.`);
    }
    line(input) {
        const text = this.text(input);
        return text !== undefined && /[\r\n]/.test(text)
            ? this.problem(input, 'has several lines. Give one.')
            : text;
    }
    /** The entries that can be used; the others are problems. */
    list(input, kind) {
        const text = this.text(input);
        if (text === undefined)
            return undefined;
        const { entries, problems } = parseList(text, kind, shown);
        for (const problem of problems)
            this.problem(input, problem);
        return entries;
    }
    flag(input) {
        return this.choice(input, { true: true, false: false });
    }
    /** One of the words that the table has as keys; letter case does not matter. */
    choice(input, table) {
        const text = this.text(input);
        if (text === undefined)
            return undefined;
        return this.word(input, text, table);
    }
    /** A list of such words, translated, without repeats; `undefined` where one of them is unknown. */
    choices(input, table) {
        const words = this.list(input, 'words')?.map((word) => this.word(input, word, table));
        return this.isFaulty(input)
            ? undefined
            : words && [...new Set(words.filter((word) => word !== undefined))];
    }
    /** A decimal number within the bounds, both included. */
    number(input, least, most, unit) {
        const text = this.text(input);
        if (text === undefined)
            return undefined;
        const number = Number(text);
        if (/^\d+(\.\d+)?$/.test(text) && number >= least && number <= most)
            return number;
        return this.problem(input, `is "${shown(text)}", not a number of ${unit} from ${least} to ${most}. Give one in that range.`);
    }
    word(input, word, table) {
        const key = word.toLowerCase();
        if (Object.hasOwn(table, key))
            return table[key];
        const words = Object.keys(table);
        const meant = (0,nearest/* nearest */.p)(word, words);
        const hint = meant === undefined ? '' : `Did you mean "${meant}"? `;
        return this.problem(input, `does not know "${shown(word)}". ${hint}Use ${alternatives(words)}.`);
    }
}
/** Names of unknown inputs that a warning shows at most. */
const SHOWN_UNKNOWN = 10;
/** The inputs that have a value, in lower case: the runner hands each over as a variable, and a blank in its name as `_`. */
function givenInputs() {
    return Object.entries(process.env).flatMap(([name, value]) => /^INPUT_./i.test(name) && value?.trim() ? [name.slice('INPUT_'.length).toLowerCase()] : []);
}
/** A value as a message shows it: without secrets, on one line and not too long. */
function shown(text) {
    const line = (0,util_log/* redact */.E$)(text).replace(/\s+/g, ' ');
    return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}
function alternatives(words) {
    const quoted = words.map((word) => `"${word}"`);
    return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1) ?? ''}`;
}

;// CONCATENATED MODULE: ./src/app/setting-readers.ts



function flag(reader, input) {
    return reader.flag(input);
}
/** One of the words that the table has as keys. */
function oneOf(table) {
    return Object.assign((reader, input) => reader.choice(input, table), { words: table });
}
/** A list of such words. */
function someOf(table) {
    return Object.assign((reader, input) => reader.choices(input, table), {
        words: table,
    });
}
/** Source of the rule: `client_id` in Okta's OpenAPI description. */
function clientId(reader, input) {
    const id = reader.line(input);
    if (id === undefined || (/^[0-9A-Za-z$\-_.+!*'(),]{6,100}$/.test(id) && id !== 'ALL_CLIENTS'))
        return id;
    return reader.problem(input, `is "${shown(id)}". Use 6 to 100 letters, digits and $-_.+!*'(), and not ALL_CLIENTS.`);
}
function redirectUris(reader, input) {
    const uris = reader.list(input, 'uris');
    const wildcards = reader.text('wildcard-redirect')?.toLowerCase() === 'subdomain';
    for (const uri of uris ?? []) {
        const problem = redirectUriProblem(uri, wildcards);
        if (problem)
            reader.problem(input, `has "${shown((0,util_url/* withoutUserInfo */.sl)(uri))}", ${problem}`);
    }
    return reader.isFaulty(input) ? undefined : uris;
}
/** Schemes of which a browser makes a page or a script instead of leading to an application. */
const NOT_APPLICATIONS = /^(javascript|data|vbscript|blob|file|about):/i;
/** What is wrong with a URI wherever it is to lead people: it would run as a script, or lead elsewhere than it seems to. */
function deceptiveUri(uri) {
    const [, scheme] = NOT_APPLICATIONS.exec(uri) ?? [];
    if (scheme !== undefined)
        return `whose scheme "${scheme}:" leads to no application. Give an https URI, or one with a scheme of your application's own.`;
    if (uri.includes('\\'))
        return 'which has a backslash, and browsers and Okta read that differently. Use "/".';
    if ((0,util_url/* hasUserInfo */.A$)(uri))
        return 'which names a user before its host. Leave out all up to the "@".';
    return undefined;
}
/**
 * Okta takes any absolute URI, custom schemes and plain http too, and keeps its text as it is (recorded); it refuses a fragment
 * (reported), and matches a wildcard only where the app's `wildcard_redirect` says so (documented).
 */
function redirectUriProblem(uri, wildcards) {
    if (/\s/.test(uri))
        return 'which holds white space. Give one URI per line.';
    const deceptive = deceptiveUri(uri);
    if (deceptive)
        return deceptive;
    if (uri.includes('#'))
        return 'which has a fragment (#), and Okta takes none. Leave it out.';
    if (!/^(https?:\/\/[^/]|(?!https?:)[a-z][a-z0-9+.-]*:\/{0,3}[^/])/i.test(uri))
        return 'which is not an absolute URI. Start it with its scheme, as in https://….';
    const web = /^https?:\/\/([^/?]*)(.*)$/i.exec(uri);
    const host = web?.[1] ?? '';
    if ((web?.[2] ?? '').includes('*') || host.lastIndexOf('*') > host.indexOf('.')) {
        return 'which has a wildcard outside the left-most part of its host. Use a pattern such as https://*.example.com/callback.';
    }
    if (host.includes('*') && !wildcards) {
        return 'which has a wildcard. Set "wildcard-redirect: subdomain" to allow it, or give the URIs themselves.';
    }
    if (web && !(0,util_url/* parseUrl */.Dl)(uri.replaceAll('*', 'wildcard')))
        return 'which is not a URL. Check its host and port.';
    return undefined;
}
function webUrl(reader, input) {
    const text = reader.line(input);
    if (text === undefined)
        return undefined;
    const url = (0,util_url/* parseUrl */.Dl)(text);
    if (/\s/.test(text))
        return reader.problem(input, `is "${shown(text)}", which holds white space. Write blanks as %20.`);
    const deceptive = deceptiveUri(text);
    if (deceptive)
        return reader.problem(input, `is "${shown((0,util_url/* withoutUserInfo */.sl)(text))}", ${deceptive}`);
    if (url && /^https?:$/.test(url.protocol))
        return text;
    return reader.problem(input, `is "${shown(text)}", not an absolute URL. Start it with https://.`);
}
function leeway(reader, input) {
    const seconds = reader.number(input, 0, 60, 'seconds');
    if (seconds === undefined || Number.isInteger(seconds))
        return seconds;
    return reader.problem(input, `is ${seconds}. Use whole seconds from 0 to 60.`);
}
function jwks(reader, input) {
    const text = reader.text(input);
    if (text === undefined)
        return undefined;
    const document = parseJson(text);
    if (document === undefined)
        return reader.problem(input, 'is not JSON. Give a JSON Web Key Set: {"keys": [ … ]}.');
    if ((0,util_json/* isDeeper */.QZ)(document, util_json/* DEEPEST_INPUT */.MY))
        return reader.problem(input, 'is nested too deeply. Give a JSON Web Key Set: {"keys": [ … ]}.');
    const keys = (0,util_json/* isObject */.Gv)(document) && 'keys' in document ? document['keys'] : (0,util_json/* isObject */.Gv)(document) ? [document] : document;
    if (!Array.isArray(keys) || !keys.every((key) => (0,util_json/* isObject */.Gv)(key) && typeof key['kty'] === 'string')) {
        return reader.problem(input, 'is not a key set. Give a JSON Web Key Set whose keys have a "kty": {"keys": [ … ]}.');
    }
    const set = keys.filter(util_json/* isObject */.Gv);
    if (set.some((key) => 'd' in key || 'k' in key))
        return reader.problem(input, 'holds a private or symmetric key. Give the public keys only.');
    const ids = set.map((key) => key['kid']);
    if (ids.some((id) => typeof id !== 'string' || id === ''))
        return reader.problem(input, 'has a key without "kid". Give each key one: keys are told apart by it.');
    if (new Set(ids).size < ids.length)
        return reader.problem(input, 'has two keys of the same "kid". Give each key its own.');
    const short = set.map(bitsOf).find((bits) => bits !== undefined && bits < SHORTEST_RSA_KEY);
    if (short !== undefined)
        return reader.problem(input, `has an RSA key of ${short} bits. Give keys of at least ${SHORTEST_RSA_KEY} bits.`);
    return { keys: set };
}
/** Bits of an RSA key that a signature may be made with. Source: RFC 7518, section 3.3. */
const SHORTEST_RSA_KEY = 2048;
/** The bits of an RSA key's modulus; `undefined` for a key of another kind. */
function bitsOf({ kty, n }) {
    return kty === 'RSA' && typeof n === 'string' ? Buffer.from(n, 'base64url').length * 8 : undefined;
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/app/settings-document.ts





/** Parts of the app object that `settings` may not set, and what to do instead. */
const NOT_IN_SETTINGS = [
    ['label', 'Use the input "name".'],
    ['id', 'Okta sets it.'],
    ['name', 'Use the input "catalog-app".'],
    ['signOnMode', 'The action makes OIDC apps only.'],
    ['status', 'The action keeps an app active.'],
    ['created', 'Okta sets it.'],
    ['lastUpdated', 'Okta sets it.'],
    ['orn', 'Okta sets it.'],
    ['_links', 'Okta sets it.'],
    ['_embedded', 'Okta sets it.'],
    ['profile.okta_oidc_app', 'The action keeps its own mark there.'],
    ['settings.oauthClient.application_type', 'Use the input "type".'],
    ['credentials.oauthClient.client_id', 'Use the input "client-id".'],
    ['credentials.oauthClient.client_secret', 'Okta makes it; "output-client-secret" outputs it.'],
];
/**
 * Part of an app object. A document that starts with `app` means the app's own fields: the object itself has no such key, its
 * `settings` have.
 */
async function readSettingsDocument(reader) {
    const text = reader.text('settings');
    if (text === undefined)
        return undefined;
    const { parseDocument } = await __webpack_require__.e(/* import() */ 815).then(__webpack_require__.t.bind(__webpack_require__, 8815, 19));
    // As in JSON, every key is text: `1` and `true` are taken as they are written, a list or a mapping is none.
    const document = parseDocument(text, { stringKeys: true });
    const error = document.errors[0];
    if (/call stack/.test(error?.message ?? ''))
        return reader.problem('settings', TOO_DEEP);
    if (error) {
        const place = error.linePos?.[0];
        const where = place ? `at line ${place.line}, column ${place.col}` : 'somewhere';
        if (error.code === 'NON_STRING_KEY')
            return reader.problem('settings', `has a key ${where} that is not text. Put it in quotes, or the whole value that it is part of.`);
        return reader.problem('settings', `is not YAML or JSON ${where}: ${shown(error.message.split(/ at line |[\n:"'`]/)[0] ?? '')}. Fix it there.`);
    }
    const value = toJson(() => document.toJS({ maxAliasCount: 100 }));
    if (value === undefined)
        return reader.problem('settings', 'has an alias (*) that stands for nothing, for itself, or for too much. Put it in quotes where it is text, or write out what it stands for.');
    if ((0,util_json/* isDeeper */.QZ)(value, util_json/* DEEPEST_INPUT */.MY))
        return reader.problem('settings', TOO_DEEP);
    if (!(0,util_json/* isObject */.Gv)(value))
        return reader.problem('settings', 'is not a mapping. Give part of an app object, as in "settings: { notes: { enduser: … } }".');
    if ('profile' in value && !(0,util_json/* isObject */.Gv)(value['profile']))
        reader.problem('settings', 'may not replace profile as a whole: the action keeps its own mark there. Give a mapping.');
    for (const [path, remedy] of NOT_IN_SETTINGS) {
        if ((0,util_json/* valueAt */.fK)(value, path.split('.')) !== undefined)
            reader.problem('settings', `may not set ${path}. ${remedy}`);
    }
    const { app, ...rest } = value;
    const settings = rest['settings'] ?? {};
    const part = (0,util_json/* isObject */.Gv)(app) && (0,util_json/* isObject */.Gv)(settings) ? { ...rest, settings: { app, ...settings } } : value;
    await checkProperties(reader, part);
    for (const uri of urisIn(part)) {
        const deceptive = deceptiveUri(uri);
        if (deceptive)
            reader.problem('settings', `has "${shown((0,util_url/* withoutUserInfo */.sl)(uri))}", ${deceptive}`);
    }
    return part;
}
/** The list of what Okta's API describes is only loaded with a document to check. */
async function checkProperties(reader, part) {
    const { undescribedProperties } = await __webpack_require__.e(/* import() */ 173).then(__webpack_require__.bind(__webpack_require__, 1173));
    for (const { path, nearest } of undescribedProperties(part)) {
        if (NOT_IN_SETTINGS.some(([forbidden]) => forbidden === path))
            continue;
        const hint = nearest === undefined
            ? "Take it out, or look up its name in Okta's reference of the Application object."
            : `Did you mean "${nearest}"?`;
        reader.problem('settings', `has "${shown(path)}", which no OIDC app of Okta's API has. ${hint}`);
    }
}
const TOO_DEEP = `is nested more than ${util_json/* DEEPEST_INPUT */.MY} levels deep. Okta has nothing like that: check its brackets.`;
/**
 * Only what JSON knows: dates, binary data and the like turn into text, as they would on the way to Okta.
 *
 * @returns `undefined` where an alias cannot be followed
 */
function toJson(read) {
    try {
        return JSON.parse(JSON.stringify(read() ?? null));
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/app/settings.ts




/** The words that `type` takes. */
const TYPES = {
    web: 'web',
    spa: 'browser',
    browser: 'browser',
    native: 'native',
    service: 'service',
};
/** Grant types by their short names and by Okta's own. Source: `GrantType` of Okta's OpenAPI description. */
const GRANT_TYPES = {
    authorization_code: 'authorization_code',
    implicit: 'implicit',
    refresh_token: 'refresh_token',
    client_credentials: 'client_credentials',
    password: 'password',
    interaction_code: 'interaction_code',
    device_code: 'urn:ietf:params:oauth:grant-type:device_code',
    token_exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
    jwt_bearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    saml2_bearer: 'urn:ietf:params:oauth:grant-type:saml2-bearer',
    ciba: 'urn:openid:params:grant-type:ciba',
    'urn:ietf:params:oauth:grant-type:device_code': 'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:token-exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:ietf:params:oauth:grant-type:jwt-bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'urn:ietf:params:oauth:grant-type:saml2-bearer': 'urn:ietf:params:oauth:grant-type:saml2-bearer',
    'urn:openid:params:grant-type:ciba': 'urn:openid:params:grant-type:ciba',
    'urn:okta:params:oauth:grant-type:otp': 'urn:okta:params:oauth:grant-type:otp',
    'urn:okta:params:oauth:grant-type:oob': 'urn:okta:params:oauth:grant-type:oob',
    'http://auth0.com/oauth/grant-type/mfa-otp': 'http://auth0.com/oauth/grant-type/mfa-otp',
    'http://auth0.com/oauth/grant-type/mfa-oob': 'http://auth0.com/oauth/grant-type/mfa-oob',
};
const RESPONSE_TYPES = { code: 'code', token: 'token', id_token: 'id_token' };
const AUTH_METHODS = {
    client_secret_basic: 'client_secret_basic',
    client_secret_post: 'client_secret_post',
    client_secret_jwt: 'client_secret_jwt',
    private_key_jwt: 'private_key_jwt',
    none: 'none',
};
const WILDCARDS = { disabled: 'DISABLED', subdomain: 'SUBDOMAIN' };
const ROTATIONS = { rotate: 'ROTATE', static: 'STATIC' };
const CONSENT_METHODS = { required: 'REQUIRED', trusted: 'TRUSTED' };
/** How each setting is read, and when an app has it already. Their order is that of the changes in the report. */
const settings_SETTINGS = {
    type: fixed(oneOf(TYPES)),
    'client-id': fixed(clientId),
    'redirect-uris': setting(redirectUris),
    'post-logout-redirect-uris': setting(redirectUris),
    'grant-types': setting(someOf(GRANT_TYPES), settings_sameSet),
    'response-types': setting(someOf(RESPONSE_TYPES), settings_sameSet),
    'token-endpoint-auth-method': setting(oneOf(AUTH_METHODS)),
    'pkce-required': setting(flag),
    jwks: setting(jwks, sameKeys),
    'jwks-uri': setting(webUrl),
    'wildcard-redirect': setting(oneOf(WILDCARDS), sameOrDisabled),
    'initiate-login-uri': setting(webUrl),
    'logo-uri': setting(webUrl),
    'refresh-token-rotation': setting(oneOf(ROTATIONS)),
    'refresh-token-leeway': setting(leeway),
    'dpop-bound-access-tokens': setting(flag),
    'consent-method': setting(oneOf(CONSENT_METHODS), sameOrHidden),
};
const SETTING_NAMES = Object.keys(settings_SETTINGS);
function setting(read, satisfiedBy = same) {
    return { read, satisfiedBy, fixed: false };
}
function fixed(read) {
    return { read, satisfiedBy: same, fixed: true };
}
function same(current, wanted) {
    return (0,util_json/* equal */.LC)(current, wanted) || ((0,util_json/* isBlank */.z3)(current) && (0,util_json/* isBlank */.z3)(wanted));
}
/** Grant types and response types are sets: Okta keeps their order (recorded), and it means nothing. */
function settings_sameSet(current, wanted) {
    const held = new Set(app_strings(current));
    return held.size === new Set(wanted).size && wanted.every((item) => held.has(item));
}
/** Keys are compared by `kid`, since Okta may change their order (reported) and adds `id`, `status` and `use` (recorded). */
function sameKeys(current, wanted) {
    const held = settings_keysById(current);
    return held.size === wanted.keys.length && wanted.keys.every((key) => covers(held.get(key['kid']), key));
}
/** What makes a key the one that it is, and what Okta gives back of it; whether it does so with `alg` and others is unknown. */
const KEY_MEMBERS = new Set(['kty', 'crv', 'n', 'e', 'x', 'y', 'use', 'status']);
function covers(held, wanted) {
    return (held !== undefined &&
        Object.entries(wanted).every(([member, value]) => value === undefined ||
            same(held[member], value) ||
            (held[member] === undefined && !KEY_MEMBERS.has(member))));
}
/** The keys of a key set as Okta shows it, by `kid`. */
function settings_keysById(jwks) {
    const keys = (0,util_json/* isObject */.Gv)(jwks) ? jwks['keys'] : undefined;
    return new Map((Array.isArray(keys) ? keys.filter(util_json/* isObject */.Gv) : []).map((key) => [key['kid'], key]));
}
/** An app that says nothing of wildcards takes none. */
function sameOrDisabled(current, wanted) {
    return (current ?? WILDCARDS.disabled) === wanted;
}
/** Orgs without consent management take the setting and do not show it (recorded), so that its absence cannot count as a difference. */
function sameOrHidden(current, wanted) {
    return current === undefined || current === wanted;
}
/** The settings that have a value, in the order of the table. */
function settings_namedSettings(settings) {
    return SETTING_NAMES.filter((input) => settings[input] !== undefined);
}
/**
 * Reads the inputs of the settings.
 *
 * @param reader collects what is wrong with them
 */
async function readSettings(reader) {
    const named = SETTING_NAMES.map((input) => [input, settings_SETTINGS[input].read(reader, input)]);
    return { ...Object.fromEntries(named), other: await readSettingsDocument(reader) };
}
/** The settings that an app's body holds, as Okta shows them. */
function settingsIn(body) {
    const held = SETTING_NAMES.map((input) => [input, valueAt(body, PATHS[input])]);
    return Object.fromEntries(held.filter(([, value]) => value !== undefined));
}

;// CONCATENATED MODULE: ./src/app/client-rules.ts

/** What OAuth 2.0 and Okta require of a client, by its type and grants. Pure rules, no requests. */
/** The grant type that an app of this type must have. Source: Okta's own refusals, as reported. */
function requiredGrant(type) {
    switch (type) {
        case 'web':
        case 'native':
            return 'authorization_code';
        case 'service':
            return 'client_credentials';
        case 'browser':
            return undefined;
    }
}
/** What an app of a type gets at its creation where the workflow says nothing. */
function client_rules_defaultsOf(type) {
    switch (type) {
        case 'web':
            return {
                'grant-types': ['authorization_code'],
                'token-endpoint-auth-method': 'client_secret_basic',
                'pkce-required': false,
            };
        case 'browser':
        case 'native':
            return {
                'grant-types': ['authorization_code'],
                'token-endpoint-auth-method': 'none',
                'pkce-required': true,
            };
        case 'service':
            return {
                'grant-types': ['client_credentials'],
                'token-endpoint-auth-method': 'client_secret_basic',
                'pkce-required': false,
            };
    }
}
/** How refresh tokens rotate where nothing is said. Source: Okta's apps reference. */
function client_rules_defaultRotation(type) {
    return type === 'browser' ? 'ROTATE' : 'STATIC';
}
/**
 * The response types that go with grant types. The implicit grant brings the token response types with it, as the tick box of the
 * Admin Console does; a service app's only answer is a token (recorded).
 */
function client_rules_responseTypesFor(type, grants) {
    const types = [];
    if (grants.includes('authorization_code') || grants.includes('interaction_code'))
        types.push('code');
    if (grants.includes('implicit'))
        types.push('id_token', 'token');
    if (types.length > 0)
        return types;
    return type === 'service' ? ['token'] : ['code'];
}
/** Whether Okta would take these response types with these grants (its refusals, as reported), so that they may stay as they are. */
function client_rules_fitTogether(type, grants, responseTypes) {
    const implicit = grants.includes('implicit');
    const tokens = responseTypes.includes('token') || responseTypes.includes('id_token');
    const code = responseTypes.includes('code');
    if (implicit && !tokens)
        return false;
    if (!implicit && tokens && type !== 'service')
        return false;
    if (grants.includes('authorization_code') && !code)
        return false;
    return responseTypes.length > 0 && (type !== 'service' || code || tokens);
}
/** Source: "redirect_uris" of Okta's OpenAPI description: required except for clients that only use a password or their own credentials. */
function needsRedirectUri(type, grants) {
    return (type !== 'service' &&
        ['authorization_code', 'implicit', 'interaction_code'].some((grant) => grants.includes(grant)));
}
/**
 * What Okta would refuse about a client, one rule after the other. A rule about a setting that is `undefined` says nothing: it is not
 * known yet what the app has there.
 */
function clientProblems(client) {
    return [
        withoutGrant(client),
        withoutRedirectUri(client),
        withoutPkce(client),
        rotationWithoutGrant(client),
        leewayWithoutRotation(client),
        withoutKeys(client),
    ].filter((problem) => problem !== undefined);
}
const withoutGrant = ({ type, 'grant-types': grants }) => {
    const required = type && requiredGrant(type);
    if (!required || !grants || grants.includes(required))
        return undefined;
    return {
        input: 'grant-types',
        why: `lacks "${required}", which Okta requires of an app of type "${type}"`,
        remedy: 'Add it, or choose another type.',
    };
};
const withoutRedirectUri = ({ type, 'grant-types': said, 'redirect-uris': uris }) => {
    const required = type && requiredGrant(type);
    const grants = said ?? (required ? [required] : []);
    if (!type || uris?.length !== 0 || !needsRedirectUri(type, grants))
        return undefined;
    return {
        input: 'redirect-uris',
        why: 'is empty, and the grant types need a redirect URI',
        remedy: 'Give at least one.',
    };
};
/** A client that would authenticate with nothing and have no PKCE either: Okta refuses it, as reported. */
const withoutPkce = ({ 'token-endpoint-auth-method': method, 'pkce-required': pkce }) => {
    if (method !== 'none' || pkce !== false)
        return undefined;
    return {
        input: 'pkce-required',
        why: 'is not true, and an app with "token-endpoint-auth-method: none" must require PKCE',
        remedy: 'Set "pkce-required: true", or choose another method: single-page and native apps have that one unless it is given.',
    };
};
const rotationWithoutGrant = ({ 'grant-types': grants, 'refresh-token-rotation': rotation }) => {
    if (rotation === undefined || !grants || grants.includes('refresh_token'))
        return undefined;
    return {
        input: 'grant-types',
        why: 'lacks "refresh_token", which refresh token settings need',
        remedy: 'Add it to "grant-types", or leave "refresh-token-rotation" and "refresh-token-leeway" out.',
    };
};
const leewayWithoutRotation = ({ 'refresh-token-rotation': rotation, 'refresh-token-leeway': leeway, }) => {
    if (rotation !== 'STATIC' || typeof leeway !== 'number')
        return undefined;
    return {
        input: 'refresh-token-leeway',
        why: 'is set, and Okta keeps no leeway beside "refresh-token-rotation: static"',
        remedy: 'Set "refresh-token-rotation: rotate", or leave "refresh-token-leeway" out.',
    };
};
const withoutKeys = ({ 'token-endpoint-auth-method': method, jwks, 'jwks-uri': uri }) => {
    if (method !== 'private_key_jwt' || jwks?.keys.length !== 0 || uri !== '')
        return undefined;
    return {
        input: 'jwks',
        why: 'is missing, and an app with "token-endpoint-auth-method: private_key_jwt" proves itself with keys',
        remedy: 'Give "jwks" or "jwks-uri", or choose another method.',
    };
};
/** Whether there are keys with which a client proves itself: those with `"use": "enc"` encrypt what it is sent (documented). */
function client_rules_hasProofKeys({ jwks, 'jwks-uri': uri }) {
    const keys = [...settings_keysById(jwks).values()];
    const isForEncryption = keys.length > 0 && keys.every(({ use }) => use === 'enc');
    return uri !== undefined || (jwks !== undefined && !isForEncryption);
}
/** Whether a client that authenticates so has no secret. */
function client_rules_withoutSecret(method) {
    return method === 'none' || method === 'private_key_jwt';
}

// EXTERNAL MODULE: ./src/okta/retry.ts
var retry = __webpack_require__(1975);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
// EXTERNAL MODULE: ./node_modules/@actions/http-client/lib/index.js
var lib = __webpack_require__(2779);
// EXTERNAL MODULE: ./node_modules/@okta/okta-sdk-nodejs/src/api-error.js
var api_error = __webpack_require__(1004);
var api_error_default = /*#__PURE__*/__webpack_require__.n(api_error);
// EXTERNAL MODULE: ./node_modules/@okta/okta-sdk-nodejs/src/http-error.js
var http_error = __webpack_require__(1716);
var http_error_default = /*#__PURE__*/__webpack_require__.n(http_error);
// EXTERNAL MODULE: ./node_modules/@okta/okta-sdk-nodejs/src/request-executor.js
var request_executor = __webpack_require__(4314);
var request_executor_default = /*#__PURE__*/__webpack_require__.n(request_executor);
;// CONCATENATED MODULE: ./src/okta/sdk.ts






/** The largest body that is read, in bytes, packed or not, and in bytes that it takes when it is parsed: Okta's own are a fifth of that. */
const LARGEST_BODY = 10 * 1024 * 1024;
/**
 * Sends single requests to the org's host: without following redirects, so that credentials go nowhere else; through the proxy that
 * the runner's `https_proxy` and `no_proxy` name; over connections that stay open between requests; only to whoever proves to be that
 * host, whatever NODE_TLS_REJECT_UNAUTHORIZED says; within limits of time and size.
 */
class OrgRequestExecutor extends (request_executor_default()) {
    #agent;
    #userAgent;
    /** Bodies become texts one after the other: several at once would take several times the memory. */
    #unpacking = Promise.resolve();
    /**
     * @param orgUrl the org's origin
     * @param userAgent what every request says of the run that sends it
     */
    constructor(orgUrl, userAgent) {
        super();
        this.#userAgent = userAgent;
        this.#agent = introducing(verifying(new lib/* HttpClient */.Qq(undefined, [], { keepAlive: true }).getAgent(orgUrl)));
    }
    /**
     * @param request what to send, authorized already
     * @param timeout milliseconds until the attempt is given up
     */
    async attempt(request, timeout) {
        const late = AbortSignal.timeout(Math.max(1, Math.ceil(timeout)));
        const enough = new AbortController();
        try {
            const response = await this.fetch({
                ...request,
                headers: { ...request.headers, 'accept-encoding': 'gzip', 'user-agent': this.#userAgent },
                compress: false,
                agent: this.#agent,
                rejectUnauthorized: true,
                redirect: 'manual',
                signal: AbortSignal.any([late, enough.signal]),
            });
            const chunks = await chunksOf(response);
            if (chunks === 'oversized')
                enough.abort();
            const body = chunks === 'oversized' ? chunks : await this.#inTurn(() => bodyOf(chunks, response));
            return typeof body === 'string'
                ? { kind: body, status: response.status }
                : { status: response.status, ...body, header: (name) => response.headers.get(name) };
        }
        catch (error) {
            if (late.aborted)
                return { kind: 'timeout', seconds: Math.round(timeout / 100) / 10 };
            const { code = 'no answer', message } = error;
            return { kind: 'connection', code, message };
        }
    }
    #inTurn(work) {
        const done = this.#unpacking.then(work);
        this.#unpacking = done.catch(() => undefined);
        return done;
    }
}
/** Makes an agent, and the one that it reaches a proxy by, insist on a certificate that is good for the host. */
function verifying(agent) {
    for (const options of [agent.options, agent.proxyOptions])
        if (options)
            Object.assign(options, { rejectUnauthorized: true });
    return agent;
}
/** Has an agent tell the proxy who asks, where it has a password: its own way of that makes Node warn in every log (DEP0005). */
function introducing(agent) {
    const { proxyOptions, request } = agent;
    if (proxyOptions?.proxyAuth === undefined || !request)
        return agent;
    const authorization = `Basic ${Buffer.from(proxyOptions.proxyAuth).toString('base64')}`;
    delete proxyOptions.proxyAuth;
    agent.request = (options) => request({ ...options, headers: { ...options.headers, 'proxy-authorization': authorization } });
    return agent;
}
async function chunksOf({ body }) {
    const chunks = [];
    let size = 0;
    for await (const chunk of body) {
        size += chunk.length;
        if (size > LARGEST_BODY)
            return 'oversized';
        chunks.push(chunk);
    }
    return chunks;
}
/** The body as text; or what makes it none that could be read. It is unpacked here, where its size can be watched. */
async function bodyOf(chunks, { headers }) {
    const packed = Buffer.concat(chunks.splice(0));
    const isPacked = packed.length > 0 && /^(x-)?gzip$/i.test(headers.get('content-encoding') ?? '');
    try {
        const text = (isPacked ? await unpack(packed, { maxOutputLength: LARGEST_BODY }) : packed).toString();
        const weight = weightOf(text);
        return weight > LARGEST_BODY ? 'oversized' : { text, weight };
    }
    catch (error) {
        return error.code === 'ERR_BUFFER_TOO_LARGE' ? 'oversized' : 'malformed';
    }
}
const unpack = (0,external_node_util_.promisify)(external_node_zlib_.gunzip);
/** Bytes of memory for a value of JSON at most, beside its text, by each character that comes with one: `{}` takes two and 56. */
const BYTES_PER_MARK = 32;
/** How many bytes of memory a JSON text takes when it is parsed, at most and about. */
function weightOf(text) {
    let marks = 0;
    for (const mark of ['[', '{', ','])
        for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1))
            marks += 1;
    const isWide = /[^\0-\xff]/.test(text);
    return text.length * (isWide ? 2 : 1) + marks * BYTES_PER_MARK;
}
/** Okta's refusal as the SDK models it: with code and causes where the body is Okta's JSON, else as plain HTTP. */
function sdkError(url, response) {
    try {
        const body = JSON.parse(response.text);
        if (typeof body === 'object' && body !== null)
            return new (api_error_default())(url, response.status, withCauses(body), {});
    }
    catch {
        return new (http_error_default())(url, response.status, response.text, {});
    }
    return new (http_error_default())(url, response.status, response.text, {});
}
/** The SDK reads every cause without looking: those that are none would break it. */
function withCauses(body) {
    const { errorCauses } = body;
    const isCause = (cause) => typeof cause === 'object' && cause !== null;
    return { ...body, errorCauses: Array.isArray(errorCauses) ? errorCauses.filter(isCause) : undefined };
}

;// CONCATENATED MODULE: ./src/okta/transport.ts



/** A failure that may pass, of a request that is not idempotent. */
class TransientFailure extends Error {
    /** How long to wait after so many attempts; `undefined` where another one makes no sense. */
    again;
    /** What to say if it does not pass. */
    failure;
    constructor(again, failure) {
        super(failure.message, { cause: failure });
        this.again = again;
        this.failure = failure;
    }
}
/** Okta has been recorded taking 31 s for a create and 30 s for an assignment. */
const REQUEST_TIMEOUT = 60_000;
/** What an error that passes by itself in one place only is treated as. */
const NOT_YET = { kind: 'response', status: 503, header: () => null };
/** A request that is not idempotent may be sent once more when the run has a new access token. */
const WITH_NEW_TOKEN = {
    wait: 0,
    reason: 'Okta no longer took the access token, and the run gets a new one',
};
/** Opens the way to the org. Nothing is sent yet. */
function openTransport({ connection, executor, authorization, deadline, log, requestTimeout, }) {
    let longest = 0;
    async function attempt(request, authorized) {
        const url = connection.orgUrl + request.path;
        const headers = {
            accept: 'application/json',
            ...authorized,
        };
        const body = request.body === undefined ? undefined : JSON.stringify(request.body);
        if (body !== undefined)
            headers['content-type'] = 'application/json';
        else if (request.method === 'POST' || request.method === 'PUT')
            headers['content-length'] = '0';
        const start = deadline.clock.now();
        const response = await executor.attempt({ url, method: request.method, headers, body }, Math.min(requestTimeout, deadline.remaining()));
        const took = deadline.clock.now() - start;
        longest = Math.max(longest, took);
        log.debug(`${request.method} ${request.path}: ${'status' in response ? response.status : response.kind}, ${took} ms`);
        return judge(request, response, url);
    }
    function judge(request, response, url) {
        if ('kind' in response)
            return { failure: response, error: (0,errors/* explainFailure */.SP)(request, response, connection) };
        const { status, text, weight, header } = response;
        if (status >= 200 && status < 300) {
            const body = parse(text);
            if (text === '' || body !== undefined)
                return { status, body, weight, header };
            const failure = { kind: /^\s*</.test(text) ? 'page' : 'malformed', status };
            return { failure, error: (0,errors/* explainFailure */.SP)(request, failure, connection) };
        }
        return {
            failure: { kind: 'response', status, header },
            error: (0,errors/* explainRefusal */.GC)(request, redacted(response), sdkError(url, response), connection),
        };
    }
    /** A page is cut short where it is shown: a secret in it must be gone before, or its first half would stay. */
    function redacted(response) {
        return { ...response, text: log.redact(response.text) };
    }
    return {
        longestRequest: () => longest,
        visit: async (url) => {
            deadline.check();
            const headers = { accept: 'text/html' };
            const response = await executor.attempt({ url, method: 'GET', headers }, Math.min(requestTimeout, deadline.remaining()));
            log.debug(`GET ${new URL(url).pathname}: ${'status' in response ? response.status : response.kind}`);
            return 'kind' in response ? response : redacted(response);
        },
        send: async (request) => {
            let renewed = false;
            for (let attempts = 1;; attempts += 1) {
                deadline.check();
                const sent = request.isPublic
                    ? {}
                    : await authorization.headers(request.method, connection.orgUrl + request.path);
                const response = await attempt(request, sent);
                if (!('failure' in response))
                    return response;
                const { failure, error } = response;
                if (error instanceof errors/* OktaError */.Qu && request.treatAsSuccess?.(error))
                    return { status: error.status, body: undefined, weight: 0, header: () => null };
                if (!renewed && !request.isPublic && (await authorization.renew(failure, sent))) {
                    renewed = true;
                    if (request.idempotent)
                        continue;
                    throw new TransientFailure((times) => (times > 1 ? undefined : WITH_NEW_TOKEN), error);
                }
                const isTransient = error instanceof errors/* OktaError */.Qu && request.isTransient?.(error) === true;
                const again = (sent) => {
                    const { clock } = deadline;
                    const next = (0,retry/* retry */.L)(isTransient ? NOT_YET : failure, sent, clock.now(), clock.random());
                    return next && isTransient ? { ...next, reason: `Okta answered ${error.status}` } : next;
                };
                const next = again(attempts);
                if (!next)
                    throw error;
                if (!isRateLimit(failure) && next.wait >= deadline.remaining())
                    throw deadline.outOfTime(error);
                if (!request.idempotent)
                    throw new TransientFailure(again, error);
                await deadline.wait(next.wait, next.reason);
            }
        },
    };
}
/** A limit is worth saying that it would have taken too long to wait for; of all else, what it was says more. */
function isRateLimit(failure) {
    return failure.kind === 'response' && failure.status === 429;
}
function parse(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}

;// CONCATENATED MODULE: ./src/apply/send-once.ts

/**
 * Sends something that must not be sent twice without looking: after a failure that may pass it waits and looks whether the work is
 * done, and only sends again where it is not.
 *
 * @param send sends the request once
 * @param look gives what it was to bring about, or `undefined` where that is not there
 */
async function send_once_sendOnce(session, send, look) {
    for (let attempts = 1;; attempts += 1) {
        try {
            return await send();
        }
        catch (error) {
            await waitToRepeat(session, error, attempts, session.settleTime());
            const there = await look();
            if (there !== undefined)
                return there;
        }
    }
}
/**
 * Waits until a request that was sent once is worth another look.
 *
 * @param error what the request ended in; anything but a {@link TransientFailure} that may pass is thrown again
 * @param attempts how often it was sent
 * @param least milliseconds to wait at least: a list may show late what the request has done after all
 */
async function waitToRepeat({ deadline }, error, attempts, least = 0) {
    if (!(error instanceof TransientFailure))
        throw error;
    const again = error.again(attempts);
    if (!again)
        throw error.failure;
    await deadline.wait(Math.max(least, again.wait), again.reason);
}

;// CONCATENATED MODULE: ./src/apply/rotate-secret.ts




/** How often a plan is made at most: each time but the first because another run changed the secrets meanwhile. */
const MAX_PLANS = 3;
/**
 * Makes sure that the newest client secret is younger than a maximum, and ends the one before when its time is over. A secret that was
 * handed out and has no successor that was, stays, wherever the run dies.
 *
 * @param maxAge milliseconds
 * @param dryRun whether only to say what would be done
 */
async function rotate_secret_rotateSecret(session, app, maxAge, dryRun) {
    const { okta, deadline } = session;
    for (let attempts = 1;; attempts += 1) {
        const secrets = await okta.clientSecrets(app);
        const steps = planRotation(secrets, maxAge, deadline.clock.now());
        const changes = rotationChanges(steps);
        if (dryRun || steps.length === 0)
            return { changes, secret: newestActive(secrets)?.value };
        try {
            let made;
            for (const step of steps)
                made = (await carryOut(session, app, step, secrets)) ?? made;
            return { changes, secret: (made ?? newestActive(secrets))?.value };
        }
        catch (error) {
            if (!isFull(error) || attempts === MAX_PLANS)
                throw error;
        }
    }
}
/** @returns the secret that is active now, where the step brought one */
async function carryOut(session, app, step, known) {
    const { okta, record } = session;
    switch (step.kind) {
        case 'add': {
            const secret = await add(session, app, known);
            record(`added a client secret to the app "${app.label}"`);
            return secret.active ? secret : carryOut(session, app, { kind: 'activate', secret }, known);
        }
        case 'activate':
            await okta.activateClientSecret(app, step.secret);
            record(`activated a new client secret of the app "${app.label}"`);
            return step.secret;
        case 'deactivate':
            await okta.deactivateClientSecret(app, step.secret);
            record(`deactivated a client secret of the app "${app.label}" that has a successor`);
            return undefined;
        case 'delete':
            await okta.deleteClientSecret(app, step.secret);
            record(`deleted a client secret of the app "${app.label}" that has a successor`);
            return undefined;
    }
}
/** A secret that was made although its answer got lost is found again as the one that was not there before. */
function add(session, app, known) {
    const { okta } = session;
    const isNew = ({ id }) => !known.some((secret) => secret.id === id);
    return sendOnce(session, () => okta.addClientSecret(app), async () => (await okta.clientSecrets(app)).find(isNew));
}
/** Whether another run has added a secret: Okta keeps two at most (documented; the code is, its words may change). */
function isFull(error) {
    return error instanceof OktaError && error.status === 400;
}

;// CONCATENATED MODULE: ./src/apply/client-secret.ts







/**
 * The secret for the output, masked already: of a new app from the answer to its creation, else the newest active one, which is a new one
 * where `client-secret-max-age` asks for that.
 *
 * @throws {ActionError} where the app has none
 */
async function handOutSecret(session, { secretMaxAge, dryRun }, app, { result }) {
    refuseWithoutSecret(app.label, app.body);
    const known = result === 'created' ? clientSecretOf(app) : undefined;
    if (known !== undefined)
        return { secret: known, changes: [] };
    if (secretMaxAge !== undefined) {
        const rotation = await rotateSecret(session, app, secretMaxAge, dryRun);
        if (rotation.secret !== undefined || dryRun)
            return rotation;
    }
    const secret = newestActive(await session.okta.clientSecrets(app))?.value;
    if (secret === undefined) {
        throw new ActionError(`Cannot output the client secret of the app "${app.label}"`, 'Okta has no active one', 'Create or activate one in the Admin Console, or leave "output-client-secret" out.');
    }
    return { secret, changes: [] };
}
/**
 * Whether the secret of an app may be handed to this run: only of one that it may change. A dry run goes on without it.
 *
 * @throws {ActionError} where it may not
 */
async function mayOutputSecret(log, { adopt, dryRun, shared, state }, authority, app) {
    const permission = await authority.askStrictly(ownership_markOf(app), { to: 'change', adopt });
    if (permission.allowed)
        return true;
    const takesNothingOver = state === 'read' ? 'state: read' : shared ? 'shared: true' : undefined;
    const refusal = new util_errors/* ActionError */.lZ(`Cannot output the client secret of the app "${app.label}"`, `this run may not change the app: ${permission.why}`, takesNothingOver === undefined
        ? permission.remedy
        : `Leave "output-client-secret" out, or first let a run of the default branch take the app over ("adopt", without "${takesNothingOver}").`);
    if (!dryRun)
        throw refusal;
    log.notice(refusal.message);
    return false;
}
/** Refuses the output for an app that has no secret, or is about to have none. */
function refuseWithoutSecret(label, body) {
    const method = textOf(valueAt(body, PATHS['token-endpoint-auth-method']));
    if (!withoutSecret(method))
        return;
    throw new ActionError(`Cannot output a client secret of the app "${label}"`, `an app with "token-endpoint-auth-method: ${method}" has none`, 'Leave "output-client-secret" out, or choose a method that uses a secret.');
}

;// CONCATENATED MODULE: ./src/app/duplicates.ts



/**
 * Several apps of one label: which one a run means, and which are duplicates that may go. Labels are not unique in Okta, and runs that
 * start at the same moment may make an app each. They make them inactive, so that nobody has got the client ID of one that never was
 * active; only such a one ever counts as a duplicate.
 */
/** Milliseconds for which a create itself goes on to touch the new app (recorded: up to 2 s, in whole seconds). */
const CREATE_TOUCHES_MS = 2_000;
/**
 * Whether an app has never been active, as far as Okta's record shows it: activating and deactivating count as updates (as the emulator
 * has it; unknown of Okta), and both come later than the create's own touches, since a run settles before it activates.
 */
function duplicates_neverActive({ active, created, body }) {
    return !active && Date.parse((0,util_json/* textOf */.b6)(body['lastUpdated'])) - Date.parse(created) <= CREATE_TOUCHES_MS;
}
/** Whether a run of exactly this owner made the app. */
function duplicates_isMadeBy(owner, app) {
    const marked = ownership_markOf(app).owner;
    return marked !== undefined && sameOwner(owner, marked);
}
/**
 * Tells which of the apps of a label a run means: one of its owner, else one of its repository, else whatever there is. Nobody else's app
 * gets in the way of its own.
 */
function meantBy(owner, apps) {
    const own = duplicates_oldestFirst(apps.filter((app) => duplicates_isMadeBy(owner, app)));
    const used = own.filter((app) => !duplicates_neverActive(app));
    if (used.length > 1)
        return { among: used };
    const stays = used[0] ?? own[0];
    if (stays)
        return { app: stays, duplicates: own.filter((app) => app !== stays) };
    const related = apps.filter((app) => {
        const marked = ownership_markOf(app).owner;
        return marked !== undefined && sameRepository(owner, marked);
    });
    const others = duplicates_oldestFirst(related.length > 0 ? related : apps);
    return others.length > 1 ? { among: others } : { app: others[0], duplicates: [] };
}
/**
 * Tells which app stays after a create, of all that have the label: one of the same owner that is in use already, else the oldest. An app of
 * somebody else counts only where it is older: it is the one that the run would have found, had it looked a moment later.
 *
 * @param created what the run has made itself
 */
function duplicates_staysBeside(owner, created, apps) {
    const others = apps.filter(({ id }) => id !== created.id);
    const used = others.filter((app) => duplicates_isMadeBy(owner, app) && !duplicates_neverActive(app));
    if (used.length > 1)
        return { among: duplicates_oldestFirst(used) };
    return { app: used[0] ?? duplicates_oldestFirst([created, ...others])[0] ?? created };
}
/** By creation, then by ID: every run that sees the same apps picks the same one to stay. */
function duplicates_oldestFirst(apps) {
    return apps.toSorted((a, b) => compare(a.created, b.created) || compare(a.id, b.id));
}
function compare(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
}
/**
 * Several apps of one name in words, with what tells them apart.
 *
 * @param maskClientId whether an ID, which is the client ID as well, must not be seen
 */
function duplicates_toldApart(apps, maskClientId) {
    return duplicates_oldestFirst(apps).map((app) => {
        const { owner } = ownership_markOf(app);
        const touched = (0,util_json/* textOf */.b6)(app.body['lastUpdated']);
        const facts = [
            app.active ? 'active' : duplicates_neverActive(app) ? 'never active' : `inactive, last changed at ${touched}`,
            owner ? `of ${ownerName(owner)}` : 'without a mark',
        ];
        return `${maskClientId ? 'one' : app.id} made at ${app.created} (${facts.join(', ')})`;
    });
}
/** What a run tells of the duplicates that it deletes, or would. */
function duplicates_withRemoval(outcome, duplicates, maskClientId) {
    if (duplicates.length === 0)
        return outcome;
    const removal = change('duplicates', duplicates_toldApart(duplicates, maskClientId), []);
    return {
        ...outcome,
        result: outcome.result === 'unchanged' ? 'updated' : outcome.result,
        changes: [removal, ...outcome.changes],
    };
}

;// CONCATENATED MODULE: ./src/okta/requests.ts



/** Milliseconds that Okta may say of an app of this run's own making that it does not exist (reported: more than a second). */
const NEW_APP = 30_000;
/** Items of most lists that Okta gives in one page at most (documented). */
const LARGEST_PAGE = 200;
/** The most that is kept of all lists together while they are read, in bytes of memory: some 4,000 apps with all that Okta says of them. */
const MOST_KEPT = 32 * 1024 * 1024;
/** The most that is read of one list, in the same measure: some 60,000 apps, or 130,000 users of one. */
const MOST_READ = 512 * 1024 * 1024;
/**
 * The requests to one org.
 *
 * @param orgUrl the org's origin: pages of a list are followed there only
 * @param now the time, in milliseconds since the epoch
 */
function requestsTo(transport, orgUrl, now) {
    const createdAt = new Map();
    /** What the lists take that are being read. */
    let held = 0;
    const isNew = ({ id }) => now() - (createdAt.get(id) ?? -Infinity) < NEW_APP;
    const about = (app, request) => ({
        ...request,
        isTransient: (error) => error.status === 404 && isNew(app),
    });
    return {
        send: (request) => transport.send(request),
        about,
        rememberCreated: ({ id }) => {
            createdAt.set(id, now());
        },
        readObject: async (path, purpose, options) => {
            const { body } = await transport.send({ method: 'GET', path, purpose, idempotent: true, ...options });
            if ((0,util_json/* isObject */.Gv)(body))
                return body;
            throw notWhatWasAsked(purpose, 'an object');
        },
        readPages: async (path, purpose, app, pick, isEnough) => {
            const pages = [];
            const visited = new Set();
            let read = 0;
            let own = 0;
            try {
                for (let next = path; next !== undefined;) {
                    if (visited.has(next))
                        throw new util_errors/* ActionError */.lZ(`Cannot ${purpose}`, "Okta's pagination loops", 'Run it again later.');
                    visited.add(next);
                    const request = { method: 'GET', path: next, purpose, idempotent: true };
                    const page = await transport.send(app ? about(app, request) : request);
                    if (!Array.isArray(page.body))
                        throw notWhatWasAsked(purpose, 'a list');
                    const items = page.body.filter(util_json/* isObject */.Gv);
                    const kept = pick ? items.map(pick).filter((item) => item !== undefined) : items;
                    pages.push(kept);
                    const added = pick ? weightOf(JSON.stringify(kept)) : page.weight;
                    read += page.weight;
                    own += added;
                    held += added;
                    if (read > MOST_READ || held > MOST_KEPT)
                        throw tooLong(purpose);
                    if (isEnough?.())
                        break;
                    next = nextPage(page.header('link'), orgUrl, purpose);
                }
            }
            finally {
                held -= own;
            }
            return pages.flat();
        },
    };
}
/** Whether what was to be deleted is gone already. */
function isGone({ status }) {
    return status === 404;
}
/** The failure of a request whose response is not what it was sent for. */
function notWhatWasAsked(purpose, expected) {
    return new util_errors/* ActionError */.lZ(`Cannot ${purpose}`, `Okta answered with something other than ${expected}`, 'Check that "org-url" is your Okta org.');
}
function tooLong(purpose) {
    return new util_errors/* ActionError */.lZ(`Cannot ${purpose}`, 'the list is too long to be read', 'Check that "org-url" is your Okta org. Where there really are that many, narrow it down: the sweep takes a "name-prefix".');
}
/** The `rel="next"` address of a Link header. A list that goes on at another host is refused: credentials stay with the org. */
function nextPage(link, orgUrl, purpose) {
    const target = /<([^<>]*)>\s*;\s*rel="next"/.exec(link ?? '')?.[1];
    if (target === undefined)
        return undefined;
    const url = URL.canParse(target, orgUrl) ? new URL(target, orgUrl) : undefined;
    if (url?.origin === new URL(orgUrl).origin)
        return url.pathname + url.search;
    throw new util_errors/* ActionError */.lZ(`Cannot ${purpose}`, `the list goes on at another host (${url?.host ?? target})`, 'Set "org-url" to the address under which Okta itself answers, and check that no proxy rewrites its answers.');
}

;// CONCATENATED MODULE: ./src/apply/find-app.ts








/** How often to look while other runs may still be at work on apps of the label. */
const MAX_CHECKS = 3;
/** Apps to read for the sake of one, at most, without a word: three pages, of a rate limit that can be as low as 10 requests a minute. */
const MANY_APPS = 3 * LARGEST_PAGE;
/**
 * Finds the app that the inputs name.
 *
 * Labels are not unique in Okta, and runs that start at the same moment may make two apps, of which the younger goes again. So several
 * apps of the label, and one that was never activated yet, are looked at again before they count.
 *
 * @throws {ActionError} where several apps have the label, telling them apart
 */
async function find_app_findApp({ okta, deadline, settleTime, log }, { appId, name: label = '', state, maskClientId, settings }, owner) {
    for (let check = 1;; check += 1) {
        const readAt = deadline.clock.now();
        if (appId !== undefined)
            return { app: await appById(okta, appId, state === 'absent'), duplicates: [], readAt };
        const alike = new Set();
        let read = 0;
        const named = await okta.findApps(label, {
            clientId: settings['client-id'],
            onAlike: (other) => alike.add(other),
            onRead: (count) => (read = count),
        });
        if (check === 1 && read > MANY_APPS)
            log.notice(manyRead(label, read));
        if (named.length === 0 && alike.size > 0)
            log.warning(otherCase(label, alike));
        const apps = await confirmed(okta, named);
        const meant = meantBy(owner, apps);
        const isSettled = 'app' in meant && ![meant.app, ...meant.duplicates].some(isUnderway);
        if (isSettled || check === MAX_CHECKS || !apps.some((app) => ownership_markOf(app).owner)) {
            if ('app' in meant)
                return { ...meant, readAt };
            throw find_app_ambiguous(label, meant.among, maskClientId);
        }
        await deadline.wait(settleTime(), `${apps.length === 1 ? 'An app has' : `${apps.length} apps have`} the label "${label}", and other runs may be at work on ${apps.length === 1 ? 'it' : 'them'}`);
    }
}
function manyRead(label, read) {
    return `The names of many apps start as "${label}" does, and Okta knows no other search: ${read} apps were read to find that one, in ${Math.ceil(read / LARGEST_PAGE)} requests. Give its ID as "app-id", or give the others names that start otherwise.`;
}
function otherCase(label, alike) {
    const names = [...alike].map((other) => `"${other}"`).join(', ');
    return `There is no app "${label}", but ${names}: Okta tells capital letters from small ones. Check "name".`;
}
/** Whether a run seems to have made the app a moment ago, and not to have settled yet: it may delete it again, or activate it. */
function isUnderway(app) {
    return app !== undefined && ownership_markOf(app).owner !== undefined && duplicates_neverActive(app);
}
/** The apps with those read by themselves that a list shows as never activated: it may be late, and such an app may be gone by now. */
async function confirmed(okta, apps) {
    const read = await map_concurrently_mapConcurrently(apps, (app) => isUnderway(app) ? (0,errors/* ifThere */.y)(() => okta.getApp(app.id)) : Promise.resolve(app));
    return read.filter((app) => app !== undefined);
}
/** Several apps of one name, none of which may be deleted. */
function find_app_ambiguous(label, apps, maskClientId) {
    return new util_errors/* ActionError */.lZ(`Cannot tell which app is meant by "${label}"`, `${apps.length} apps have that label: ${duplicates_toldApart(apps, maskClientId).join(', ')}`, 'Give the ID of the right one as "app-id", or rename or delete the others. The times tell them apart in the Admin Console, and in the System Log.');
}
async function appById(okta, id, mayBeAbsent) {
    const app = mayBeAbsent ? await (0,errors/* ifThere */.y)(() => okta.getApp(id)) : await okta.getApp(id);
    if (!app || isOidc(app))
        return app;
    throw new util_errors/* ActionError */.lZ(`Cannot use the app "${app.label}"`, `its sign-on mode is ${(0,util_json/* textOf */.b6)(app.body['signOnMode'])}, not OPENID_CONNECT`, 'Give the ID of an OIDC app as "app-id".');
}
/**
 * Makes sure that no other app has the label that an app is to get: the next run would not know which of them is meant.
 *
 * @throws {ActionError} where one has it
 */
async function refuseTakenName({ okta }, app, { name, maskClientId }) {
    if (name === undefined || name === app.label)
        return;
    const others = (await okta.findApps(name)).filter(({ id }) => id !== app.id);
    if (others.length === 0)
        return;
    throw new ActionError(`Cannot rename the app "${app.label}" to "${name}"`, `another app has that name: ${toldApart(others, maskClientId).join(', ')}`, 'Choose another "name", leave it out, or delete the other app.');
}

;// CONCATENATED MODULE: ./src/apply/write-until-stable.ts






/**
 * Reads, plans, writes, and confirms where the object is shared. What is sent was read a moment ago: after a wait of any kind it is read
 * and planned again. A run that read before this one's write may replace it; docs/how-it-decides.md has the argument why no such loss
 * of a shared object goes unnoticed.
 *
 * @param known what was read, and when it was asked for, in milliseconds since the epoch
 */
async function writeUntilStable(session, object, known) {
    const { shared } = object;
    const written = [];
    const outcome = (item) => ({
        item,
        plan,
        changes: latestOfEach([...written, plan].flatMap(({ changes }) => changes)),
        isWritten: [...written, plan].some(({ write }) => write),
    });
    let current = known.item;
    let plan = object.plan(current);
    /** The last plan, where Okta has surely held it for a moment. */
    let held;
    let isFresh = !plan.write || session.deadline.clock.now() - known.readAt <= session.settleTime() / 2;
    for (let round = 1;; round += 1) {
        if (!isFresh) {
            current = await object.read();
            plan = object.plan(current);
            const isOpposed = held !== undefined && object.contradicts?.(held, plan) === true;
            if (shared && object.contradicts && (isOpposed || written.length >= MAX_ROUNDS))
                throw notKept(shared.name, plan.changes);
        }
        if (!plan.write && (round === 1 || !shared))
            return outcome(current);
        isFresh = false;
        held = undefined;
        const answer = plan.write ? await replaceOnce(session, object, current, plan.body, round) : current;
        if (answer === 'refused')
            continue;
        if (typeof answer === 'object')
            held = plan;
        if (typeof answer === 'object' && plan.write)
            object.taken?.(plan, answer);
        const left = typeof answer === 'object' && plan.write ? leftOf(object, answer) : undefined;
        if (shared) {
            const known = plan.write ? plan.body : current.body;
            const item = await confirmStable(session, object, shared.paths, known, left);
            if (item)
                return outcome(item);
            await backOff(session, round, shared.name);
        }
        else if (answer !== 'lost')
            return outcome(answer);
        written.push(plan);
    }
}
/** What Okta's answer to a write lacks of it; it is told of, and not waited for. */
function leftOf({ plan, dropped }, answer) {
    const left = plan(answer);
    if (!left.write)
        return undefined;
    dropped?.(left, answer);
    return left;
}
/** How often to write, at most, against others who may want the opposite. */
const MAX_ROUNDS = 8;
function notKept(name, changes) {
    const fields = changes.map(({ field }) => field).join(', ');
    return new util_errors/* ActionError */.lZ(`Cannot keep ${name} as the workflow says`, `another run, or a person, has changed it otherwise meanwhile${fields ? ` (${fields})` : ''}`, 'Find out who else changes it: Okta\'s System Log shows it. Runs of one repository can take turns with "concurrency".');
}
/** @returns Okta's answer; `refused` where Okta did nothing, `lost` where nobody knows, in both cases after the wait for the next attempt */
async function replaceOnce(session, { replace }, current, body, round) {
    try {
        return await replace(current, body);
    }
    catch (error) {
        await waitToRepeat(session, error, round);
        return isRefusal(error) ? 'refused' : 'lost';
    }
}
/** Whether Okta's answer says that it did nothing: a rate limit, a lock. A server error says nothing of the kind. */
function isRefusal(error) {
    const failure = error instanceof TransientFailure ? error.failure : error;
    return failure instanceof errors/* OktaError */.Qu && failure.status < 500;
}
/** How often to look, at most, while other runs keep writing and this one's change is there every time. */
const write_until_stable_MAX_CHECKS = 4;
/**
 * Looks whether a change stays. If nobody else wrote for a whole settle time, whoever read the object before that time has written by
 * now, and whoever read it since has read the change: it cannot get lost any more. While others write, it looks again; a change that
 * was there {@link MAX_CHECKS} times counts as there to stay.
 *
 * @param known what this run knows of the object: what it wrote, or read
 * @param left what Okta did not keep of the write
 * @returns the object, or `undefined` where the change is gone
 */
async function confirmStable({ deadline, settleTime }, { read, plan }, paths, known, left) {
    let before = known;
    for (let check = 1;; check += 1) {
        await deadline.wait(settleTime(), 'Looking whether another run overwrites the change');
        const seen = await read();
        if (!isThere(plan(seen), left))
            return undefined;
        const isUnchanged = paths.every((path) => (0,util_json/* equal */.LC)((0,util_json/* valueAt */.fK)(seen.body, path), (0,util_json/* valueAt */.fK)(before, path)));
        if (isUnchanged || check === write_until_stable_MAX_CHECKS)
            return seen;
        before = seen.body;
    }
}
/** Whether nothing is to be written any more but what Okta does not keep. */
function isThere({ write, changes }, left) {
    if (!write)
        return true;
    return (left !== undefined &&
        changes.every(({ field, to }) => left.changes.some((other) => other.field === field && (0,util_json/* equal */.LC)(other.to, to))));
}
/** Runs that overwrote each other once would do it again in step: each waits for a time of its own, longer with every round. */
async function backOff({ deadline, settleTime }, round, name) {
    const longest = settleTime() * Math.min(2 ** (round - 1), 4);
    await deadline.wait(deadline.clock.random() * longest, `The change to ${name} is not there (round ${round}): another run overwrote it`);
}

;// CONCATENATED MODULE: ./src/apply/trusted-origins.ts






/**
 * Finds out which origins are to be trusted and which to be given up.
 *
 * @param app the app, or `undefined` where it is yet to be created
 * @param wanted the origins of the input; `undefined` leaves all as it is
 * @param mark the app's mark
 */
async function planOrigins({ okta, log }, app, wanted, mark) {
    if (wanted === undefined)
        return { trust: [], release: [], marked: [...mark.trustedOrigins], changes: [] };
    const dropped = mark.trustedOrigins.filter((origin) => !wanted.includes(origin) && !isClaimed(mark, origin));
    const found = new Map(await mapConcurrently([...wanted, ...dropped], async (origin) => [origin, await okta.findTrustedOrigin(origin)]));
    for (const origin of wanted) {
        const held = found.get(origin);
        if (!held || (held.active && ['CORS', 'REDIRECT'].every((scope) => held.scopes.includes(scope))))
            continue;
        log.warning(`The origin ${held.origin} is registered in Okta as "${held.name}", but not trusted for both CORS and redirects. It was left as it is: change it in the Admin Console (Security, API, Trusted Origins).`);
    }
    const create = wanted.filter((origin) => !found.get(origin));
    const marked = wanted.filter((origin) => isOurs(found.get(origin)));
    const release = dropped.flatMap((origin) => found.get(origin) ?? []).filter((origin) => lists(app, origin));
    const trust = marked.filter((origin) => !lists(app, found.get(origin)));
    const gone = app ? release.filter((origin) => isLastOf(app, origin)) : [];
    const before = [...wanted.filter((origin) => found.get(origin)), ...gone.map(({ origin }) => origin)];
    const changes = create.length > 0 || gone.length > 0 ? [change('trusted-origins', before, [...wanted])] : [];
    return { trust, release, marked, changes };
}
/** Whether runs created the origin, or are about to. */
function isOurs(origin) {
    return origin === undefined || listingIn(origin.name) !== undefined;
}
function lists(app, origin) {
    const listing = origin && listingIn(origin.name);
    return app !== undefined && listing !== undefined && isListed(listing, app.id);
}
/** Whether runs created the origin, and its name does not tell of the app yet. */
function isUnlisted(app, origin) {
    return isOurs(origin) && !lists(app, origin);
}
/** Whether the app is the last one that lists an origin. */
function isLastOf(app, { name }) {
    const listing = listingIn(name);
    return listing !== undefined && trusted_origins_isEmpty(unlistedBy(listing, app.id));
}
function trusted_origins_isEmpty({ apps, more }) {
    return apps.length === 0 && !more;
}
function isClaimed({ claims }, origin) {
    return claims.some(({ list, uri }) => list === 'trusted-origins' && uri === origin);
}
/** Every origin that an app lists: for its own runs, and for those that claim one. */
function originsOf({ trustedOrigins, claims = [], }) {
    const claimed = claims.filter(({ list }) => list === 'trusted-origins').map(({ uri }) => uri);
    return [...new Set([...trustedOrigins, ...claimed])];
}
/**
 * The origins that an app gives up. What its mark does not tell of is not a run's to give up.
 *
 * @param left what the mark is to tell of then
 */
function givenUp(mark, left) {
    const stay = originsOf({ ...mark, ...left });
    return originsOf(mark).filter((origin) => !stay.some((other) => sameOrigin(other, origin)));
}
/** How often to look for an origin that Okta says is there: another run has just created it. */
const trusted_origins_MAX_CHECKS = 3;
/** Has Okta trust an origin, and its name tell of the app. One that somebody else registered stays as it is. */
async function trustOrigin(session, app, origin) {
    const { okta, deadline, settleTime } = session;
    for (let check = 1;; check += 1) {
        const found = await okta.findTrustedOrigin(origin, check > 1);
        if (found && (await list(session, app, found)))
            return;
        if (found)
            continue;
        try {
            await create(session, app, origin);
            return;
        }
        catch (error) {
            if (!(error instanceof errors/* OktaError */.Qu) || error.status !== 400 || check === trusted_origins_MAX_CHECKS)
                throw error;
            await deadline.wait(settleTime(), `Okta refuses the origin ${origin}: another run may have just created it`);
        }
    }
}
async function create(session, app, origin) {
    const { okta, record } = session;
    const name = originName(origin, { apps: [app.id], more: false });
    await send_once_sendOnce(session, async () => {
        await okta.createTrustedOrigin(name, origin);
        return true;
    }, async () => ((await okta.findTrustedOrigin(origin))?.name === name ? true : undefined));
    record(`trusted the origin ${origin}`);
}
/** @returns `false` where the origin has gone away meanwhile */
async function list(session, app, origin) {
    const listing = listingIn(origin.name);
    if (!listing || isListed(listing, app.id))
        return true;
    return (await rename(session, origin, (held) => listedBy(held, app.id))) !== undefined;
}
/**
 * Gives origins up: the name of each tells of the app no longer, and one that no app lists any more is deleted. Where nobody knows
 * whether there is one, it stays, with a notice. An app that is not found counts as one that lists it: Okta may answer so of an app that
 * the run's credential is not to see (unknown). Every run takes its app out of the name, so that just what was deleted by hand is left.
 *
 * @param goes which origins the app gives up, as it is then: it is read again before each, since taking it out of a name takes its time,
 * in which another run may want one of the others. Left out where the app itself goes
 * @returns those that it gave up
 */
async function releaseOrigins(session, app, origins, goes) {
    const { okta } = session;
    const released = [];
    for (const found of origins) {
        const giveUp = async () => {
            const current = goes && (await (0,errors/* ifThere */.y)(() => okta.getApp(app.id)));
            if (current && !trusted_origins_isAmong(goes(current), found))
                return false;
            await releaseOrigin(session, app, found);
            return true;
        };
        if (await send_once_sendOnce(session, giveUp, () => Promise.resolve(undefined)))
            released.push(found);
    }
    return released;
}
function trusted_origins_isAmong(origins, { origin }) {
    return origins.some((other) => sameOrigin(other, origin));
}
/** What is deleted has been read a moment ago: after a wait of any kind another app may list it. @throws {TransientFailure} */
async function releaseOrigin(session, app, found) {
    const { okta, log } = session;
    const origin = await (0,errors/* ifThere */.y)(() => okta.getTrustedOrigin(found));
    const listing = origin && listingIn(origin.name);
    if (!listing)
        return;
    const rest = unlistedBy(listing, app.id);
    if (trusted_origins_isEmpty(rest)) {
        await remove(session, origin);
        return;
    }
    const isRenamed = rest.apps.length > 0 && isListed(listing, app.id);
    if (isRenamed && !(await rename(session, origin, (held) => unlistedBy(held, app.id))))
        return;
    log.notice(`The origin ${origin.origin} stays trusted: ${await whyKept(okta, rest)}.`);
}
async function whyKept(okta, { apps, more }) {
    if (more)
        return 'more apps list it, or did, than its name can hold, so delete it by hand once it is no longer needed';
    const found = await map_concurrently_mapConcurrently(apps, (id) => (0,errors/* ifThere */.y)(() => okta.getApp(id)));
    return found.some((other) => other)
        ? 'other apps list it too'
        : "its name tells of apps that were deleted by hand, or that this run's credential does not see. If they are gone, delete it by hand";
}
async function remove({ okta, record }, origin) {
    await okta.deleteTrustedOrigin(origin);
    record(`stopped trusting the origin ${origin.origin}`);
}
/** Finds those of the origins that the app lists, so that they can be released. */
async function findListed({ okta }, app, origins) {
    const found = await map_concurrently_mapConcurrently(origins, (origin) => okta.findTrustedOrigin(origin));
    return found.filter((origin) => origin !== undefined && lists(app, origin));
}
/**
 * Has the name of an origin tell of other apps; one that no app would be left of is deleted.
 *
 * @returns the origin, or `undefined` where it is gone
 */
function rename(session, origin, next) {
    const { okta, record } = session;
    return (0,errors/* ifThere */.y)(async () => {
        const { item } = await writeUntilStable(session, {
            read: () => okta.getTrustedOrigin(origin),
            plan: (held) => {
                const listing = listingIn(held.name);
                const name = listing ? originName(held.origin, next(listing)) : held.name;
                return { body: { ...held.body, name }, write: name !== held.name, changes: [] };
            },
            replace: async (held, body) => {
                const listing = listingIn(held.name);
                if (listing && trusted_origins_isEmpty(next(listing))) {
                    await remove(session, held);
                    return held;
                }
                const replaced = await okta.replaceTrustedOrigin(held, body);
                record(`noted with the trusted origin ${held.origin} which apps list it`);
                return replaced;
            },
            shared: { name: `the trusted origin ${origin.origin}`, paths: [['name']] },
        }, { item: origin, readAt: -Infinity });
        return item;
    });
}

;// CONCATENATED MODULE: ./src/apply/update-app.ts


/** What several runs may write at the same time. */
const SHARED_PATHS = [app_PATHS['redirect-uris'], app_PATHS['post-logout-redirect-uris'], ['profile']];
/** Replaces an app by itself with the changes put in, until these are there to stay. */
function updateApp(session, app, { readAt, done, shared, ...wanted }) {
    const { okta, record } = session;
    const object = {
        ...wanted,
        read: () => okta.getApp(app.id),
        replace: async (current, body) => {
            const updated = await okta.replaceApp(current, body);
            record(done, true);
            return updated;
        },
        shared: { ...shared, paths: SHARED_PATHS },
    };
    return writeUntilStable(session, object, { item: app, readAt });
}

;// CONCATENATED MODULE: ./src/apply/ensure-shared.ts













/**
 * Adds this run's URIs to an app that belongs to others too, or takes them away.
 *
 * @param everything whether all that the run's pull request has put there goes, whatever is listed
 * @param pullRequests where to ask which of the app's URIs may go; `undefined` without a token
 * @throws {ActionError} where there is no such app: a run on a shared app never creates it
 */
async function ensureShared(session, inputs, authority, everything, pullRequests, signIn) {
    const entries = {
        'redirect-uris': inputs.settings['redirect-uris'] ?? [],
        'post-logout-redirect-uris': inputs.settings['post-logout-redirect-uris'] ?? [],
        'trusted-origins': inputs.trustedOrigins ?? [],
    };
    const [{ app, readAt }] = await Promise.all([
        find_app_findApp(session, inputs, authority.owner),
        inputs.state === 'absent' ? undefined : requireAuthorizationServer(session, inputs),
    ]);
    if (app) {
        if (app_isCatalogApp(app))
            throw ofTheNetwork(app);
        if (inputs.outputClientSecret)
            await mayOutputSecret(session.log, inputs, authority, app);
        const held = app_listAt(app, app_PATHS['redirect-uris']);
        const isThere = entries['redirect-uris'].every((uri) => held.includes(uri));
        if (inputs.state === 'present' && isThere)
            signIn.begin(app, false);
        const lifetime = { lasts: inputs.expiresAfter, now: session.deadline.clock.now() };
        const share = { app, readAt, authority, lifetime, dryRun: inputs.dryRun };
        return inputs.state === 'absent'
            ? takeAway(session, share, everything ? undefined : entries)
            : ensure_shared_add(session, share, entries, pullRequests, signIn);
    }
    if (inputs.state === 'absent')
        return { result: 'absent', changes: [], app };
    throw new util_errors/* ActionError */.lZ(`Cannot find the shared app "${inputs.name ?? ''}"`, 'Okta has no OIDC app of exactly that label', 'Check "name", or give "app-id". A run with "shared: true" never creates the app.');
}
/** Okta takes and forgets the URIs of such an app (recorded). */
function ofTheNetwork(app) {
    return new util_errors/* ActionError */.lZ(`Cannot share the app "${app.label}"`, `it is an app of the Okta Integration Network ("${(0,util_json/* textOf */.b6)(app.body['name'])}"), whose URIs Okta keeps itself`, 'Name a custom OIDC app.');
}
/** What the run may do with the app as it is at the time. @throws {ActionError} where that is not allowed */
async function allow(session, { app, authority }, wish) {
    const judge = await authority.ask(ownership_markOf(app), wish);
    const permission = judge(ownership_markOf(app));
    if (permission.allowed && permission.notice !== undefined)
        session.log.notice(permission.notice);
    return (current) => {
        const now = judge(ownership_markOf(current));
        if (!now.allowed)
            throw new util_errors/* ActionError */.lZ(`Cannot change the shared app "${app.label}"`, now.why, now.remedy);
    };
}
/**
 * While the claims settle, Okta is asked whether people can sign in. Origins come last: a run that gives one up at the same moment has
 * deleted it by the time the claims have settled.
 */
async function ensure_shared_add(session, share, entries, pullRequests, signIn) {
    const { okta } = session;
    const { app, readAt, authority, lifetime, dryRun } = share;
    const { owner } = authority;
    const wanted = entries['trusted-origins'];
    const uris = Object.values(entries).flat();
    const wildcards = uris.some((uri) => uri.includes('*'));
    const check = await allow(session, share, { to: 'add', uris });
    const plan = (current) => {
        check(current);
        return planAdding(current, entries, owner, wildcards, lifetime);
    };
    const first = plan(app);
    await warnNearLimit(session, { ...app, body: first.body }, owner, pullRequests);
    const written = dryRun
        ? { item: app, changes: first.changes, isWritten: first.write }
        : await writeShared(session, app, readAt, plan, (item) => {
            if (item.active)
                signIn.begin(item, true);
        });
    const found = await map_concurrently_mapConcurrently(wanted, (origin) => okta.findTrustedOrigin(origin));
    const there = wanted.filter((_, i) => found[i]);
    const isDone = (i) => found[i] !== undefined && !isUnlisted(app, found[i]);
    if (!dryRun)
        for (const [i, origin] of wanted.entries())
            if (!isDone(i))
                await trustOrigin(session, app, origin);
    const added = there.length < wanted.length ? [change_change('trusted-origins', there, [...wanted])] : [];
    return updateOutcome(written.item, [...written.changes, ...added], written.isWritten);
}
/**
 * Origins go before their claims do: if the run stops in between, a claim is left for the next one to find the origin by.
 *
 * @param entries `undefined` for all that the run's pull request has put there
 */
async function takeAway(session, share, entries) {
    const { log } = session;
    const { app, readAt, authority, dryRun } = share;
    const check = await allow(session, share, { to: 'take away' });
    const plan = (current) => {
        check(current);
        return planRemoving(current, entries, authority.owner);
    };
    const first = plan(app);
    const claimed = ownership_markOf(app).claims.filter(({ list }) => list === 'trusted-origins');
    const mine = entries?.['trusted-origins'] ?? claimed.map(({ uri }) => uri);
    const there = mine.length > 0 ? await findListed(session, app, [...new Set(mine)]) : [];
    const goes = (current) => {
        const { claims } = plan(current);
        return givenUp(ownership_markOf(current), { claims });
    };
    const gone = dryRun
        ? there.filter(({ origin }) => goes(app).some((other) => sameOrigin(other, origin)))
        : await releaseOrigins(session, app, there, goes);
    const { item, plan: last, changes, isWritten, } = dryRun
        ? { item: app, plan: first, changes: first.changes, isWritten: first.write }
        : await writeShared(session, app, readAt, plan);
    for (const uri of dryRun ? [] : last.kept)
        log.notice(`${uri} stays in the shared app "${app.label}": others added it too.`);
    const deleted = gone.filter((origin) => isLastOf(app, origin));
    const left = there.filter((origin) => !deleted.includes(origin));
    const removed = deleted.length > 0 ? [change_change('trusted-origins', originsIn(there), originsIn(left))] : [];
    return updateOutcome(item, [...changes, ...removed], isWritten);
}
/** GitHub is only asked where a list is crowded; where it does not answer, the warning does without what it would have said. */
async function warnNearLimit({ log }, app, owner, pullRequests) {
    const list = crowdedList(app);
    if (!list)
        return;
    const claims = claimsByPullRequest(app, owner);
    const states = await pullRequests?.states(claims.keys()).catch((error) => {
        log.debug((0,util_errors/* explain */.WE)(error));
        return undefined;
    });
    const stale = [...claims].flatMap(([number, held]) => (states?.get(number) === 'closed' ? held : []));
    log.warning(limitWarning(app, list, stale));
}
/**
 * Writes a shared app until what was written is there to stay.
 *
 * @param readAt when the app was asked for, in milliseconds since the epoch
 * @param plan what this run wants of the app as it is at the time
 * @param taken told of each write that Okta took
 */
function writeShared(session, app, readAt, plan, taken = () => undefined) {
    const name = `the shared app "${app.label}"`;
    return updateApp(session, app, {
        plan,
        readAt,
        taken: (_, item) => {
            taken(item);
        },
        done: `changed the URIs of ${name}`,
        shared: { name },
        dropped: ({ changes }) => {
            throw new util_errors/* ActionError */.lZ(`Cannot change the shared app "${app.label}"`, `Okta took the change and did not keep it (${changes.map(({ field }) => field).join(', ')})`, 'Try it by hand in the Admin Console, to see what Okta objects to.');
        },
    });
}
function originsIn(list) {
    return list.map(({ origin }) => origin);
}

;// CONCATENATED MODULE: ./src/apply/api-scopes.ts



/**
 * What to grant and what to revoke.
 *
 * @param app `undefined` where it is yet to be created
 * @param exact whether the granted ones that are not listed go
 */
async function planScopes({ okta }, app, wanted, exact) {
    const grants = app ? await okta.scopeGrants(app) : [];
    const asAssignee = (scope) => ({ id: scope, name: scope });
    const granted = grants.map(({ scope }) => asAssignee(scope));
    return { ...planAssignments('api-scopes', wanted.map(asAssignee), granted, exact), grants };
}
/** Revokes first: what a client ID brought along from an earlier app is not to last. */
async function applyScopes(session, app, { add, remove, grants }) {
    const removed = new Set(remove.map(({ id }) => id));
    await revokeScopes(session, app, grants.filter(({ scope }) => removed.has(scope)));
    await grantScopes(session, app, add.map(({ name }) => name));
}
async function grantScopes(session, app, scopes) {
    for (const scope of scopes)
        if (await grant(session, app, scope))
            session.record(`granted the API scope "${scope}"`);
}
/**
 * A scope that another run has granted meanwhile, or that the client ID brought along, is refused (reported) and counts as granted.
 *
 * @returns whether this run granted it
 */
async function grant(session, app, scope) {
    const { okta } = session;
    const isGranted = async () => (await okta.scopeGrants(app)).some((held) => held.scope === scope) || undefined;
    try {
        return await send_once_sendOnce(session, () => okta.grantScope(app, scope).then(() => true), isGranted);
    }
    catch (error) {
        if (error instanceof errors/* OktaError */.Qu && error.status === 400 && (await isGranted()))
            return false;
        throw error;
    }
}
async function revokeScopes({ okta, record }, app, grants) {
    for (const grant of grants) {
        await okta.revokeScope(app, grant);
        record(`revoked the API scope "${grant.scope}" of the app "${app.label}"`);
    }
}
/**
 * Takes from an app what its client ID brings along from an earlier one, or would take along to the next, but for what is listed.
 *
 * @returns the scopes that it took
 */
async function revokeInherited(session, app, listed) {
    const grants = await session.okta.scopeGrants(app);
    const taken = grants.filter(({ scope }) => !listed.includes(scope));
    await revokeScopes(session, app, taken);
    return taken.map(({ scope }) => scope);
}

;// CONCATENATED MODULE: ./src/app/label.ts
/** Okta's limit on an app's label, in UTF-16 units. Source: Okta's apps reference. */
const LABEL_LENGTH = 100;
/** What is wrong with a label as the input `name`, and what to do. */
function labelProblem(label) {
    if (label.length > LABEL_LENGTH)
        return `is ${label.length} characters long, and Okta takes ${LABEL_LENGTH}. Shorten it to at most ${LABEL_LENGTH} characters.`;
    return /\p{Cc}/u.test(label) ? 'holds a control character. Use printable text.' : undefined;
}
/**
 * Whether two labels are the same to people. Okta has been seen to keep labels as they were sent, but only plain ones have been seen
 * (recorded); one that comes back trimmed, or in another normal form of Unicode, must not look like another app's.
 */
function label_sameLabel(a, b) {
    return label_normalized(a) === label_normalized(b);
}
function label_normalized(label) {
    return label.normalize('NFC').trim().replace(/\s+/gu, ' ');
}
/**
 * What to search for, as a prefix, to find an app of this label in whatever form Okta keeps it: the start that all forms have in common.
 * A label without one is searched for as it is; where Okta keeps another form, the look after a create finds what was there before.
 */
function searchTerm(label) {
    return /^[\x21-\x7e]+(?: [\x21-\x7e]+)*/.exec(label.normalize('NFC'))?.[0] ?? label;
}

;// CONCATENATED MODULE: ./src/okta/apps.ts




const APPS = '/api/v1/apps';
/** Okta's code for deleting an app that is active (recorded). */
const apps_STILL_ACTIVE = 'E0000056';
/** @param onApp told of every app that was asked for by its ID or label, before anybody else sees it, so that it can be masked */
function apps({ send, readPages, about, rememberCreated }, onApp) {
    /** A node of Okta that has not seen the deactivation yet refuses the deletion (reported: it is consistent only after a while). */
    const deactivated = new Set();
    async function sendForApp(request) {
        const { body } = await send(request);
        const app = body === undefined ? undefined : registeredApp(body);
        if (!app)
            throw notWhatWasAsked(request.purpose, 'an app');
        onApp(app);
        return app;
    }
    function listApps(prefix, purpose, isWanted, isEnough) {
        const query = new URLSearchParams({ ...(prefix && { q: prefix }), limit: String(LARGEST_PAGE) });
        const pick = (item) => {
            const app = registeredApp(item);
            return app && isWanted(app) ? app : undefined;
        };
        return readPages(`${APPS}?${query}`, purpose, undefined, pick, isEnough);
    }
    return {
        findApps: async (label, { clientId, onAlike, onRead } = {}) => {
            let read = 0;
            let only;
            const isNamed = (app) => label_sameLabel(app.label, label) && isOidc(app);
            const isAlike = (app) => app.label.toLowerCase() === label.toLowerCase();
            const isNear = (app) => {
                read += 1;
                if (clientId !== undefined && app_clientIdOf(app) === clientId && isNamed(app))
                    only = app;
                return isNamed(app) || isAlike(app);
            };
            const purpose = `find the app "${label}"`;
            const found = await listApps(searchTerm(label), purpose, isNear, () => only !== undefined);
            const named = found.filter(isNamed);
            named.forEach(onApp);
            for (const app of found)
                if (onAlike && !isNamed(app))
                    onAlike(app.label);
            onRead?.(read);
            return only ? [only] : named;
        },
        listApps: (prefix, isWanted) => listApps(prefix, prefix ? `list the apps that start with "${prefix}"` : 'list the apps', isWanted),
        getApp: (id) => sendForApp({ method: 'GET', path: appPath(id), purpose: `read the app ${id}`, idempotent: true }),
        createApp: async (body, { activate }) => {
            const purpose = `create the app "${(0,util_json/* textOf */.b6)(body['label'])}"`;
            const path = `${APPS}?activate=${activate}`;
            const app = await sendForApp({ method: 'POST', path, body, purpose, idempotent: false });
            rememberCreated(app);
            return app;
        },
        replaceApp: (app, body) => {
            const purpose = `update the app "${app.label}"`;
            return sendForApp(about(app, { method: 'PUT', path: appPath(app.id), body, purpose, idempotent: false }));
        },
        activateApp: async (app) => {
            const purpose = `activate the app "${app.label}"`;
            const path = `${appPath(app.id)}/lifecycle/activate`;
            await send(about(app, { method: 'POST', path, purpose, idempotent: true }));
        },
        deactivateApp: async (app, once = false) => {
            const purpose = `deactivate the app "${app.label}"`;
            const path = `${appPath(app.id)}/lifecycle/deactivate`;
            await send({ method: 'POST', path, purpose, idempotent: !once, treatAsSuccess: isGone });
            deactivated.add(app.id);
        },
        deleteApp: async (app, once = false) => {
            const purpose = `delete the app "${app.label}"`;
            const path = appPath(app.id);
            const isTransient = ({ code }) => code === apps_STILL_ACTIVE && deactivated.has(app.id);
            const idempotent = !once;
            await send({ method: 'DELETE', path, purpose, idempotent, treatAsSuccess: isGone, isTransient });
        },
    };
}
/** The path of an app, below which its assignments and secrets are. */
function appPath(id) {
    return `${APPS}/${encodeURIComponent(id)}`;
}

;// CONCATENATED MODULE: ./src/app/server-policies.ts




/** Where a policy lists its clients, by their client IDs. */
const CLIENTS_PATH = ['conditions', 'clients', 'include'];
/** What a policy for every client lists instead of one. Source: Okta's OpenAPI description. */
const ALL_CLIENTS = 'ALL_CLIENTS';
function clientsOf({ body }) {
    return app_strings((0,util_json/* valueAt */.fK)(body, CLIENTS_PATH));
}
/** Whether the server gives this client tokens by this policy, as far as it is the policy that says so: its rules may still refuse. */
function server_policies_letsIn(policy, clientId) {
    return policy.active && server_policies_isListed(policy, clientId);
}
function server_policies_isListed(policy, clientId) {
    const clients = clientsOf(policy);
    return clients.includes(ALL_CLIENTS) || clients.includes(clientId);
}
/**
 * Lets a client in. A policy for all clients is fine as it is, and other clients stay.
 *
 * @param out clients to leave out, since Okta may not know them any more: see {@link leavingOut}
 */
function planLettingIn(policy, clientId, out = new Set()) {
    if (server_policies_isListed(policy, clientId))
        return unchanged(policy);
    return withClients(policy, [...clientsOf(policy).filter((client) => !out.has(client)), clientId]);
}
/**
 * Takes a client out. The last one stays: what Okta makes of a policy without clients is unknown, and it might be one for everybody.
 *
 * @param out as for {@link planLettingIn}
 */
function planTakingOut(policy, clientId, out = new Set()) {
    const held = clientsOf(policy);
    if (!held.includes(clientId) || isLastClient(policy, clientId))
        return unchanged(policy);
    const left = held.filter((client) => client !== clientId && !out.has(client));
    return left.length > 0 ? withClients(policy, left) : unchanged(policy);
}
/**
 * What letting a client in by all of these policies changes, by their names.
 *
 * @param clientId `undefined` where the app is yet to be created
 */
function policyChanges(policies, clientId) {
    const held = policies.filter((policy) => clientId !== undefined && server_policies_isListed(policy, clientId));
    const names = (list) => list.map(({ name }) => name);
    if (held.length === policies.length)
        return [];
    return [change('authorization-server-policies', names(held), names(policies))];
}
/** Whether a policy lists this client and no other. */
function isLastClient(policy, clientId) {
    return clientsOf(policy).every((client) => client === clientId);
}
/** @throws {ActionError} where Okta's answer does not show the whole list: what it lacks would go from the policy */
function withClients(policy, clients) {
    const held = (0,util_json/* valueAt */.fK)(policy.body, CLIENTS_PATH);
    if (!Array.isArray(held) || clientsOf(policy).length < held.length)
        throw new util_errors/* ActionError */.lZ(`Cannot change the access policy "${policy.name}" of the authorization server "${policy.server}"`, "Okta's answer does not show the clients that it lists", 'Look at it in the Admin Console (Security, API, the authorization server, Access Policies).');
    return {
        body: (0,util_json/* withValueAt */.h7)(policy.body, CLIENTS_PATH, [...clients]),
        write: true,
        changes: [],
    };
}
function unchanged({ body }) {
    return { body, write: false, changes: [] };
}
/** How many sets of clients are tried at most: all of six clients, the pairs of ten, or that many single ones. */
const MOST_TRIES = 64;
/**
 * What to leave out of a list that Okta refuses because it does not know a client in it, in the order to try: smaller sets first. Okta takes
 * the list once all that it does not know are out, so that the first set without which it takes it is just those: no client that Okta knows
 * is out for a moment, although this run may not see its app.
 *
 * @param suspects clients whose apps cannot be read
 */
function* leavingOut(suspects) {
    let tries = 0;
    for (let size = 1; size <= suspects.length; size += 1) {
        for (const clients of combinations(suspects, size)) {
            if (tries === MOST_TRIES)
                return;
            tries += 1;
            yield new Set(clients);
        }
    }
}
function* combinations(items, size) {
    if (size === 0)
        yield [];
    else
        for (const [i, item] of items.entries())
            for (const rest of combinations(items.slice(i + 1), size - 1))
                yield [item, ...rest];
}

;// CONCATENATED MODULE: ./src/apply/resolve.ts




/** The groups, users and policies that inputs name, found in Okta. */
/**
 * Finds the wanted groups, and those that the app has. A wanted group that the app has already needs no look-up of its own: the list of
 * an app's groups shows their names. One name that two of them bear is ambiguous there as well.
 *
 * @param entries names, matched exactly, or IDs
 * @param app `undefined` where the app is yet to be created
 * @throws {ActionError} naming every group that is unknown or ambiguous
 */
async function findGroups(okta, entries, app) {
    const assigned = app ? await okta.assignedGroups(app) : [];
    const wanted = await resolve_findEach(entries, async (entry) => {
        const isMeant = ({ id, name }) => id === entry || (name === entry && !isGroupId(entry));
        const [match, ...more] = assigned.filter(isMeant);
        return match && more.length === 0 ? match : findGroup(okta, entry);
    });
    return { wanted, assigned };
}
/**
 * Finds the wanted users.
 *
 * @param entries logins or IDs
 * @throws {ActionError} naming every user that is unknown
 */
function findUsers(okta, entries) {
    return resolve_findEach(entries, (entry) => findUser(okta, entry));
}
/**
 * Finds which of the wanted users the app has; one who has it through a group counts as assigned. They are compared by ID: what an app
 * calls a user need not be the login.
 *
 * @param app `undefined` where the app is yet to be created
 * @param all whether all users of the app are to be read, and not only those that are wanted
 */
async function assignedUsers(okta, wanted, app, all) {
    if (!app)
        return { wanted, assigned: [] };
    if (!all) {
        const read = await mapConcurrently(wanted, (user) => okta.assignedUser(app, user));
        return { wanted, assigned: read.filter((user) => user !== undefined) };
    }
    const logins = new Map(wanted.map(({ id, name }) => [id, name]));
    const assigned = await okta.assignedUsers(app);
    return { wanted, assigned: assigned.map((user) => ({ ...user, name: logins.get(user.id) ?? user.name })) };
}
/**
 * Finds an authentication policy.
 *
 * @param entry its name, matched exactly, or its ID
 */
async function findPolicy(okta, entry) {
    if (/^rst[0-9A-Za-z]{17}$/.test(entry))
        return { id: entry, name: entry };
    const policies = await okta.accessPolicies();
    return resolve_only('sign-on policy', 'sign-on-policy', entry, policies.filter(({ name }) => name === entry), () => Promise.resolve(policies.map(({ name }) => name)));
}
/** Looks for all of them side by side, and tells of every one that cannot be found together. */
async function resolve_findEach(entries, find) {
    const found = (await mapConcurrently(entries, (entry) => Promise.allSettled([find(entry)]))).flat();
    const errors = found.flatMap((outcome) => outcome.status === 'rejected' ? [outcome.reason] : []);
    if (errors.length > 0)
        throw together(errors);
    return found.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}
/** An ID means the group that has it, before any that is only named so. */
function isGroupId(entry) {
    return /^00g[0-9A-Za-z]{17}$/.test(entry);
}
async function findGroup(okta, entry) {
    if (isGroupId(entry)) {
        const byId = await ifThere(() => okta.getGroup(entry));
        if (byId)
            return byId;
    }
    const withPrefix = await okta.findGroups(entry);
    return resolve_only('group', 'groups', entry, withPrefix.filter(({ name }) => name === entry), async () => {
        const alike = entry.length > 2 ? await okta.findGroups(entry.slice(0, 2)) : [];
        const names = [...withPrefix, ...alike, ...(alike.length === 0 ? await okta.findGroups('') : [])].map(({ name }) => name);
        return names;
    });
}
async function findUser(okta, entry) {
    const user = await ifThere(() => okta.getUser(entry));
    if (user)
        return user;
    const what = `Cannot find the user "${entry}"`;
    const others = entry.includes('@') ? await okta.usersOfEmail(entry) : [];
    if (others.length > 0) {
        const ids = others.map(({ id }) => id).join(', ');
        throw new ActionError(what, 'it is an e-mail address, and no login or ID', `Give the login in "users", or the ID: ${ids}.`);
    }
    throw new ActionError(what, 'Okta has no user of that login or ID', entry.includes(',') ? onePerLine('users') : 'Check "users": give full logins, as in jane@example.com.');
}
/**
 * The one that is meant by an entry.
 *
 * @param others the names of what there is, asked for where nothing has that name
 * @throws {ActionError} where none or several have it, with the nearest names or the IDs
 */
async function resolve_only(kind, input, entry, matches, others) {
    const [match, ...more] = matches;
    if (match && more.length > 0) {
        const ids = matches.map(({ id }) => id).join(', ');
        throw new ActionError(`Cannot tell which ${kind} is meant by "${entry}"`, `${matches.length} have that name: ${ids}`, `Give the ID in "${input}".`);
    }
    if (match)
        return match;
    const near = nearestNames(entry, await others());
    const isSeveral = entry.includes(',') && input !== 'sign-on-policy';
    const check = isSeveral ? onePerLine(input) : `Check "${input}".`;
    throw new ActionError(`Cannot find the ${kind} "${entry}"`, 'Okta has none of exactly that name', `${check} ${nearestHint(near)}`);
}
function onePerLine(input) {
    return `Give one per line in "${input}": commas separate nothing.`;
}
function nearestHint(near) {
    if (near.length === 0)
        return 'There is none with a similar name.';
    const names = near.map((name) => `"${name}"`).join(', ');
    return near.length === 1 ? `The nearest name is ${names}.` : `The nearest names are ${names}.`;
}

;// CONCATENATED MODULE: ./src/apply/server-policies.ts









/** Where a policy is that an app's mark names as `server/policy`. */
function placeOf(text) {
    const [server = '', id = ''] = text.split('/');
    return { server, id };
}
/** How an app's mark names a policy. */
function nameOf({ server, id }) {
    return `${server}/${id}`;
}
/**
 * Finds the access policies that inputs name.
 *
 * @param server ID of the authorization server
 * @param entries names, matched exactly, or IDs
 * @throws {ActionError} naming every policy that is unknown or ambiguous, or the server, with the nearest names
 */
async function findServerPolicies(okta, server, entries) {
    const policies = await policiesOf(okta, server);
    const found = await findEach(entries, (entry) => only('access policy', 'authorization-server-policies', entry, policies.filter(({ id, name }) => id === entry || name === entry), () => Promise.resolve(policies.map(({ name }) => name))));
    return [...new Map(found.map((policy) => [policy.id, policy])).values()];
}
async function policiesOf(okta, server) {
    try {
        return await okta.serverPolicies(server);
    }
    catch (error) {
        if (!(error instanceof OktaError && error.status === 404))
            throw error;
        const servers = await okta.authorizationServers();
        const byName = servers.find(({ name }) => name === server);
        const near = nearestNames(server, servers.flatMap(({ id, name }) => [id, name]));
        const hint = byName
            ? `The one of that name has the ID "${byName.id}".`
            : near.length > 0
                ? `The nearest ${near.length === 1 ? 'is' : 'are'} ${near.map((name) => `"${name}"`).join(', ')}.`
                : 'There is none with a similar ID or name.';
        throw new ActionError(`Cannot find the authorization server "${server}"`, 'Okta has none of that ID', `Check "authorization-server": it takes the ID, and "default" for the default one. ${hint}`, { cause: error });
    }
}
/** Lets the client of an app in by a policy, as it is by now. Okta may refuse one of an inactive app (unknown): it is asked once. */
async function letIn(session, policy, app) {
    const { isWritten } = await replacePolicy(session, policy, -Infinity, app_clientIdOf(app) ?? app.id, planLettingIn, app.active);
    if (!isWritten)
        return;
    const name = `the access policy "${policy.name}" of the authorization server "${policy.server}"`;
    session.record(`let the app in by ${name}`);
    if (clientsOf(policy).length === 0)
        session.log.warning(`The app is the only client of ${name}, which listed none before and might have let everybody in. Check in the Admin Console (Security, API) whether others are to be let in, too.`);
}
/** Finds those of the policies that list a client. A policy or a server that is gone lists none. */
async function findListing({ okta }, places, clientId) {
    const policies = await map_concurrently_mapConcurrently(places, ({ server, id }) => (0,errors/* ifThere */.y)(() => okta.getServerPolicy(server, id)));
    return policies.flatMap((policy) => (policy && clientsOf(policy).includes(clientId) ? [policy] : []));
}
/**
 * Takes a client out of policies, as its app is about to go. A policy that is gone counts as done.
 *
 * @param readAt when the policies were asked for, in milliseconds since the epoch
 */
async function takeOut(session, policies, readAt, clientId) {
    const { log, record } = session;
    for (const policy of policies) {
        const name = `the access policy "${policy.name}" of the authorization server "${policy.server}"`;
        const written = await (0,errors/* ifThere */.y)(() => replacePolicy(session, policy, readAt, clientId, planTakingOut));
        if (!written)
            continue;
        const { item, isWritten } = written;
        if (isWritten)
            record(`took the app out of ${name}`);
        if (isLastClient(item, clientId)) {
            log.warning(`The app is the only client of ${name} and stays in it: a policy without clients might let everybody in. Delete the policy, or name other clients in it.`);
        }
    }
}
/**
 * A policy is a shared object that is replaced whole, as a shared app is: what was written must be there to stay.
 *
 * @param isPatient whether to send a list again that names a client which Okta does not know
 */
function replacePolicy(session, policy, readAt, clientId, planner, isPatient = true) {
    const { okta } = session;
    const doubt = doubtOf(session, clientId);
    return writeUntilStable(session, {
        read: () => okta.getServerPolicy(policy.server, policy.id),
        plan: (current) => planner(current, clientId, doubt.out()),
        replace: async (current, body) => {
            try {
                const replaced = await okta.replaceServerPolicy(current, body);
                doubt.settle(current);
                return replaced;
            }
            catch (error) {
                throw isPatient && isUnknownClient(error) ? await doubt.raise(current, body, error) : error;
            }
        },
        shared: { name: `the access policy "${policy.name}"`, paths: [CLIENTS_PATH] },
    }, { item: policy, readAt });
}
/** How often a list that Okta refuses is sent as it is, while it may only not know the new client yet. */
const MAX_ATTEMPTS = 4;
/**
 * Okta refuses a list that names a client which it does not know (reported): a new one, for a moment, and perhaps one whose app was
 * deleted (unknown). That is an app that this run does not find; but Okta may answer in the same way of an app that the run's credential
 * is not to see (unknown). So only Okta's taking the list without a client shows that it was that one; and only after it has said that
 * one is not found (reported): a list that is refused for another reason, such as its length, would be taken without any of them.
 */
function doubtOf({ okta, record }, clientId) {
    let refusals = 0;
    let out = new Set();
    let suspects = [];
    let tries;
    return {
        out: () => out,
        settle: (current) => {
            for (const client of clientsOf(current).filter((held) => out.has(held)))
                record(`left the client ${client}, which Okta does not know any more, out of the access policy "${current.name}"`);
        },
        raise: async (current, body, error) => {
            refusals += 1;
            const wait = 1000 * refusals;
            const reason = `Okta does not know a client of the access policy "${current.name}"`;
            const isNew = clientsOf({ ...current, body }).includes(clientId);
            if (isNew && refusals < MAX_ATTEMPTS)
                return new TransientFailure(() => ({ wait, reason }), error);
            if (!/not found/i.test(error.text))
                return new TransientFailure(() => undefined, error);
            if (!tries) {
                suspects = await unseen(okta, clientsOf(current), clientId);
                tries = leavingOut(suspects);
            }
            const { value } = tries.next();
            out = value ?? new Set();
            return value
                ? new TransientFailure(() => ({ wait: 0, reason }), error)
                : new TransientFailure(() => undefined, suspects.length > 0 ? untold(current, suspects, error) : error);
        },
    };
}
/** The clients, but for the run's own, whose apps it does not find. */
async function unseen(okta, clients, clientId) {
    const others = clients.filter((client) => client !== clientId && isAppId(client));
    const found = await map_concurrently_mapConcurrently(others, async (client) => (await (0,errors/* ifThere */.y)(() => okta.getApp(client))) ? [] : [client]);
    return found.flat();
}
function untold({ name, server }, { length }, cause) {
    return new util_errors/* ActionError */.lZ(`Cannot change the access policy "${name}" of the authorization server "${server}"`, `Okta does not know all of its clients any more, and it cannot be told which: the apps of ${length} of them are deleted, or not for this run's credential to see`, 'Take those whose apps are deleted out of it in the Admin Console (Security, API, the authorization server, Access Policies).', { cause });
}
function isUnknownClient(error) {
    return (error instanceof errors/* OktaError */.Qu && error.status === 400 && error.text.includes('conditions.clients.include'));
}
/**
 * Looks, beside the question whether people can sign in, whether the authorization server has an access policy that lets the app in: without
 * one it gives the app no tokens. A service app's credential is only asked for the scope where the app has changed, since a refusal would
 * stand in Okta's System Log each time.
 */
function withAccessPolicies(check, session, inputs) {
    const { authorizationServer: server, serverPolicies, verifySignIn, connection } = inputs;
    if (server === undefined || serverPolicies || !verifySignIn)
        return check;
    const isToken = connection.credentials.kind === 'api-token';
    let begun;
    return {
        begin: (app, isChanged) => {
            check.begin(app, isChanged);
            if (isToken || isChanged)
                begun = isLetIn(session.okta, server, app);
        },
        conclude: async (app, isChanged) => {
            begun ??= isToken || isChanged ? isLetIn(session.okta, server, app) : undefined;
            const [ready, letIn] = await Promise.all([check.conclude(app, isChanged), begun]);
            if (letIn !== false)
                return ready;
            session.log.warning(`No access policy of the authorization server "${server}" lets the app "${app.label}" in, so that it gets no tokens there. Name a policy in "authorization-server-policies", or add the app to one in the Admin Console.`);
            return false;
        },
    };
}
/** @returns `undefined` where the credential may not read the policies */
async function isLetIn(okta, server, app) {
    try {
        const policies = await okta.serverPolicies(server);
        return policies.some((policy) => letsIn(policy, clientIdOf(app) ?? app.id));
    }
    catch (error) {
        if (error instanceof ActionError)
            return undefined;
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/apply/release.ts





function release_isNamedElsewhere(mark) {
    return (mark.policies ?? []).length > 0 || originsOf(mark).length > 0;
}
/**
 * Finds the access policies that let an app in, and the trusted origins that it lists.
 *
 * @param mark what the app's mark says, or was to say
 */
async function release_tiesOf(session, app, mark) {
    const { okta, deadline } = session;
    const clientId = app_clientIdOf(app) ?? app.id;
    const readAt = deadline.clock.now();
    const policies = await findListing(session, (mark.policies ?? []).map(placeOf), clientId);
    const origins = await findListed(session, app, originsOf(mark));
    const letInAgain = (place) => {
        const read = () => okta.getServerPolicy(place.server, place.id);
        return async (current) => {
            await (0,errors/* ifThere */.y)(async () => letIn(session, await read(), current));
        };
    };
    return {
        cut: async () => {
            await takeOut(session, policies, readAt, clientId);
            await releaseOrigins(session, app, origins);
        },
        putBack: (current) => {
            const held = ownership_markOf(current);
            const listed = originsOf(held);
            const places = policies.filter((policy) => held.policies?.includes(nameOf(policy)));
            const trusted = origins.filter(({ origin }) => listed.includes(origin));
            return [
                ...places.map((place) => [letInAgain(place)]),
                ...trusted.map(({ origin }) => [(again) => trustOrigin(session, again, origin)]),
            ];
        },
    };
}
/**
 * Takes an app out of the access policies that let it in, and of the trusted origins that it lists.
 *
 * @param mark what the app's mark says, or was to say
 */
async function release(session, app, mark) {
    const ties = await release_tiesOf(session, app, mark);
    await ties.cut();
}
/**
 * Takes back what names an app that somebody has deleted while a run was at work on it: the run may have written that just after the other
 * one had looked for it.
 *
 * @param mark what the app's mark says, or was to say
 * @returns whether the app is gone
 */
async function releaseIfGone(session, app, mark) {
    if (await ifThere(() => session.okta.getApp(app.id)))
        return false;
    await releaseGone(session, app, mark);
    return true;
}
/** Takes back what names an app that is gone. A client ID that another app has by now stays. */
async function releaseGone(session, app, mark) {
    const clientId = app_clientIdOf(app) ?? app.id;
    const isTaken = clientId !== app.id &&
        (await session.okta.findApps(app.label)).some((other) => other.id !== app.id && app_clientIdOf(other) === clientId);
    await release(session, app, isTaken ? { ...mark, policies: [] } : mark);
}

;// CONCATENATED MODULE: ./src/apply/side-work.ts

/**
 * Plans side work. What could not be done at first is tried again in the end: Okta may refuse of an inactive app, or of a new one that it
 * does not know everywhere yet, what it takes of an active one.
 *
 * @param soon what need not wait for the app
 * @param later what is done when all of that is
 */
function side_work_sideWork({ log }, { soon, later }) {
    const [first, second] = [soon.map(startLine), later.map(startLine)];
    let begun = Promise.resolve();
    return {
        begin: (app) => {
            begun = Promise.all(first.map((goOn) => goOn(app).catch((error) => {
                log.debug(`Not done yet, and tried again: ${(0,util_errors/* explain */.WE)(error)}`);
            })));
        },
        idle: async () => {
            await begun;
        },
        finish: async (app) => {
            await begun;
            await allOf(first, app);
            await allOf(second, app);
        },
    };
}
/** Goes on with the steps of a line, from the first one that is not done. */
function startLine(line) {
    const left = [...line];
    return async (app) => {
        for (let step = left[0]; step; step = left[0]) {
            await step(app);
            left.shift();
        }
    };
}
async function allOf(lines, app) {
    const ended = await Promise.allSettled(lines.map((goOn) => goOn(app)));
    const errors = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    if (errors.length > 0)
        throw (0,util_errors/* together */.bs)(errors);
}

;// CONCATENATED MODULE: ./src/apply/create-app.ts











/**
 * Creates the app: inactive, so that nobody has its client ID until it is clear that it stays. One with a client ID of its own is active
 * at once, since Okta takes that once; but for a service app, whose ID may bring scopes along that are to be revoked first.
 *
 * An answer that got lost is not asked for again before looking: the app may be there.
 *
 * @throws {ActionError} where Okta keeps the label in a form by which it could not be found again
 */
async function createApp(session, { name: label = '', settings, catalogApp }, body, owner) {
    const { okta, record } = session;
    const clientId = settings['client-id'];
    const find = async () => oldestFirst(await okta.findApps(label));
    /** The app of the answer that got lost, or else one that stands in the way of another attempt. */
    const look = async () => {
        const apps = await find();
        const own = apps.filter((app) => isMadeBy(owner, app) || (owner.repository === '' && !markOf(app).owner));
        const isIt = clientId === undefined ? neverActive : (app) => clientIdOf(app) === clientId;
        const app = own.find(isIt) ?? own[0] ?? apps[0];
        return app && { app, isOwn: own.includes(app) && isIt(app) };
    };
    const activate = clientId !== undefined && settings.type !== 'service';
    const send = async () => {
        try {
            return { app: await okta.createApp(body, { activate }), isOwn: true };
        }
        catch (error) {
            if (catalogApp === undefined || !isAboutProfile(error))
                throw error;
            const { profile: _, ...withoutProfile } = body;
            return { app: await okta.createApp(withoutProfile, { activate }), isOwn: true };
        }
    };
    try {
        const creation = await sendOnce(session, send, look);
        if (creation.isOwn)
            record(`created the app "${label}"`, true);
        if (!sameLabel(creation.app.label, label))
            await refuseOtherLabel(session, creation.app, label);
        return creation;
    }
    catch (error) {
        if (clientId === undefined || !isTakenClientId(error))
            throw error;
        const holder = async () => (await find()).find((app) => clientIdOf(app) === clientId);
        const app = await create_app_waitFor(session, holder);
        if (app)
            return { app, isOwn: false };
        throw new ActionError(`Cannot create the app "${label}"`, `Okta does not take its "client-id": ${error.text}`, 'An app of another name may have it. Choose another "client-id", or name that app.', { cause: error });
    }
}
/** With a client ID of its own, Okta refuses the second of two apps (documented; its words are not known, the field is). */
function isTakenClientId(error) {
    return error instanceof OktaError && error.status === 400 && /client_?id/i.test(error.text);
}
/** An app of Okta's network may take no `profile` (unknown): the mark is then the sentence in its notes. */
function isAboutProfile(error) {
    return error instanceof OktaError && error.status === 400 && /profile/i.test(error.text);
}
async function create_app_waitFor({ deadline, settleTime }, look) {
    const now = await look();
    if (now !== undefined)
        return now;
    await deadline.wait(settleTime(), 'Another run seems to be creating the app');
    return look();
}
/** The next run would not find the app by its name, and create another one. */
async function refuseOtherLabel({ okta }, app, label) {
    if (app.active)
        await okta.deactivateApp(app);
    await okta.deleteApp(app);
    throw new ActionError(`Cannot create the app "${label}"`, `Okta keeps the name as "${app.label}", by which the next run would not find it; the new app was deleted again`, 'Choose a "name" that Okta keeps as it is.');
}
/** How often to look, at most, while Okta's list does not even show the new app itself. */
const create_app_MAX_CHECKS = 4;
/**
 * Looks again after a create: runs that started at the same moment may have made an app each. All of them agree which one stays. As long
 * as the list does not show the new app itself, it cannot be expected to show others'.
 *
 * @returns the app that stays; `undefined` where somebody has deleted the new one
 * @throws {ActionError} where others are in use already that cannot be told apart
 */
async function settleCreation(session, created, owner, maskClientId) {
    const { okta, deadline, settleTime, log } = session;
    for (let check = 1;; check += 1) {
        await deadline.wait(settleTime(), 'Looking whether another run created the app at the same time');
        const apps = await okta.findApps(created.label);
        const stays = staysBeside(owner, created, apps);
        if (!('app' in stays))
            throw ambiguous(created.label, [...stays.among, created], maskClientId);
        if (stays.app.id !== created.id) {
            // A list may be late to show that an app is gone.
            if (await ifThere(() => okta.getApp(stays.app.id)))
                return stays.app;
            continue;
        }
        if (apps.some(({ id }) => id === created.id))
            return created;
        if (check < create_app_MAX_CHECKS)
            continue;
        if (!(await ifThere(() => okta.getApp(created.id))))
            return undefined;
        log.warning(`Okta's list of apps has not shown the new app "${created.label}" for ${check} times the settle time. If another run created one at the same time, there are two now: later runs will say so. Raise "settle-seconds".`);
        return created;
    }
}
/**
 * An app of another run once that has activated it; one whose run does not live to do that is given as it is.
 *
 * @returns `undefined` where it is gone
 */
async function onceActive({ okta, deadline, settleTime }, { id }) {
    for (let check = 1;; check += 1) {
        const app = await ifThere(() => okta.getApp(id));
        if (!app || !neverActive(app) || check === create_app_MAX_CHECKS)
            return app;
        await deadline.wait(settleTime(), 'Another run seems to be about to activate the app');
    }
}
/** Deletes apps whose place another one has, with all that names them elsewhere. */
async function create_app_removeDuplicates(session, app, duplicates, maskClientId) {
    for (const duplicate of duplicates) {
        await removeDuplicate(session, duplicate, [app, ...duplicates], markOf(duplicate), maskClientId);
        session.record(`deleted a duplicate of the app "${duplicate.label}", made at ${duplicate.created} and never active`);
    }
}
/**
 * Deletes an app whose place another one has. What names it elsewhere goes first: where the run stops in between, a later one finds the
 * app, and goes on. Okta refuses to delete an active app (recorded), so that one that somebody activates at this moment stays,
 * and gets back what was taken from it.
 *
 * @param all the apps between which nobody could choose then
 * @param elsewhere what names the app
 */
async function removeDuplicate(session, app, all, elsewhere, maskClientId) {
    const { okta } = session;
    const inUse = () => ambiguous(app.label, all.map((each) => (each.id === app.id ? { ...each, active: true } : each)), maskClientId);
    const read = () => ifThere(() => okta.getApp(app.id));
    let ties;
    if (isNamedElsewhere(elsewhere)) {
        const current = await read();
        if (current?.active)
            throw inUse();
        ties = await tiesOf(session, app, elsewhere);
        await ties.cut();
    }
    try {
        await okta.deleteApp(app);
    }
    catch (error) {
        if (!(error instanceof OktaError) || error.code !== STILL_ACTIVE)
            throw error;
        const current = ties && (await read());
        if (current)
            await sideWork(session, { soon: ties?.putBack(current) ?? [], later: [] }).finish(current);
        throw inUse();
    }
}
/** Activates an app. That another run has done so at the same moment is as well. */
async function activateApp({ okta, record }, app) {
    await okta.activateApp(app);
    record(`activated the app "${app.label}"`);
    return { ...app, active: true, body: { ...app.body, status: 'ACTIVE' } };
}

;// CONCATENATED MODULE: ./src/apply/ensure-absent.ts












/**
 * Makes sure that the app does not exist. Each app is read again right before it goes: whose it is may have changed.
 *
 * @param overtaken asks, right before the deletion, whether the app is to be there after all
 * @returns `undefined` where it is, and nothing has been deleted
 * @throws {ActionError} where the app is not this run's to delete
 */
async function ensureAbsent(session, inputs, authority, overtaken) {
    const { okta, log, record } = session;
    const { app, duplicates } = await findApp(session, inputs, authority.owner);
    if (!app)
        return ABSENT;
    const wish = { to: 'delete', adopt: inputs.adopt };
    const outcome = {
        result: 'deleted',
        changes: [change('name', app.label, undefined)],
        app: undefined,
    };
    if (inputs.dryRun) {
        const permission = (await authority.ask(markOf(app), wish))(markOf(app));
        if (permission.allowed && permission.notice !== undefined)
            log.notice(permission.notice);
        return withRemoval(outcome, duplicates, inputs.maskClientId);
    }
    const current = await ifThere(() => okta.getApp(app.id));
    if (!current && duplicates.length === 0)
        return ABSENT;
    const mayGo = current && (await deletionOf(current, authority, wish));
    if (mayGo && (await overtaken()))
        return undefined;
    await removeDuplicates(session, app, duplicates, inputs.maskClientId);
    const asked = { times: 0, isOvertaken: false };
    const ask = async () => {
        asked.times += 1;
        asked.isOvertaken = asked.times > 1 && (await overtaken());
        return (app) => !asked.isOvertaken && mayGo?.(app) === true;
    };
    if (mayGo && (await removeApp(session, current, ask)))
        record(`deleted the app "${current.label}"`, true);
    if (asked.isOvertaken)
        return undefined;
    return withRemoval(outcome, duplicates, inputs.maskClientId);
}
const ABSENT = { result: 'absent', changes: [], app: undefined };
/**
 * Deletes an app, after it was taken out of the trusted origins that it lists and of the access policies that let it in. Scopes of a
 * client ID of its own are revoked: the next app of that ID would have them (recorded). What is gone already counts as done.
 *
 * All that takes its time, in which another run may take the app over: it is read again before the first step, before the last ones, and
 * after every wait. One that is to stay after all gets back what was taken from it, since the other run may have found it there; also
 * where not all of it could be taken, and where it is not known whether Okta has deactivated it.
 *
 * @param app as it was read when it was decided that it is to go
 * @param ask asks whether it still is, and gives what tells it of the app as it is now; both may throw
 * @returns whether it is gone
 */
async function removeApp(session, app, ask) {
    const { okta, record } = session;
    const read = () => (0,errors/* ifThere */.y)(() => okta.getApp(app.id));
    let isDeactivated = false;
    let putBack;
    const restore = async () => {
        const current = putBack || isDeactivated ? await read() : undefined;
        if (!current)
            return;
        const activate = isDeactivated && !current.active ? [(again) => okta.activateApp(again)] : [];
        const work = side_work_sideWork(session, { soon: [activate, ...(putBack?.(current) ?? [])], later: [] });
        work.begin(current);
        await work.finish({ ...current, active: current.active || isDeactivated });
    };
    /** What became of the app, which gets back what was taken from it where it is to stay. */
    const look = async () => {
        try {
            const mayGo = await ask();
            const current = await read();
            if (!current)
                return 'gone';
            if (mayGo(current))
                return current;
        }
        catch (error) {
            const failure = await restore().catch((other) => (0,util_errors/* together */.bs)([error, other]));
            throw failure ?? error;
        }
        await restore();
        return 'stays';
    };
    let found = await look();
    if (found === 'gone')
        await releaseGone(session, app, ownership_markOf(app));
    if (typeof found === 'string')
        return found === 'gone';
    const mark = ownership_markOf(found);
    if (release_isNamedElsewhere(mark) || hasOwnScopes(app)) {
        const ties = await allTies(session, app, mark);
        putBack = ties.putBack;
        const cutting = ties.cut();
        await Promise.allSettled([cutting]);
        found = await look();
        if (found !== 'stays')
            await cutting;
    }
    for (let attempts = 1; typeof found === 'object'; attempts += 1) {
        try {
            if (found.active) {
                isDeactivated = true;
                await okta.deactivateApp(app, true);
                record(`deactivated the app "${app.label}"`);
            }
            await okta.deleteApp(app, true);
            return true;
        }
        catch (error) {
            await waitToRepeat(session, error, attempts);
            found = await look();
        }
    }
    return found === 'gone';
}
/** A client ID of its own keeps the scopes that it was granted when its app goes (recorded). */
function hasOwnScopes(app) {
    return app_typeOf(app) === 'service' && (app_clientIdOf(app) ?? app.id) !== app.id;
}
/** Those ties, and the scopes of a client ID of its own. */
async function allTies(session, app, mark) {
    const ties = await release_tiesOf(session, app, mark);
    const grants = hasOwnScopes(app) ? ((await (0,errors/* ifThere */.y)(() => session.okta.scopeGrants(app))) ?? []) : [];
    return {
        cut: async () => {
            await ties.cut();
            await revokeScopes(session, app, grants);
        },
        putBack: (current) => [
            ...ties.putBack(current),
            ...grants.map(({ scope }) => [(again) => grantScopes(session, again, [scope])]),
        ],
    };
}
/**
 * @returns looks whether the app may go as it is at the time, and throws where it may not
 * @throws {ActionError} where it may not as it is now
 */
async function deletionOf(app, authority, wish) {
    const judge = await authority.ask(markOf(app), wish);
    const mayGo = (current) => {
        const permission = judge(markOf(current));
        if (permission.allowed)
            return true;
        throw new ActionError(`Cannot delete the app "${app.label}"`, permission.why, permission.remedy);
    };
    mayGo(app);
    return mayGo;
}

;// CONCATENATED MODULE: ./src/apply/remove-job.ts




/**
 * Deletes the app that was made for one job, and no other. A list may show a new app late, so that one that shows none is asked again.
 * One that others have put URIs on stays, with a warning: its time of expiry is the sweep's to look after.
 *
 * @param label of the app
 * @param job ID of the job
 * @param known ID of the app, where the job came to know it
 */
async function removeJob(session, label, job, known) {
    const { okta, deadline, settleTime, log, record } = session;
    const isOf = (app) => ownership_markOf(app).owner?.job === job;
    const mayGo = (app) => {
        if (!isOf(app))
            return false;
        if (!isShared(app, deadline.clock.now()))
            return true;
        log.warning(`The app "${app.label}" of this job stays: others have put URIs on it. Once those are gone or have expired, and the app has, the sweep action deletes it.`);
        return false;
    };
    const look = () => okta.findApps(label);
    const [byId, byLabel] = await Promise.all([
        known === undefined ? undefined : (0,errors/* ifThere */.y)(() => okta.getApp(known)),
        look(),
    ]);
    let apps = [...(byId ? [byId] : []), ...byLabel].filter(isOf);
    if (apps.length === 0 && known === undefined) {
        await deadline.wait(settleTime(), 'Okta shows no app of this job, and may show one late');
        apps = (await look()).filter(isOf);
    }
    let isThere = false;
    for (const app of new Map(apps.map((each) => [each.id, each])).values()) {
        isThere = true;
        if (await removeApp(session, app, () => Promise.resolve(mayGo)))
            record(`deleted the app "${app.label}" of this job`);
    }
    if (!isThere)
        log.info('There is no app of this job.');
}

;// CONCATENATED MODULE: ./src/inputs/private-key.ts



const GIVE = 'Give an RSA or EC private key as PEM (PKCS#1, PKCS#8 or SEC1) or as a JWK.';
/** Bits of an RSA key at least. Source: RFC 7518, section 3.3; Okta refuses shorter ones. */
const LEAST_BITS = 2048;
/**
 * Reads a private key: PEM or JWK, in quotes or not, on one line, with literal `\n` in place of line ends, without the lines that it
 * begins and ends with, or all of that in base64.
 */
function readPrivateKey(text) {
    const read = readForm(unquoted(text)) ?? fromBase64(unquoted(text)) ?? strange(unquoted(text));
    if ('problem' in read)
        return read;
    const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = read.key;
    if (type !== 'rsa' && type !== 'ec')
        return wrong(`is a key of type ${type}. ${GIVE}`);
    const bits = details?.modulusLength ?? LEAST_BITS;
    return bits < LEAST_BITS
        ? wrong(`is an RSA key of ${bits} bits, and Okta takes ${LEAST_BITS} or more. Make a longer one.`)
        : read;
}
function wrong(problem) {
    return { problem };
}
/** Without what a shell or an editor puts around and in place of line ends. */
function unquoted(text) {
    const bare = text.trim();
    const quote = bare.charAt(0);
    const isQuoted = bare.length > 1 && ['"', "'", '`'].includes(quote) && bare.endsWith(quote);
    const inner = isQuoted ? bare.slice(1, -1).replaceAll('\\"', '"') : bare;
    return inner.startsWith('{') ? inner : withLineEnds(inner);
}
function withLineEnds(text) {
    return text.replaceAll('\\r', '').replaceAll('\\n', '\n').trim();
}
/** A key that says itself what it is; `undefined` where the text does not. */
function readForm(text) {
    if (text.startsWith('{') || text.startsWith('['))
        return private_key_fromJson(text);
    if (text.includes('-----BEGIN '))
        return fromPem(text);
    if (/^(ssh-|ecdsa-)/.test(text))
        return wrong(`is a public key of OpenSSH's. ${GIVE}`);
    if (text.startsWith('PuTTY-'))
        return wrong(`is a key of PuTTY's. Export it as a PEM file. ${GIVE}`);
    return undefined;
}
function private_key_fromJson(text) {
    const jwk = private_key_parse(text);
    if (jwk === undefined)
        return wrong(`starts like a JWK and is no JSON, as if it were cut short. ${GIVE}`);
    if (!(0,util_json/* isObject */.Gv)(jwk) || 'keys' in jwk)
        return wrong('is a key set. Give the one private key of it that the service app is to use.');
    const keyId = typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined;
    if (jwk['kty'] === 'oct')
        return wrong(`is a symmetric key. ${GIVE}`);
    if (jwk['kty'] !== undefined && jwk['d'] === undefined)
        return wrong(`is a public key: it lacks the member "d". ${GIVE}`);
    try {
        return { key: (0,external_node_crypto_.createPrivateKey)({ key: jwk, format: 'jwk' }), keyId };
    }
    catch {
        return wrong(`is no whole JWK: a member is missing or was changed. ${GIVE}`);
    }
}
function private_key_parse(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return undefined;
    }
}
function fromPem(text) {
    const blocks = blocksOf(text);
    const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY')) ?? blocks[0];
    if (!block)
        return wrong(CUT_SHORT);
    const { label, body, isWhole } = block;
    if (label === 'OPENSSH PRIVATE KEY')
        return wrong(OPENSSH);
    if (label.startsWith('ENCRYPTED') || body.includes('ENCRYPTED'))
        return wrong(ENCRYPTED);
    if (label.endsWith('PUBLIC KEY'))
        return wrong(`is a public key. ${GIVE}`);
    if (label.startsWith('CERTIFICATE'))
        return wrong(`is a certificate, which holds a public key. ${GIVE}`);
    if (!label.endsWith('PRIVATE KEY'))
        return wrong(`is a PEM file with something else in it. ${GIVE}`);
    if (!isWhole)
        return wrong(CUT_SHORT);
    const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
    try {
        const pem = [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
        return { key: (0,external_node_crypto_.createPrivateKey)(pem), keyId: undefined };
    }
    catch {
        return wrong(CUT_SHORT);
    }
}
const CUT_SHORT = `is cut short, or was changed on its way: it begins as a PEM file and cannot be read to its end. Copy the whole file, its first and last lines included.`;
const OPENSSH = "is in OpenSSH's own format. Turn a copy into PEM, with ssh-keygen -p -m PEM -f FILE, and give that.";
const ENCRYPTED = 'is encrypted with a passphrase, which nobody can type here. Take it off a copy, with openssl pkey -in FILE, and give that.';
function blocksOf(text) {
    return text
        .split('-----BEGIN ')
        .slice(1)
        .flatMap((part) => {
        const start = part.indexOf('-----');
        if (start === -1)
            return [];
        const label = part.slice(0, start);
        const rest = part.slice(start + 5);
        const end = rest.indexOf(`-----END ${label}-----`);
        return [{ label, body: end === -1 ? rest : rest.slice(0, end), isWhole: end !== -1 }];
    });
}
/** The start of every key in OpenSSH's format, in base64. */
const OPENSSH_START = 'b3BlbnNzaC1rZXktdjE';
/** Either a file in base64, or what is between the lines of a PEM file. */
function fromBase64(text) {
    const packed = text.replace(/\s+/g, '');
    if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(packed))
        return undefined;
    if (packed.startsWith(OPENSSH_START))
        return wrong(OPENSSH);
    const bytes = Buffer.from(packed, 'base64');
    const inner = readForm(unquoted(bytes.toString('utf8')));
    if (inner)
        return inner;
    for (const type of ['pkcs8', 'pkcs1', 'sec1']) {
        try {
            return { key: (0,external_node_crypto_.createPrivateKey)({ key: bytes, format: 'der', type }), keyId: undefined };
        }
        catch {
            continue;
        }
    }
    if (isPublic(bytes))
        return wrong(`is a public key. ${GIVE}`);
    return packed.startsWith('MI') ? wrong(CUT_SHORT) : undefined;
}
function isPublic(bytes) {
    try {
        return (0,external_node_crypto_.createPublicKey)({ key: bytes, format: 'der', type: 'spki' }).type === 'public';
    }
    catch {
        return false;
    }
}
/** What else people put there. Source: how Okta's secrets and tokens look in its examples. */
function strange(text) {
    if (/^00[\w-]{40}$/.test(text))
        return wrong('is an API token. Give it as "api-token".');
    if (/^[\w-]{40}$|^[\w-]{64}$/.test(text))
        return wrong('is a client secret, and Okta gives access to its API for a private key only. Register a key with the service app (Public key / Private key), and give its private half.');
    return wrong(`is not a private key that can be read. ${GIVE}`);
}
/** A private member in the text of a JWK, also where that text is itself in quotes, or YAML. */
const MEMBER = /(?<![\w-])(?:d|p|q|dp|dq|qi|k)\\*["']?\s*:\s*\\*["']?([^"'\\,}\s]*)/g;
/** A PEM file whose first line is not as it should be: a hyphen is missing, or it is in small letters. */
const MANGLED = /begin[^a-z]{1,3}[a-z ]{0,12}private[^a-z]{1,3}key/i;
/** What may be a line of such a file. */
const BASE64 = /[A-Za-z0-9+/]{16,}={0,2}/g;
/** All pieces of private keys in a text, whatever else it holds, so that none of them is shown. */
function keysIn(text) {
    const lines = withLineEnds(text);
    const blocks = blocksOf(lines)
        .filter(({ label }) => label.endsWith('PRIVATE KEY'))
        .flatMap(({ body }) => [...body.split(/\s+/), body.replace(/\s+/g, '')]);
    const members = text.includes('kty') ? [...text.matchAll(MEMBER)].map(([, value = '']) => value) : [];
    const mangled = MANGLED.test(text) ? [...lines.matchAll(BASE64)].map(([line]) => line) : [];
    return [...blocks, ...members, ...mangled].filter((piece) => piece.length >= SHORTEST_PIECE);
}
const SHORTEST_PIECE = 6;
/** The same, of a text that may be base64, or have some in it, and that may be percent-encoded. */
function keysInside(text) {
    const plain = (0,util_url/* percentDecoded */.oF)(text);
    const pieces = keysAsTheyAre(plain);
    return plain === text ? pieces : [...pieces, ...pieces.map(encodeURIComponent), ...keysAsTheyAre(text)];
}
function keysAsTheyAre(text) {
    const whole = unquoted(text).replace(/\s+/g, '');
    const words = text.includes('-----') ? [] : text.split(/[\s"'`\\]+/);
    const packed = [whole, ...words].filter(isPackedKey);
    const lines = packed.includes(whole) ? words : [];
    const inner = packed.flatMap((each) => keysIn(Buffer.from(each, 'base64').toString('utf8')));
    return [...keysIn(text), ...packed, ...inner, ...lines].filter((piece) => piece.length >= SHORTEST_PIECE);
}
/** A PEM file or a JWK in base64, and DER: RSA, EC, and in OpenSSH's format. */
const PACKED_START = /^(LS0tLS1CRUdJTi|eyJ|ew|M[HI]|b3BlbnNzaC1rZXktdjE)/;
function isPackedKey(text) {
    if (!PACKED_START.test(text) || !/^[A-Za-z0-9+/_-]{40,}={0,2}$/.test(text))
        return false;
    const isText = /^(eyJ|ew)/.test(text);
    return !isText || keysIn(Buffer.from(text, 'base64').toString('utf8')).length > 0;
}

;// CONCATENATED MODULE: ./src/inputs/connection.ts



/** Whether the inputs carry no credential at all, as in a run to which GitHub gives no secrets. */
function connection_withoutCredentials(reader) {
    return reader.text('api-token') === undefined && reader.text('auth-private-key') === undefined;
}
/**
 * Reads the connection inputs. The secrets among them are masked already.
 *
 * @returns `undefined` where the reader has collected a problem
 */
function readConnection(reader, github, log) {
    const orgUrl = readOrgUrl(reader, log);
    const credentials = readCredentials(reader, github);
    return orgUrl !== undefined && credentials ? { orgUrl, credentials } : undefined;
}
function readOrgUrl(reader, log) {
    if (reader.text('org-url') === undefined)
        return reader.problem('org-url', `is missing. ${GIVE_ORG_URL} ${CHECK_VARIABLE}`);
    const text = reader.line('org-url');
    if (text === undefined)
        return undefined;
    const url = (0,util_url/* parseUrl */.Dl)(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
    const wrong = orgUrlProblem(text, url);
    if (wrong !== undefined)
        return reader.problem('org-url', wrong);
    if (!url)
        return undefined;
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && (0,util_url/* isLoopback */.U9)(url.hostname))) {
        return reader.problem('org-url', `is "${shown(text)}", not an https URL: credentials must not travel in the clear. Use https.`);
    }
    const admin = /^([^.]+)-admin(\.(?:okta|oktapreview|okta-emea|okta-gov|okta\.mil|trexcloud)\..+)$/i.exec(url.host);
    if (admin) {
        url.host = `${admin[1] ?? ''}${admin[2] ?? ''}`;
        log.notice(`"org-url" is the Admin Console's address. Using the org's own: ${url.origin}.`);
    }
    else if (url.pathname !== '/' || url.search || url.hash) {
        log.notice(`"org-url" goes on after the host. Using the org's own address: ${url.origin}.`);
    }
    return url.origin;
}
const GIVE_ORG_URL = 'Give the URL of your Okta org, such as https://acme.okta.com.';
const CHECK_VARIABLE = 'If it comes from a variable, check that there is one of that name, and that it is a variable and not a secret.';
/** What is wrong with the org's URL, whatever its scheme, and what to do. A password in it is not shown. */
function orgUrlProblem(text, url) {
    if (/["'`]/.test(text.charAt(0)))
        return `is in quotes. Leave them out. ${GIVE_ORG_URL}`;
    if (url?.username || url?.password || (0,util_url/* hasUserInfo */.A$)(text))
        return `has a user name or a password in it. Leave out all up to the "@". ${GIVE_ORG_URL}`;
    if (/^https?:(?!\/\/)/i.test(text))
        return `is "${shown(text)}", which lacks a slash after "${text.slice(0, text.indexOf(':') + 1)}". ${GIVE_ORG_URL}`;
    if (!url?.hostname)
        return `is "${shown(text)}", not a URL. ${GIVE_ORG_URL}`;
    const [, server] = /^\/oauth2\/(?!v1(?:\/|$))([^/]+)/.exec(url.pathname) ?? [];
    if (server !== undefined)
        return `is the address of an authorization server. Give the org's alone, ${url.origin}, and "authorization-server: ${shown(server)}".`;
    const isHost = url.hostname.includes('.') || url.hostname.startsWith('[') || (0,util_url/* isLoopback */.U9)(url.hostname);
    return isHost ? undefined : `is "${shown(text)}", which is no whole host name. ${GIVE_ORG_URL}`;
}
function readCredentials(reader, github) {
    const token = reader.text('api-token');
    const clientId = reader.line('auth-client-id');
    const key = reader.text('auth-private-key');
    const keyId = reader.line('auth-key-id');
    if (token !== undefined && (key !== undefined || clientId !== undefined)) {
        return reader.problem('api-token', 'is set beside "auth-client-id" or "auth-private-key". Use either the token or the service app.');
    }
    if (token !== undefined) {
        const wrong = tokenProblem(token);
        if (wrong !== undefined)
            return reader.problem('api-token', wrong);
        return { kind: 'api-token', token, scheme: JWT.test(token) ? 'Bearer' : 'SSWS' };
    }
    if (key === undefined && clientId === undefined)
        return reader.problem('api-token', missingCredentials(github));
    if (key === undefined)
        return reader.problem('auth-private-key', missingCredentials(github));
    const privateKey = readPrivateKey(key);
    if ('problem' in privateKey)
        reader.problem('auth-private-key', privateKey.problem);
    if (reader.text('auth-client-id') === undefined)
        return reader.problem('auth-client-id', "is missing. Give the service app's client ID.");
    if (clientId === undefined || 'problem' in privateKey)
        return undefined;
    return {
        kind: 'service-app',
        clientId,
        privateKey: privateKey.key,
        keyId: keyId ?? privateKey.keyId,
    };
}
/** An OAuth 2.0 access token for Okta's API: a signed JWT (recorded). Okta's own tokens have no dots. */
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;
/** What is wrong with a token's text, and what to do. It shows nothing of it, but for the name of a variable in its place. */
function tokenProblem(token) {
    if (/^(["'`]).*\1$/s.test(token))
        return 'is in quotes. Leave them out.';
    if (/^(SSWS|Bearer)\s/i.test(token))
        return 'starts with the name of a scheme. Give the token alone.';
    const [, variable] = /^\$(?:env:)?[{(]{0,2}\s*([\w.]+)\s*[})]{0,2}$/i.exec(token) ?? /^%(\w+)%$/.exec(token) ?? [];
    if (variable !== undefined)
        return `is the name "${shown(variable)}", not its value: nothing here puts that in. Give it as an expression, as in \${{ secrets.OKTA_API_TOKEN }}.`;
    if (token.includes('PRIVATE KEY') || token.startsWith('{'))
        return 'is a private key. Give it as "auth-private-key", with "auth-client-id".';
    if (JWT.test(token) && isBound(token))
        return 'is an access token that is bound to a key (DPoP), which this run does not have. Give a bearer token, or the service app itself.';
    if (/^[\x21-\x7e]+$/.test(token))
        return undefined;
    return 'holds white space or characters that no Okta token has. Copy the token again, as one line.';
}
/** Whether a token is of use only with the key that it names (RFC 9449, section 6). */
function isBound(jwt) {
    try {
        const payload = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8');
        return JSON.parse(payload).cnf !== undefined;
    }
    catch {
        return false;
    }
}
function missingCredentials(github) {
    const give = 'Give "api-token", or "auth-client-id" and "auth-private-key".';
    const skip = 'Set "skip-without-credentials: true" to skip such runs.';
    switch (github.withoutSecrets) {
        case 'fork':
            return `is empty: this is a fork's pull request or a run in a fork, and GitHub gives those no secrets. ${skip}`;
        case 'dependabot':
            return `is empty: this run was started by Dependabot, and GitHub gives it only Dependabot secrets. Add the secret there too, or ${skip.replace('Set', 'set')}`;
        case undefined:
            return `is empty, and no other credential is set. ${give} If it comes from a secret, check that this workflow may read a secret of that name.`;
    }
}

;// CONCATENATED MODULE: ./src/inputs/doubtful.ts


/** Inputs that Okta takes as they are, and that hardly anybody means: one sentence for each, and what to do. */
function doubtful(settings) {
    const lists = ['redirect-uris', 'post-logout-redirect-uris'];
    return [...lists.flatMap((input) => doubtfulUris(input, settings[input] ?? [])), ...unusedKeys(settings)];
}
function doubtfulUris(input, uris) {
    const all = new Set(uris);
    return uris.flatMap((uri) => {
        const url = (0,util_url/* parseUrl */.Dl)(uri.replaceAll('*', 'wildcard'));
        const isWeb = url !== undefined && /^https?:$/.test(url.protocol);
        return [
            isWeb && url.protocol === 'http:' && !(0,util_url/* isLoopback */.U9)(url.hostname)
                ? `"${input}" has ${uri}, where codes and tokens travel in the clear. Use https.`
                : '',
            isWeb && url.pathname.includes('//')
                ? `"${input}" has ${uri}, with two slashes in its path. Okta compares every character: check that your application sends both.`
                : '',
            uri.endsWith('/') && all.has(uri.slice(0, -1))
                ? `"${input}" has ${uri} with and without the slash at its end. Okta compares every character: keep the one that your application sends.`
                : '',
        ].filter((warning) => warning !== '');
    });
}
function unusedKeys(settings) {
    const method = settings['token-endpoint-auth-method'];
    if (!client_rules_hasProofKeys(settings) || method === undefined || method === 'private_key_jwt')
        return [];
    const input = settings.jwks === undefined ? 'jwks-uri' : 'jwks';
    const proof = client_rules_withoutSecret(method) ? 'nothing' : 'its secret';
    return [
        `"${input}" is set, and a client with "token-endpoint-auth-method: ${method}" proves itself with ${proof}. Set "private_key_jwt", or leave the keys out.`,
    ];
}

;// CONCATENATED MODULE: ./src/app/secrets.ts

/** What is secret of an app object, by where it stands there and by the names of its keys. Pure. */
/** Parts whose texts are secrets as often as not: they are the app's own fields, and Okta does not say which. */
const SECRET_PARTS = new Set(['credentials', 'app']);
/** How the keys of secrets end, in the ways in which Okta and those who make apps write them. */
const SECRET_NAME = /(?:secret|password|passphrase|token|api_?key|private_?key)$/i;
/** Texts that are none, although they stand below `credentials`: words of a fixed list, and how user names are made. */
const OPEN_NAMES = new Set(['token_endpoint_auth_method', 'client_id', 'scheme', 'template', 'type']);
/** The private members of a JWK. Source: RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];
/** The private members of an object that is a key. */
function privateMembers(object) {
    if (object['kty'] === undefined)
        return [];
    return PRIVATE_MEMBERS.map((name) => object[name]).filter((value) => typeof value === 'string');
}
/** The texts of a `settings` document that may be secrets. */
function secretsOf(settings) {
    return secretsIn(settings);
}
/** What an app holds in the place of what a `settings` document says, and may be secret as well: a change is told with what was there. */
function secretsBefore(settings, body) {
    return before(settings, body, false, '');
}
/** The texts of a value that are secrets by their names, or that may be by where the value stands. */
function secretsIn(value, name = '', isSecret = false) {
    if (typeof value === 'string')
        return value !== '' && ((isSecret && !OPEN_NAMES.has(name)) || SECRET_NAME.test(name)) ? [value] : [];
    if (Array.isArray(value))
        return value.flatMap((item) => secretsIn(item, name, isSecret));
    if (!(0,util_json/* isObject */.Gv)(value))
        return [];
    return [
        ...privateMembers(value),
        ...Object.entries(value).flatMap(([key, inner]) => secretsIn(inner, key, isSecret || SECRET_PARTS.has(key))),
    ];
}
function before(given, held, isSecret, name) {
    if (!isObject(given) || !isObject(held))
        return secretsIn(held, name, isSecret);
    return [
        ...privateMembers(held),
        ...Object.entries(given).flatMap(([key, inner]) => before(inner, held[key], isSecret || SECRET_PARTS.has(key), key)),
    ];
}

;// CONCATENATED MODULE: ./src/inputs/public-suffixes.ts
/** What stands for the wildcard while the rest of its host is looked at. */
const SAMPLE = 'wildcard';
/**
 * Warns of redirect URIs whose wildcard stands where anybody can register a name, as right below a hosting provider's domain: whoever
 * has such a name can have Okta send codes there. The list of such suffixes is only loaded where there is a wildcard.
 */
async function warnOfSharedSuffixes(uris, log) {
    const wild = uris.filter((uri) => uri.includes('*'));
    if (wild.length === 0)
        return;
    const { parse } = await __webpack_require__.e(/* import() */ 935).then(__webpack_require__.t.bind(__webpack_require__, 935, 19));
    const warned = new Set();
    for (const uri of wild) {
        const { hostname, domain, publicSuffix, isIcann, isPrivate } = parse(uri.replaceAll('*', SAMPLE), {
            allowPrivateDomains: true,
        });
        const isOpen = (isIcann || isPrivate) && (domain === null || domain === hostname);
        if (!isOpen || publicSuffix === null || warned.has(publicSuffix))
            continue;
        warned.add(publicSuffix);
        log.warning(`"redirect-uris" has a wildcard right below "${publicSuffix}" (${uri}), where anybody can get a name, and with it what Okta sends there. Use a domain of your own, or give the URIs themselves.`);
    }
}
/**
 * Warns of patterns of hosts that anybody can get a host for, as right below a hosting provider's domain: such a pattern lets others add
 * URIs of strangers.
 */
async function warnOfSharedHosts(patterns, log) {
    const wild = patterns.filter((pattern) => pattern.includes('*'));
    if (wild.length === 0)
        return;
    const { parse } = await __webpack_require__.e(/* import() */ 935).then(__webpack_require__.t.bind(__webpack_require__, 935, 19));
    for (const pattern of wild) {
        const { domain, publicSuffix, isIcann, isPrivate } = parse(pattern.replaceAll('*', SAMPLE), {
            allowPrivateDomains: true,
        });
        const isListed = isIcann === true || isPrivate === true;
        const isOpen = publicSuffix?.includes(SAMPLE) === true || (isListed && (domain === null || domain.includes(SAMPLE)));
        if (!isOpen)
            continue;
        log.warning(`"redirect-hosts" has ${pattern}, and anybody can get a host below "${publicSuffix ?? pattern}" that fits it. Name more of the host, such as the name of your team, or use a domain of your own.`);
    }
}

;// CONCATENATED MODULE: ./src/app/desired.ts





/** The type that an app has, or is created with. */
function effectiveType(settings, app) {
    return (app && typeOf(app)) ?? settings.type ?? 'web';
}
/** The settings as they are to be at an app's creation: what is named, and the defaults of the type for the rest. */
function withDefaults(settings) {
    const { type = 'web' } = settings;
    const defaults = {
        type,
        'redirect-uris': [],
        ...defaultsOf(type),
        ...(hasProofKeys(settings) && { 'token-endpoint-auth-method': 'private_key_jwt' }),
    };
    const unsaid = namedSettings(defaults).filter((input) => settings[input] === undefined && documented(settings, input) === undefined);
    return { ...settings, ...Object.fromEntries(unsaid.map((input) => [input, defaults[input]])) };
}
/** What the `settings` document says where an input could have said it. */
function documented({ other = {} }, input) {
    return valueAt(other, PATHS[input]);
}
/**
 * The values that the named settings ask for, but for those that are fixed once the app is there.
 *
 * @param app the app as it is, or `undefined` where it is to be created: some settings depend on others that are there already
 */
function wantedValues(settings, app) {
    const type = effectiveType(settings, app);
    const all = {
        ...settings,
        'response-types': settings['response-types'] ?? responseTypes(settings, type, app),
        'refresh-token-rotation': settings['refresh-token-rotation'] ?? rotation(settings, type, app),
        jwks: settings.jwks && withAdditions(settings.jwks, app),
    };
    const named = namedSettings(all).flatMap((input) => wantedSetting(input, all[input]));
    const isNamed = ({ path }) => named.some((input) => overlap(input.path, path));
    return [...otherSettings(settings.other).filter((leaf) => !isNamed(leaf)), ...named];
}
function wantedSetting(input, value) {
    const { fixed, satisfiedBy } = SETTINGS[input];
    if (fixed || value === undefined)
        return [];
    return [{ field: input, path: PATHS[input], value, satisfiedBy: (current) => satisfiedBy(current, value) }];
}
/** Whether one path leads to the other's value, or to a part of it. */
function overlap(a, b) {
    return a.slice(0, b.length).every((key, i) => key === b[i]);
}
/** Response types follow from the grants, but those of an app that fit its grants already are left alone. */
function responseTypes(settings, type, app) {
    const grants = settings['grant-types'] ?? strings(documented(settings, 'grant-types'));
    if (grants.length === 0 || documented(settings, 'response-types') !== undefined)
        return undefined;
    if (app && fitTogether(type, grants, listAt(app, PATHS['response-types'])))
        return undefined;
    return responseTypesFor(type, grants);
}
/** Okta refuses a refresh token setting without a rotation type (reported), so that one goes with a leeway. */
function rotation(settings, type, app) {
    if (settings['refresh-token-leeway'] === undefined)
        return undefined;
    if (documented(settings, 'refresh-token-rotation') !== undefined)
        return undefined;
    const current = app && valueAt(app.body, PATHS['refresh-token-rotation']);
    return typeof current === 'string' ? current : defaultRotation(type);
}
/** What Okta added to a key goes back with it, but that it is inactive: a key that is wanted is to be used. */
function withAdditions({ keys }, app) {
    const held = keysById(app && valueAt(app.body, PATHS.jwks));
    return {
        keys: keys.map((key) => {
            const known = held.get(key['kid']);
            return known && known['kty'] === key['kty']
                ? { ...known, ...(known['status'] !== undefined && { status: 'ACTIVE' }), ...key }
                : key;
        }),
    };
}
/** What inputs and the `settings` document both say, each something else: the input, and the place in the document. */
function contradictions(settings) {
    const { other = {} } = settings;
    const leaves = otherSettings(other);
    return settings_namedSettings(settings).flatMap((input) => {
        const path = app_PATHS[input];
        const leaf = leaves.find((other) => overlap(path, other.path));
        const { satisfiedBy } = settings_SETTINGS[input];
        const said = (0,util_json/* valueAt */.fK)(other, path);
        const agrees = said !== undefined && satisfiedBy(said, settings[input] ?? null);
        return leaf && !agrees ? [{ input, field: leaf.field }] : [];
    });
}
/** The leaves of the `settings` document: mappings are merged, an empty one with no effect; everything else replaces what is there. */
function otherSettings(document, path = []) {
    return Object.entries(document ?? {}).flatMap(([key, value]) => {
        const here = [...path, key];
        if (value === undefined)
            return [];
        if ((0,util_json/* isObject */.Gv)(value))
            return otherSettings(value, here);
        const field = here.join('.');
        if (field === ADMIN_NOTE_PATH.join('.'))
            return adminNoteOf(value);
        return [{ field, path: here, value, satisfiedBy: (current) => same(current, value) }];
    });
}
/** A note says whose the app is in no words of the workflow's own: where Okta keeps no profile, they would count. */
function adminNoteOf(value) {
    const note = withoutSentence(value) ?? null;
    if (note === '' && value !== '')
        return [];
    return [
        {
            field: ADMIN_NOTE_PATH.join('.'),
            path: ADMIN_NOTE_PATH,
            value: note,
            satisfiedBy: (current) => same(withoutSentence(current), note),
        },
    ];
}
/** The fields that are an OAuth client's: inputs, and paths of the `settings` document. An app of Okta's network can have none of them. */
function oauthFields(settings) {
    const inputs = settings_namedSettings(settings).map((input) => ({ field: input, path: app_PATHS[input] }));
    return [...inputs, ...otherSettings(settings.other)]
        .filter(({ path }) => isOAuth(path))
        .map(({ field }) => field);
}
/** Whether an app is as the workflow says, as far as its own object goes. */
function isAsWanted({ name, settings }, app) {
    const isHeld = ({ path, satisfiedBy }) => satisfiedBy(valueAt(app.body, path));
    return app.active && (name ?? app.label) === app.label && wantedValues(settings, app).every(isHeld);
}
/** Why an existing app can never become the one that is wanted: Okta keeps these as they were at creation. */
function immutableDifference(desired, app) {
    const { type, 'client-id': clientId } = desired.settings;
    const kind = textOf(app.body['name']);
    if (desired.catalogApp !== undefined && desired.catalogApp !== kind)
        return `it is an app of kind "${kind}", not "${desired.catalogApp}"`;
    const current = typeOf(app);
    if (type && current && type !== current)
        return `it is of type "${TYPE_NAMES[current]}", not "${TYPE_NAMES[type]}"`;
    if (clientId !== undefined && clientId !== clientIdOf(app))
        return 'it has another client ID';
    const fields = isCatalogApp(app) ? oauthFields(desired.settings) : [];
    if (fields.length === 0)
        return undefined;
    return `it is an app of the Okta Integration Network ("${kind}"), whose OAuth settings Okta keeps itself (${fields.join(', ')})`;
}

;// CONCATENATED MODULE: ./src/inputs/rules.ts





/**
 * What no single input shows: rules between inputs, as far as they can be told before the first request.
 *
 * @param reader collects the problems
 */
function checkTogether(reader, inputs, github) {
    const { settings } = inputs;
    if (settings.jwks && settings['jwks-uri']) {
        reader.problem('jwks', 'is set beside "jwks-uri", and Okta takes one of them. Leave one out.');
    }
    if (inputs.state === 'auto' &&
        reader.text('pull-request') === undefined &&
        github.event.subject.kind === 'none') {
        reader.problem('state', 'is "auto", and the event of this run tells of no pull request. Give its number as "pull-request", or say "present" or "absent".');
    }
    for (const { input, why, remedy } of clientProblems(settings))
        reader.problem(input, `${why}. ${remedy}`);
    for (const { input, field } of contradictions(settings))
        reader.problem('settings', `sets ${field} otherwise than "${input}" does. Leave one of the two out.`);
    checkApart(reader);
    if (settings.type === 'service' && inputs.signOnPolicy) {
        reader.problem('sign-on-policy', 'is set, and a service app has no sign-on policy in Okta. Leave it out.');
    }
    const method = settings['token-endpoint-auth-method'];
    if (inputs.outputClientSecret && method && client_rules_withoutSecret(method)) {
        reader.problem('output-client-secret', `is set, and an app with "token-endpoint-auth-method: ${method}" has no client secret. Leave one out.`);
    }
    checkServerSide(reader, inputs);
    if (inputs.adopt !== false &&
        !inputs.dryRun &&
        (github.run.kind !== 'permanent' || inputs.pullRequest !== undefined)) {
        reader.problem('adopt', 'is set in a run of a pull request or of a branch, which may not take over what is there to stay. Set it in a run of the default branch only, or beside "dry-run: true".');
    }
    if (inputs.state !== 'absent') {
        if (inputs.redirectHosts)
            checkHosts(reader, inputs, inputs.redirectHosts);
        else if (!reader.isFaulty('redirect-hosts'))
            checkBroughtHosts(reader, inputs, github);
    }
    if (inputs.shared)
        checkShared(reader, inputs, github);
    if (inputs.catalogApp !== undefined)
        checkCatalogApp(reader, inputs);
}
function checkServerSide(reader, inputs) {
    const { settings } = inputs;
    if (inputs.serverPolicies && inputs.authorizationServer === undefined) {
        reader.problem('authorization-server-policies', 'is set without "authorization-server", whose policies they are. Give its ID, such as default.');
    }
    if (inputs.apiScopes && settings.type !== undefined && settings.type !== 'service') {
        reader.problem('api-scopes', 'is set, and only an app of "type: service" calls Okta\'s API by itself. Leave it out.');
    }
    if (inputs.secretMaxAge !== undefined && !inputs.outputClientSecret) {
        reader.problem('client-secret-max-age', 'is set without "output-client-secret": a new secret would reach nobody. Set "output-client-secret: true".');
    }
}
/** What belongs to an app of one's own, and is kept outside it. */
const SERVER_SIDE = ['authorization-server-policies', 'api-scopes', 'client-secret-max-age'];
/** What a run that only reads cannot be told. */
const SAYS_HOW_IT_IS = [
    ...SETTING_NAMES.filter((input) => input !== 'client-id'),
    ...['settings', 'catalog-app', 'sign-on-policy', 'groups', 'users', 'trusted-origins'],
    ...SERVER_SIDE,
];
/** Inputs that do not go together: one (with the value that matters, where not every value does), and those that it excludes. */
const APART = [
    ['state: read', ['adopt', 'shared', 'expires-after', ...SAYS_HOW_IT_IS]],
    ['state: job', ['app-id', 'adopt', 'dry-run']],
    ['shared: true', SERVER_SIDE],
    ['catalog-app', SERVER_SIDE],
];
/** Inputs that are there without being given, with the value that stands for that. */
const UNSAID = { adopt: 'false', shared: 'false', 'dry-run': 'false' };
function checkApart(reader) {
    const valueOf = (input) => reader.text(input)?.toLowerCase();
    for (const [which, excluded] of APART) {
        const [input = '', value] = which.split(': ');
        if (value === undefined ? valueOf(input) === undefined : valueOf(input) !== value)
            continue;
        const given = excluded.filter((other) => valueOf(other) !== undefined && valueOf(other) !== UNSAID[other]);
        if (given.length === 0)
            continue;
        const names = given.map((other) => `"${other}"`).join(', ');
        const as = value === undefined ? 'is set' : `is "${value}"`;
        reader.problem(input, `${as}, which does not go together with ${names}. Leave one or the other out.`);
    }
}
/** Every place where a run names a host that Okta sends people to. */
function urisOf({ settings, trustedOrigins }) {
    const initiate = settings['initiate-login-uri'];
    return {
        'redirect-uris': settings['redirect-uris'] ?? [],
        'post-logout-redirect-uris': settings['post-logout-redirect-uris'] ?? [],
        'trusted-origins': trustedOrigins ?? [],
        'initiate-login-uri': initiate === undefined ? [] : [initiate],
        settings: urisIn(settings.other ?? {}),
    };
}
/** A deployment's event brings an address that whoever deployed has chosen: the workflow has to say which hosts it may lead to. */
function checkBroughtHosts(reader, inputs, { event }) {
    for (const [input, uris] of Object.entries(urisOf(inputs))) {
        const brought = uris.find((uri) => event.hosts.includes(webHostOf(uri) ?? ''));
        if (brought === undefined)
            continue;
        reader.problem('redirect-hosts', `is missing, and "${input}" has "${shown(brought)}", an address that the event of this run brings: whoever deployed has chosen it. Give the hosts that may be used, such as shop-*-acme.vercel.app.`);
        return;
    }
}
function checkHosts(reader, inputs, patterns) {
    for (const [input, uris] of Object.entries(urisOf(inputs))) {
        for (const uri of outsideHosts(uris, patterns))
            reader.problem(input, `has "${shown(uri)}", whose host fits no pattern in "redirect-hosts" (${patterns.join(', ')}). Add a pattern for it, or use another host.`);
    }
}
/** What a run may say about an app that belongs to others too. */
const SHARED_SETTINGS = new Set([
    'redirect-uris',
    'post-logout-redirect-uris',
    'wildcard-redirect',
]);
function checkShared(reader, inputs, { event }) {
    const { settings } = inputs;
    const isOpen = event.subject.kind === 'pull-request' && event.subject.open;
    const mayClose = inputs.state === 'auto' && !isOpen;
    const extra = settings.other || settings_namedSettings(settings).some((input) => !SHARED_SETTINGS.has(input));
    const others = [inputs.groups, inputs.users, inputs.signOnPolicy, inputs.catalogApp].some((value) => value !== undefined);
    if (extra || others || inputs.adopt !== false) {
        reader.problem('shared', 'is true, so this run may only add and take away "redirect-uris", "post-logout-redirect-uris" and "trusted-origins". Leave the other settings out.');
    }
    const isFaulty = ['redirect-uris', 'post-logout-redirect-uris', 'trusted-origins'].some((input) => reader.isFaulty(input));
    if (!isFaulty &&
        !mayClose &&
        ![settings['redirect-uris'], settings['post-logout-redirect-uris'], inputs.trustedOrigins].some((list) => list && list.length > 0)) {
        reader.problem('redirect-uris', 'is missing. A run on a shared app needs "redirect-uris", "post-logout-redirect-uris" or "trusted-origins".');
    }
}
function checkCatalogApp(reader, { settings: { other, ...settings } }) {
    const named = oauthFields(settings).map((input) => `"${input}"`);
    if (named.length > 0) {
        reader.problem('catalog-app', `is set beside OAuth settings (${named.join(', ')}), which Okta keeps itself for an app of its network. Leave those out, and give the app's own fields as "settings: { settings: { app: … } }" or "settings: { app: … }".`);
    }
    for (const path of oauthFields({ other })) {
        reader.problem('settings', `may not set ${path} of a catalog app: Okta keeps it itself. Leave it out.`);
    }
}

;// CONCATENATED MODULE: ./src/inputs/read.ts













/**
 * Whether this run is to be skipped: GitHub gives it no secrets, so that it has no credential, and the workflow says that such runs are.
 * In any other run, a credential that is empty is a secret that is missing or misspelt.
 */
function isSkipped({ withoutSecrets }) {
    const reader = new InputReader();
    return (withoutSecrets !== undefined &&
        reader.flag('skip-without-credentials') === true &&
        withoutCredentials(reader));
}
/**
 * Reads and checks every input of the action.
 *
 * @throws {InputError} with every problem at once
 */
async function readInputs(github, log) {
    const reader = new input_reader_InputReader();
    const connection = readConnection(reader, github, log);
    const settings = await readSettings(reader);
    const inputs = {
        name: readName(reader),
        appId: readAppId(reader),
        pullRequest: readPullRequest(reader, github),
        state: reader.choice('state', {
            present: 'present',
            absent: 'absent',
            auto: 'auto',
            read: 'read',
            job: 'job',
        }) ?? 'present',
        expiresAfter: readDuration(reader, 'expires-after') ?? (isJob(reader) ? LONGEST_JOB : undefined),
        shared: reader.flag('shared') ?? false,
        adopt: readAdopt(reader),
        redirectHosts: readRedirectHosts(reader),
        dryRun: reader.flag('dry-run') ?? false,
        assignments: reader.choice('assignments', { add: 'add', exact: 'exact' }) ?? 'add',
        settings,
        catalogApp: reader.line('catalog-app')?.toLowerCase(),
        signOnPolicy: reader.line('sign-on-policy'),
        groups: reader.list('groups', 'names'),
        users: reader.list('users', 'names'),
        trustedOrigins: readOrigins(reader),
        maskClientId: reader.flag('mask-client-id') ?? true,
        outputClientSecret: reader.flag('output-client-secret') ?? false,
        serverPolicies: reader.list('authorization-server-policies', 'names'),
        apiScopes: readApiScopes(reader),
        secretMaxAge: readMaxAge(reader),
        authorizationServer: readAuthorizationServer(reader),
        idp: reader.line('idp'),
        verifySignIn: reader.flag('verify-sign-in') ?? true,
        skipWithoutCredentials: reader.flag('skip-without-credentials') ?? false,
        githubToken: reader.text('github-token'),
        settleSeconds: reader.number('settle-seconds', 0, 300, 'seconds') ?? 3,
        timeoutSeconds: reader.number('timeout-seconds', 1, 21_600, 'seconds') ?? 300,
    };
    for (const secret of secretsOf(settings.other ?? {}))
        log.mask(secret);
    if (reader.text('name') === undefined && reader.text('app-id') === undefined) {
        reader.problem('name', 'is missing. Give the label of the app, or its ID as "app-id".');
    }
    checkTogether(reader, inputs, github);
    reader.checkUnknown(log);
    if (reader.problems.length > 0 || !connection)
        throw new util_errors/* InputError */.dz(reader.problems);
    if (inputs.state !== 'absent') {
        for (const warning of doubtful(settings))
            log.warning(warning);
        await warnOfSharedSuffixes(read_uris(settings), log);
        await warnOfSharedHosts(inputs.redirectHosts ?? [], log);
    }
    return { connection, ...inputs };
}
function read_uris(settings) {
    return [...(settings['redirect-uris'] ?? []), ...(settings['post-logout-redirect-uris'] ?? [])];
}
function readName(reader) {
    const name = reader.line('name');
    if (name === undefined)
        return undefined;
    const problem = labelProblem(name);
    return problem === undefined ? name : reader.problem('name', problem);
}
function readAdopt(reader) {
    const text = reader.line('adopt');
    if (text === undefined || /^false$/i.test(text))
        return false;
    if (/^true$/i.test(text))
        return true;
    if (!/^[\w.-]+\/[\w.-]+$/.test(text)) {
        reader.problem('adopt', `is "${shown(text)}". Use "true" for an app without a mark, or owner/name of the repository whose app it is.`);
    }
    return text;
}
function readRedirectHosts(reader) {
    const patterns = reader.list('redirect-hosts', 'words');
    if (!patterns || reader.isFaulty('redirect-hosts'))
        return undefined;
    if (patterns.length === 0) {
        return reader.problem('redirect-hosts', 'is the empty list, which no URI fits. Give a pattern, or leave it out.');
    }
    for (const pattern of patterns) {
        const problem = hostPatternProblem(pattern);
        if (problem)
            reader.problem('redirect-hosts', `has "${shown(pattern)}", which ${problem.why}. ${problem.remedy}`);
    }
    return patterns;
}
function readAppId(reader) {
    const text = reader.line('app-id');
    const id = text && (idInConsole(text) ?? text);
    if (id === undefined || /^[0-9A-Za-z_-]+$/.test(id))
        return id;
    return reader.problem('app-id', `is "${shown((0,util_url/* withoutUserInfo */.sl)(id))}", not an ID. Okta's app IDs look like 0oa1b2c3d4E5F6g7H8i9.`);
}
/** The app's ID in the address of its page in the Admin Console: `/admin/app/oidc_client/instance/0oa…/#tab-general`. */
function idInConsole(text) {
    return /^\/admin\/app\/[^/]+\/instance\/([^/]+)/.exec((0,util_url/* parseUrl */.Dl)(text)?.pathname ?? '')?.[1];
}
function readAuthorizationServer(reader) {
    const text = reader.line('authorization-server');
    if (text !== undefined && /^\.+$/.test(text)) {
        return reader.problem('authorization-server', `is "${shown(text)}", not the ID of an authorization server. Give its ID, such as "default".`);
    }
    const url = text === undefined ? undefined : (0,util_url/* parseUrl */.Dl)(text);
    if (!text || !url)
        return text;
    const id = idOfServer(url.pathname);
    if (id !== undefined)
        return id;
    return reader.problem('authorization-server', `is "${shown((0,util_url/* withoutUserInfo */.sl)(text))}", not the address of an authorization server of its own. Give its ID, such as "default", or leave it out for the org's own.`);
}
/** The server's ID in its issuer, or in the address of its page in the Admin Console: `/oauth2/default`, `/admin/oauth2/as/aus…`. */
function idOfServer(path) {
    const [, id] = /^\/(?:admin\/oauth2\/as|oauth2)\/(?!v1(?:\/|$))([^/]+)/.exec(path) ?? [];
    return id;
}
function readPullRequest(reader, { event }) {
    const text = reader.line('pull-request');
    if (text === undefined)
        return undefined;
    const number = /^[1-9][0-9]*$/.test(text) ? pullRequestNumber(Number(text)) : undefined;
    if (number === undefined) {
        return reader.problem('pull-request', `is "${shown(text)}", not the number of a pull request. Give the number alone, such as 12.`);
    }
    if (event.subject.kind !== 'pull-request' || event.subject.number === number)
        return number;
    return reader.problem('pull-request', `is ${number}, and the event of this run is about pull request #${event.subject.number}. Leave it out.`);
}
/** What a job that never came to its end leaves behind goes after a day, in milliseconds. */
const LONGEST_JOB = 24 * 3_600_000;
function isJob(reader) {
    return reader.text('state')?.toLowerCase() === 'job';
}
/** A length of time in milliseconds. */
function readDuration(reader, input) {
    const text = reader.line(input);
    if (text === undefined)
        return undefined;
    return (durationOf(text) ??
        reader.problem(input, `is "${shown(text)}", not a length of time. Give a number of hours or days, such as 12h or 14d.`));
}
/** Source: Okta's OpenAPI description of trusted origins; the last two are those of apps in a web view. */
const ORIGIN_SCHEMES = /^(https?|ftp|ionic|capacitor):$/;
function readOrigins(reader) {
    const origins = reader.list('trusted-origins', 'uris')?.map((text) => {
        if (text.includes('*')) {
            return reader.problem('trusted-origins', `has "${shown(text)}", and Okta takes no wildcard in an origin for CORS and redirects. Give each origin by itself.`);
        }
        const url = (0,util_url/* parseUrl */.Dl)(text);
        const plain = url &&
            url.host !== '' &&
            ORIGIN_SCHEMES.test(url.protocol) &&
            ['', '/'].includes(url.pathname) &&
            !url.search &&
            !url.hash &&
            !(0,util_url/* hasUserInfo */.A$)(text);
        if (plain)
            return `${url.protocol}//${url.host}`;
        return reader.problem('trusted-origins', `has "${shown((0,util_url/* withoutUserInfo */.sl)(text))}", not an origin. Give scheme, host and port only, as in https://app.example.com.`);
    });
    return origins && [...new Set(origins.filter((origin) => origin !== undefined))];
}
function readApiScopes(reader) {
    const scopes = reader.list('api-scopes', 'words');
    for (const scope of scopes ?? []) {
        if (!/^okta\.[A-Za-z]+(\.[A-Za-z]+)+$/.test(scope))
            reader.problem('api-scopes', `has "${shown(scope)}", not a scope of Okta's API. Those look like okta.users.read.`);
    }
    return scopes;
}
/** Days or hours, as in `90d`. */
function readMaxAge(reader) {
    const text = reader.line('client-secret-max-age');
    const age = text === undefined ? undefined : durationOf(text);
    if (text === undefined || age !== undefined)
        return age;
    return reader.problem('client-secret-max-age', `is "${shown(text)}", not a length of time. Give days or hours, as in 90d.`);
}

;// CONCATENATED MODULE: ./src/report/mask.ts

/** Masks what must not be seen of an app, before anything that holds it is written anywhere. */
function maskApp(app, maskClientId, log) {
    const secret = app_clientSecretOf(app);
    if (secret !== undefined)
        log.mask(secret);
    if (maskClientId)
        maskId(app_clientIdOf(app) ?? app.id, log);
}
/** What may be a part of a host's name. */
const HOST_LABEL = /^[0-9A-Za-z-]+$/;
/** Masks a client ID. One that somebody has chosen may be a word that is part of others, such as a host's name. */
function maskId(id, log) {
    log.mask(id, { isWord: HOST_LABEL.test(id) && !isAppId(id) });
}

;// CONCATENATED MODULE: ./src/app/okta-host.ts
/**
 * The parts of a host name at one of Okta's own domains: `acme` and `.okta.com`.
 *
 * @returns `undefined` for any other, such as an org's custom domain
 */
function oktaHost(hostname) {
    const [, org, domain] = /^([^.]+)(\.(?:okta|oktapreview|okta-emea|okta-gov|trexcloud)\.com|\.okta\.mil)$/.exec(hostname) ?? [];
    return org === undefined || domain === undefined ? undefined : { org, domain };
}

;// CONCATENATED MODULE: ./src/report/markdown.ts

/** Characters that are not seen and change how others are: those that turn text around, and those that are put into words to hide them. */
const UNSEEN = /[\p{Bidi_Control}\u2028\u2029\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu;
/**
 * Text from outside, made harmless: every character that could start HTML or Markdown becomes a character reference, and nothing in it
 * becomes a link.
 */
function escaped(value) {
    return value
        .replace(UNSEEN, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
        .replace(/\p{Cc}/gu, ' ')
        .replace(/[^\p{L}\p{N} ,;.?/=+()-]/gu, (character) => `&#${character.codePointAt(0) ?? 63};`)
        .replace(/www\./gi, (start) => `${start.slice(0, 3)}&#46;`);
}
/** Text from outside as a block of code: no run of backticks in it is as long as the fence. */
function fenced(text, language) {
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = '`'.repeat(longest + 1);
    return `${fence}${language}\n${text.trimEnd()}\n${fence}`;
}
/** What a summary has room for, in bytes: GitHub drops one of more than 1 MiB. */
const ROOM = 1_000_000;
/**
 * The paragraphs, tables and lists of a summary as far as there is room for them. Each takes half of what is left at most, so that none
 * crowds out all others; of one that is longer, whole lines are left out, and of a block of code all.
 */
function fitted(parts) {
    let left = ROOM;
    const shown = parts.map((part) => {
        const room = left / 2;
        const lines = part.split('\n');
        let size = 0;
        const end = lines.findIndex((line) => (size += Buffer.byteLength(line) + 1) > room);
        const text = end === -1 ? part : /^```/m.test(part) ? '' : lines.slice(0, end).join('\n');
        left -= Buffer.byteLength(text);
        return text;
    });
    const isCut = shown.some((text, i) => text !== parts[i]);
    return [...shown, isCut ? 'This is not all, for want of room: the log has the rest.' : '']
        .filter((text) => text !== '')
        .join('\n\n');
}
/** A summary that cannot be written is a pity, and no reason to fail. */
async function writeSummary(markdown, log) {
    try {
        const text = markdown();
        if (text !== '')
            await lib_core/* summary */.z.addRaw(text).write();
    }
    catch (error) {
        log.warning(`The job summary was not written: ${error instanceof Error ? error.message : String(error)}`);
    }
}

;// CONCATENATED MODULE: ./src/report/summary.ts







const DONE = {
    created: 'was created',
    updated: 'was updated',
    unchanged: 'is as the workflow says; nothing was changed',
    deleted: 'was deleted',
    absent: 'does not exist, as the workflow says',
    skipped: 'was skipped',
};
const WOULD = {
    created: 'would be created',
    updated: 'would be updated',
    deleted: 'would be deleted',
};
/** What became of the app: the subject is its name, which comes from outside. */
function summary_sentence({ dryRun, name, appId, state }, { result, app }) {
    const predicate = state === 'read' ? 'was read' : (dryRun && WOULD[result]) || DONE[result];
    return { subject: app?.label ?? name ?? appId ?? '', predicate };
}
/** Who reads a summary reads neither more of a value, nor more of them. */
const SHOWN_VALUE = 2000;
const SHOWN_ROWS = 200;
/** The job summary, as GitHub Flavored Markdown in which only our own words are markup. */
function summary(known, ending) {
    const { inputs, outcome } = known;
    const told = ending.failure === undefined ? success(known) : undefined;
    const parts = [
        ...(told === undefined ? [] : [told]),
        ...trouble(ending),
        ...(inputs ? [context(inputs, known)] : []),
        ...(ending.failure instanceof util_errors/* RefusedChange */.vG
            ? refused(ending.failure, ending.done)
            : table(shownChanges(known), outcome?.result === 'created' ? CREATED : CHANGED)),
        ...(inputs && outcome?.app ? [access(inputs)] : []),
        known.described === undefined
            ? ''
            : `The inputs that describe the app:\n\n${fenced(known.described, 'yaml')}`,
    ].filter((part) => part !== '');
    return parts.length === 0 ? '' : (0,util_log/* redact */.E$)(`### Okta OIDC app\n\n${fitted(parts)}\n\n`);
}
/** A text from outside, without secrets, harmless, and not too long. */
function summary_hidden(value) {
    const text = (0,util_log/* redact */.E$)(value);
    return escaped(text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text);
}
function success({ inputs, outcome, skipped }) {
    if (skipped !== undefined)
        return `**Skipped.** ${summary_hidden(skipped)}`;
    if (!inputs || !outcome)
        return '';
    const { subject, predicate } = summary_sentence(inputs, outcome);
    return `${inputs.dryRun ? '**Dry run.** ' : ''}The app **${summary_hidden(subject)}** ${predicate}.`;
}
/** What went wrong, what to do about it, what had been done before, and all warnings. */
function trouble({ failure, done, warnings }) {
    const told = [...new Set(warnings)].map((warning) => `**Warning:** ${lines(warning)}`);
    return [...(failure === undefined ? [] : failed(failure, done)), ...told.slice(0, SHOWN_ROWS)];
}
function failed(failure, done) {
    const { problem, remedy } = failure instanceof util_errors/* ActionError */.lZ ? failure : { problem: (0,util_errors/* explain */.WE)(failure), remedy: '' };
    return [
        `**Failed.** ${withList(problem)}`,
        remedy && `**What to do:** ${lines(remedy)}`,
        done.length > 0
            ? `**Done before the failure:** ${done.map(summary_hidden).join('; ')}. A re-run goes on from there.`
            : '',
    ];
}
function lines(text) {
    return (0,util_log/* redact */.E$)(text).split('\n').map(summary_hidden).join('<br>');
}
/** The same, of a text that ends with a list. */
function withList(text) {
    return lines(text).replaceAll('<br>- ', '\n- ');
}
/** Where, for what and for which app the run was. */
function context(inputs, { pullRequest, outcome, signInReady }) {
    const { name, appId, connection } = inputs;
    const app = outcome?.app;
    const named = outcome ? '' : `App ${summary_hidden(name ?? appId ?? '')}`;
    const signIn = signInReady === undefined ? '' : `Sign-in ${signInReady ? 'works' : '**does not work**'}`;
    return [
        named,
        `Org ${summary_hidden(new URL(connection.orgUrl).host)}`,
        pullRequest === undefined ? '' : `Pull request ${pullRequest}`,
        ...(app ? facts(app) : []),
        signIn,
        (app && adminLink(inputs, app)) ?? '',
    ]
        .filter(Boolean)
        .join(' · ');
}
/** Whom the inputs let in. Those who were let in before are nobody's business here. */
function access({ groups, users }) {
    const listed = (noun, names = []) => names.length > 0 ? `${noun}${names.length > 1 ? 's' : ''} ${names.map(summary_hidden).join(', ')}` : '';
    const named = [listed('group', groups), listed('user', users)].filter(Boolean);
    return named.length > 0 ? `Who may use it, by these inputs: ${named.join(' · ')}` : '';
}
/** Of a creation, what the workflow says: the rest follows from the type. */
function shownChanges({ inputs, outcome }) {
    if (!inputs || !outcome)
        return [];
    if (outcome.result !== 'created')
        return outcome.changes;
    const named = new Set(settings_namedSettings(inputs.settings));
    return outcome.changes.filter(({ field }) => named.has(field) || !Object.hasOwn(app_PATHS, field));
}
function refused({ differences }, done) {
    if (differences.length === 0)
        return [];
    const untouched = done.length === 0 ? 'Nothing was changed. ' : '';
    return [`${untouched}What this run would have changed:`, ...table(differences, CHANGED)];
}
const CHANGED = [
    ['From', ({ from }) => from],
    ['To', ({ to }) => to],
];
/** Of a new app, for which there is nothing from before. */
const CREATED = [['Value', ({ to }) => to]];
function table(changes, columns) {
    if (changes.length === 0)
        return [];
    const row = (cells) => `| ${cells.join(' | ')} |`;
    const rows = changes
        .slice(0, SHOWN_ROWS)
        .map((change) => row([summary_hidden(change.field), ...columns.map(([, value]) => cell(value(change)))]));
    const left = changes.length - SHOWN_ROWS;
    const more = left > 0 ? [row([`and ${left} more`, ...columns.map(() => '')])] : [];
    const headings = ['Setting', ...columns.map(([heading]) => heading)];
    return [[row(headings), row(headings.map(() => '---')), ...rows, ...more].join('\n')];
}
function facts(app) {
    const type = app_typeOf(app);
    const redirectUris = app_listAt(app, app_PATHS['redirect-uris']).length;
    return [
        type ? `Type ${app_TYPE_NAMES[type]}` : '',
        redirectUris > 0 ? `${redirectUris} redirect ${redirectUris === 1 ? 'URI' : 'URIs'}` : '',
    ];
}
function cell(value) {
    if (value === null)
        return '';
    return (Array.isArray(value) ? value : [value]).map(code).join('<br>');
}
function code(value) {
    return `<code>${summary_hidden(typeof value === 'string' ? value : JSON.stringify(value))}</code>`;
}
/**
 * The app's page in the Admin Console; where the client ID is masked, which is part of that address, the list of apps. An org behind a
 * domain of its own has its console elsewhere, so there is no link.
 */
function adminLink({ connection, maskClientId }, app) {
    const url = new URL(connection.orgUrl);
    const okta = oktaHost(url.hostname);
    const host = okta ? `${okta.org}-admin${okta.domain}` : url.protocol === 'http:' ? url.host : undefined;
    if (host === undefined)
        return undefined;
    const kind = encodeURIComponent((0,util_json/* textOf */.b6)(app.body['name']));
    const page = maskClientId
        ? '/admin/apps/active'
        : `/admin/app/${kind}/instance/${encodeURIComponent(app.id)}/`;
    return `[Admin Console](${url.protocol}//${host}${page})`;
}

// EXTERNAL MODULE: ./src/okta/authorization.ts
var authorization = __webpack_require__(4140);
;// CONCATENATED MODULE: ./src/okta/authorization-servers.ts


const SERVERS = '/api/v1/authorizationServers';
function authorizationServers({ send, readObject, readPages }) {
    const policiesPath = (server) => `${SERVERS}/${encodeURIComponent(server)}/policies`;
    const policyPath = (server, id) => `${policiesPath(server)}/${encodeURIComponent(id)}`;
    return {
        authorizationServers: async () => {
            const list = await readPages(`${SERVERS}?limit=${LARGEST_PAGE}`, 'list the authorization servers');
            return list.map(({ id, name }) => ({ id: (0,util_json/* textOf */.b6)(id), name: (0,util_json/* textOf */.b6)(name) }));
        },
        serverPolicies: async (server) => {
            const purpose = `list the access policies of the authorization server "${server}"`;
            const list = await readPages(policiesPath(server), purpose);
            return list.map((body) => serverPolicy(server, body));
        },
        getServerPolicy: async (server, id) => serverPolicy(server, await readObject(policyPath(server, id), `read the access policy ${id}`)),
        replaceServerPolicy: async (policy, body) => {
            const purpose = `update the access policy "${policy.name}" of the authorization server "${policy.server}"`;
            const path = policyPath(policy.server, policy.id);
            const response = await send({ method: 'PUT', path, body, purpose, idempotent: false });
            const { body: written } = response;
            if (typeof written !== 'object' || written === null || Array.isArray(written))
                throw notWhatWasAsked(purpose, 'an access policy');
            return serverPolicy(policy.server, written);
        },
    };
}
function serverPolicy(server, body) {
    const { id, name, status } = body;
    return { id: (0,util_json/* textOf */.b6)(id), name: (0,util_json/* textOf */.b6)(name), server, active: status === 'ACTIVE', body };
}

;// CONCATENATED MODULE: ./src/okta/grants.ts



/** @param issuer tells the org's own authorization server, whose scopes they are */
function grants({ send, readPages, about }, issuer) {
    const path = (app) => `${appPath(app.id)}/grants`;
    return {
        scopeGrants: async (app) => {
            const purpose = `read the API scopes of the app "${app.label}"`;
            const list = await readPages(`${path(app)}?limit=${LARGEST_PAGE}`, purpose, app);
            return list.map(({ id, scopeId }) => ({ id: (0,util_json/* textOf */.b6)(id), scope: (0,util_json/* textOf */.b6)(scopeId) }));
        },
        grantScope: async (app, scope) => {
            const purpose = `grant the API scope "${scope}" to the app "${app.label}"`;
            const body = { scopeId: scope, issuer: await issuer() };
            await send(about(app, { method: 'POST', path: path(app), body, purpose, idempotent: false }));
        },
        revokeScope: async (app, { id, scope }) => {
            const purpose = `revoke the API scope "${scope}" of the app "${app.label}"`;
            await send({
                method: 'DELETE',
                path: `${path(app)}/${encodeURIComponent(id)}`,
                purpose,
                idempotent: true,
                treatAsSuccess: isGone,
            });
        },
    };
}

;// CONCATENATED MODULE: ./src/okta/groups.ts



const GROUPS = '/api/v1/groups';
function groups({ send, readObject, readPages, about }) {
    return {
        assignedGroups: async (app) => {
            const path = `${appPath(app.id)}/groups?expand=group&limit=${LARGEST_PAGE}`;
            const list = await readPages(path, `read the groups of the app "${app.label}"`, app);
            return list.flatMap((item) => {
                const name = (0,util_json/* valueAt */.fK)(item, ['_embedded', 'group', 'profile', 'name']);
                return typeof item['id'] === 'string'
                    ? [{ id: item['id'], name: typeof name === 'string' ? name : item['id'], direct: true }]
                    : [];
            });
        },
        assignGroup: async (app, group) => {
            const purpose = `assign the group "${group.name}" to the app "${app.label}"`;
            const path = `${appPath(app.id)}/groups/${encodeURIComponent(group.id)}`;
            await send(about(app, { method: 'PUT', path, body: {}, purpose, idempotent: true }));
        },
        unassignGroup: async (app, group) => {
            const purpose = `take the group "${group.name}" off the app "${app.label}"`;
            const path = `${appPath(app.id)}/groups/${encodeURIComponent(group.id)}`;
            await send({ method: 'DELETE', path, purpose, idempotent: true, treatAsSuccess: isGone });
        },
        findGroups: async (prefix) => {
            const query = new URLSearchParams({ ...(prefix && { q: prefix }), limit: String(LARGEST_PAGE) });
            const list = await readPages(`${GROUPS}?${query}`, `find the group "${prefix}"`);
            return list.flatMap((item) => groupIn(item) ?? []);
        },
        getGroup: async (id) => groupIn(await readObject(`${GROUPS}/${encodeURIComponent(id)}`, `read the group ${id}`)) ?? {
            id,
            name: id,
        },
    };
}
function groupIn(item) {
    const name = (0,util_json/* valueAt */.fK)(item, ['profile', 'name']);
    return typeof item['id'] === 'string' && typeof name === 'string' ? { id: item['id'], name } : undefined;
}

;// CONCATENATED MODULE: ./src/okta/metadata.ts



function metadata({ readObject }) {
    const answers = new Map();
    const once = (path, purpose) => {
        const answer = answers.get(path) ?? readObject(path, purpose, { isPublic: true });
        answers.set(path, answer);
        return answer;
    };
    return {
        organization: () => once('/.well-known/okta-organization', "read the org's addresses"),
        discovery: (server) => once(`/oauth2/${encodeURIComponent(server)}/.well-known/openid-configuration`, `read the OpenID configuration of the authorization server "${server}"`),
    };
}
/**
 * The org's own address, at Okta, which is what it names itself by whatever address it is asked at. It goes back to the org and nowhere
 * else, so that a lie does no harm. Where it is not told, it is taken to be the one that is known.
 *
 * @param orgUrl the address that is known: the own one, or a custom domain
 */
async function ownAddress({ organization }, orgUrl) {
    if (oktaHost(new URL(orgUrl).hostname))
        return orgUrl;
    const href = await organization().then((org) => (0,util_json/* textOf */.b6)((0,util_json/* valueAt */.fK)(org, ['_links', 'organization', 'href'])), () => '');
    return (0,util_url/* parseUrl */.Dl)(href)?.origin ?? orgUrl;
}

;// CONCATENATED MODULE: ./src/okta/policies.ts



function policies({ send, readPages, about }) {
    return {
        accessPolicies: async () => {
            const path = `/api/v1/policies?type=ACCESS_POLICY&limit=${LARGEST_PAGE}`;
            const list = await readPages(path, 'list the sign-on policies');
            return list.map(({ id, name, system }) => ({
                id: (0,util_json/* textOf */.b6)(id),
                name: (0,util_json/* textOf */.b6)(name),
                system: system === true,
            }));
        },
        assignPolicy: async (app, policy) => {
            const purpose = `put the app "${app.label}" under the sign-on policy "${policy.name}"`;
            const path = `${appPath(app.id)}/policies/${encodeURIComponent(policy.id)}`;
            await send(about(app, { method: 'PUT', path, purpose, idempotent: true }));
        },
    };
}

;// CONCATENATED MODULE: ./src/okta/secrets.ts



/** @param onSecret told of every secret in a response, before anybody else sees it, so that it can be masked */
function secrets({ send, readPages, about }, onSecret) {
    const listPath = (app) => `${appPath(app.id)}/credentials/secrets`;
    const secretPath = (app, { id }) => `${listPath(app)}/${encodeURIComponent(id)}`;
    const read = (body) => {
        const value = (0,util_json/* textOf */.b6)(body['client_secret']) || undefined;
        if (value !== undefined)
            onSecret(value);
        return {
            id: (0,util_json/* textOf */.b6)(body['id']),
            created: Date.parse((0,util_json/* textOf */.b6)(body['created'])),
            lastUpdated: Date.parse((0,util_json/* textOf */.b6)(body['lastUpdated'])),
            active: body['status'] === 'ACTIVE',
            value,
        };
    };
    const change = async (app, secret, verb, treatAsSuccess) => {
        const purpose = `${verb} a client secret of the app "${app.label}"`;
        const path = `${secretPath(app, secret)}/lifecycle/${verb}`;
        await send({
            method: 'POST',
            path,
            purpose,
            idempotent: true,
            ...(treatAsSuccess && { treatAsSuccess }),
        });
    };
    return {
        clientSecrets: async (app) => {
            const list = await readPages(listPath(app), `read the client secret of the app "${app.label}"`, app);
            return list.map(read);
        },
        addClientSecret: async (app) => {
            const purpose = `add a client secret to the app "${app.label}"`;
            const body = { status: 'INACTIVE' };
            const { body: added } = await send(about(app, { method: 'POST', path: listPath(app), body, purpose, idempotent: false }));
            if (!(0,util_json/* isObject */.Gv)(added))
                throw notWhatWasAsked(purpose, 'a client secret');
            return read(added);
        },
        activateClientSecret: (app, secret) => change(app, secret, 'activate'),
        deactivateClientSecret: (app, secret) => change(app, secret, 'deactivate', isGone),
        deleteClientSecret: async (app, secret) => {
            const purpose = `delete a client secret of the app "${app.label}"`;
            const path = secretPath(app, secret);
            await send({ method: 'DELETE', path, purpose, idempotent: true, treatAsSuccess: isGone });
        },
    };
}

;// CONCATENATED MODULE: ./src/okta/trusted-origins.ts



const TRUSTED_ORIGINS = '/api/v1/trustedOrigins';
function trustedOrigins({ send, readPages, readObject }) {
    const pathOf = ({ id }) => `${TRUSTED_ORIGINS}/${encodeURIComponent(id)}`;
    return {
        // `q` is a prefix of name or origin (documented), so that it finds an origin with a slash at its end, too.
        findTrustedOrigin: async (origin, thoroughly = false) => {
            const query = new URLSearchParams({ ...(!thoroughly && { q: origin }), limit: String(LARGEST_PAGE) });
            const list = await readPages(`${TRUSTED_ORIGINS}?${query}`, `find the trusted origin ${origin}`);
            const same = list.map(trustedOrigin).filter((item) => sameOrigin(item.origin, origin));
            return same.find((item) => item.origin === origin) ?? same[0];
        },
        getTrustedOrigin: async (origin) => trustedOrigin(await readObject(pathOf(origin), `read the trusted origin ${origin.origin}`)),
        createTrustedOrigin: async (name, origin) => {
            const purpose = `trust the origin ${origin}`;
            const body = { name, origin, scopes: [{ type: 'CORS' }, { type: 'REDIRECT' }] };
            await send({ method: 'POST', path: TRUSTED_ORIGINS, body, purpose, idempotent: false });
        },
        replaceTrustedOrigin: async (origin, body) => {
            const purpose = `note which apps list the trusted origin ${origin.origin}`;
            const response = await send({ method: 'PUT', path: pathOf(origin), body, purpose, idempotent: false });
            return (0,util_json/* isObject */.Gv)(response.body) ? trustedOrigin(response.body) : { ...origin, body };
        },
        deleteTrustedOrigin: async (origin) => {
            const purpose = `stop trusting the origin ${origin.origin}`;
            await send({
                method: 'DELETE',
                path: pathOf(origin),
                purpose,
                idempotent: false,
                treatAsSuccess: isGone,
            });
        },
    };
}
function trustedOrigin(item) {
    const scopes = Array.isArray(item['scopes']) ? item['scopes'].filter(util_json/* isObject */.Gv) : [];
    return {
        id: (0,util_json/* textOf */.b6)(item['id']),
        name: (0,util_json/* textOf */.b6)(item['name']),
        origin: (0,util_json/* textOf */.b6)(item['origin']),
        active: item['status'] !== 'INACTIVE',
        scopes: scopes.map(({ type }) => (0,util_json/* textOf */.b6)(type)),
        body: item,
    };
}

;// CONCATENATED MODULE: ./src/okta/users.ts



/** Okta gives more users of an app in one page than of all else (documented). */
const LARGEST_USER_PAGE = 500;
/** Okta's code for an assignment that is there already. */
const ASSIGNED_ALREADY = 'E0000062';
/** Okta's code for taking an app off a user to whom a group gives it (reported). */
const GIVEN_BY_GROUP = 'E0000046';
function users({ send, readObject, readPages, about }) {
    return {
        assignedUsers: (app) => {
            const path = `${appPath(app.id)}/users?limit=${LARGEST_USER_PAGE}`;
            return readPages(path, `read the users of the app "${app.label}"`, app, assignmentIn);
        },
        assignedUser: async (app, user) => {
            const purpose = `read the user "${user.name}" of the app "${app.label}"`;
            const path = `${appPath(app.id)}/users/${encodeURIComponent(user.id)}`;
            const { body } = await send({ method: 'GET', path, purpose, idempotent: true, treatAsSuccess: isGone });
            const assignment = (0,util_json/* isObject */.Gv)(body) ? assignmentIn(body) : undefined;
            return assignment && { ...assignment, name: user.name };
        },
        assignUser: async (app, user) => {
            const purpose = `assign the user "${user.name}" to the app "${app.label}"`;
            const path = `${appPath(app.id)}/users`;
            const body = { id: user.id, scope: 'USER' };
            await send({
                ...about(app, { method: 'POST', path, body, purpose, idempotent: true }),
                treatAsSuccess: ({ code }) => code === ASSIGNED_ALREADY,
            });
        },
        unassignUser: async (app, user) => {
            const purpose = `take the user "${user.name}" off the app "${app.label}"`;
            const path = `${appPath(app.id)}/users/${encodeURIComponent(user.id)}`;
            const treatAsSuccess = (error) => isGone(error) || error.code === GIVEN_BY_GROUP;
            const { status } = await send({ method: 'DELETE', path, purpose, idempotent: true, treatAsSuccess });
            // Documented: this turns a direct assignment into one of the group's.
            if (status === 403)
                await send({ method: 'POST', path, body: { scope: 'GROUP' }, purpose, idempotent: true });
        },
        usersOfEmail: async (email) => {
            const search = `profile.email eq ${JSON.stringify(email)}`;
            const list = await readPages(`/api/v1/users?${new URLSearchParams({ search })}`, `find the user "${email}"`);
            return list.map((user) => ({
                id: (0,util_json/* textOf */.b6)(user['id']),
                name: (0,util_json/* textOf */.b6)((0,util_json/* valueAt */.fK)(user, ['profile', 'login'])),
            }));
        },
        getUser: async (loginOrId) => {
            const path = `/api/v1/users/${encodeURIComponent(loginOrId)}`;
            const user = await readObject(path, `find the user "${loginOrId}"`);
            const login = (0,util_json/* valueAt */.fK)(user, ['profile', 'login']);
            return { id: (0,util_json/* textOf */.b6)(user['id']), name: typeof login === 'string' ? login : loginOrId };
        },
    };
}
function assignmentIn(item) {
    const { id, scope } = item;
    if (typeof id !== 'string')
        return undefined;
    const name = (0,util_json/* valueAt */.fK)(item, ['credentials', 'userName']);
    return { id, name: typeof name === 'string' ? name : id, direct: scope !== 'GROUP' };
}

;// CONCATENATED MODULE: ./src/okta/org.ts










/**
 * The org behind a transport.
 *
 * @param orgUrl the org's origin: pages of a list are followed there only
 * @param now the time, in milliseconds since the epoch
 * @param seen what is told before anybody else sees it, so that it can be masked
 */
function oktaOrg(transport, orgUrl, now, { onApp, onSecret }) {
    const requests = requestsTo(transport, orgUrl, now);
    const told = metadata(requests);
    return {
        longestRequest: () => transport.longestRequest(),
        authorizeAnswer: (url) => transport.visit(url),
        ...apps(requests, onApp),
        ...secrets(requests, onSecret),
        ...grants(requests, () => ownAddress(told, orgUrl)),
        ...groups(requests),
        ...users(requests),
        ...policies(requests),
        ...authorizationServers(requests),
        ...trustedOrigins(requests),
        ...told,
    };
}

// EXTERNAL MODULE: ./src/okta/proxy.ts
var proxy = __webpack_require__(8389);
;// CONCATENATED MODULE: ./src/okta/connect.ts





/**
 * Connects a run with its org. No request is sent yet.
 *
 * @throws {ActionError} where the way to it cannot be used
 */
async function connect(options) {
    const { connection, deadline, log, requestTimeout } = options;
    (0,proxy/* checkProxy */.d)(connection.orgUrl);
    const executor = new OrgRequestExecutor(connection.orgUrl, options.userAgent);
    const authorization = await authorize(options, executor);
    options.onEnd(() => authorization.end());
    const transport = openTransport({ connection, executor, authorization, deadline, log, requestTimeout });
    const { onApp } = options;
    const onSecret = (secret) => {
        log.mask(secret);
    };
    return oktaOrg(transport, connection.orgUrl, () => deadline.clock.now(), { onApp, onSecret });
}
/** What a private key needs is only loaded with one. */
async function authorize({ connection, scopes, deadline, log, requestTimeout }, executor) {
    const { credentials, orgUrl } = connection;
    if (credentials.kind === 'api-token')
        return (0,authorization/* apiTokenAuthorization */.v)(credentials);
    const { serviceAppAuthorization } = await Promise.all(/* import() */[__webpack_require__.e(354), __webpack_require__.e(735)]).then(__webpack_require__.bind(__webpack_require__, 3735));
    return serviceAppAuthorization({ credentials, orgUrl, scopes, executor, deadline, log, requestTimeout });
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./src/github/event.ts


/** Reads what an event says of its pull request. */
function eventOf(name, payload, own) {
    const { deployment, deployment_status: status, client_payload: reported } = payload;
    return {
        name,
        subject: subjectOf(name, payload, own),
        stranger: strangerIn(name, payload),
        hosts: [...new Set(textsIn([deployment, status, reported]).flatMap((text) => hostIn(text) ?? []))],
    };
}
/** Every text in a value, however deep. */
function textsIn(value) {
    if (typeof value === 'string')
        return [value];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
/** The host of an address; some are told without their scheme. */
function hostIn(text) {
    const address = text.includes('://') ? text : `https://${text}`;
    const host = (0,util_url/* parseUrl */.Dl)(address)?.hostname;
    return host?.includes('.') ? host : undefined;
}
function subjectOf(name, payload, own) {
    const { pull_request: pullRequest, issue } = payload;
    const number = pullRequestNumber(pullRequest?.number);
    if (pullRequest && number !== undefined) {
        const fromFork = !event_isSame(pullRequest.head?.repo, own);
        return { kind: 'pull-request', number, open: pullRequest.state !== 'closed', fromFork };
    }
    const commented = issue?.pull_request ? pullRequestNumber(issue.number) : undefined;
    if (commented !== undefined) {
        const open = issue?.state !== 'closed';
        return { kind: 'pull-request', number: commented, open, fromFork: undefined };
    }
    return ((name === 'workflow_run' && workflowRunIn(payload, own)) ||
        (name.startsWith('deployment') && deploymentIn(payload)) || { kind: 'none' });
}
function workflowRunIn({ workflow_run: run }, own) {
    if (typeof run?.head_sha !== 'string')
        return undefined;
    const { head_sha: sha, pull_requests: pullRequests } = run;
    const numbers = (pullRequests ?? [])
        .filter((pullRequest) => event_isOfCommit(pullRequest, sha, own))
        .flatMap((pullRequest) => pullRequestNumber(pullRequest.number) ?? []);
    return {
        kind: 'commit',
        of: 'workflow run',
        sha,
        fromFork: !event_isSame(run.head_repository, own),
        numbers,
        ofPullRequest: String(run.event).startsWith('pull_request'),
        status: undefined,
    };
}
function deploymentIn(payload) {
    const sha = payload.deployment?.sha;
    if (typeof sha !== 'string')
        return undefined;
    const state = payload.deployment_status?.state;
    return {
        kind: 'commit',
        of: 'deployment',
        sha,
        fromFork: false,
        numbers: [],
        ofPullRequest: false,
        status: typeof state === 'string' ? state : undefined,
    };
}
/** Whether a pull request is one of this repository, for one of its own branches, whose last commit is this one. */
function event_isOfCommit({ head, base }, sha, own) {
    return head?.sha === sha && event_isSame(head.repo, own) && event_isSame(base?.repo, own);
}
/** Whether a repository is this one; one of which nothing is known, such as a fork that was deleted, is not. */
function event_isSame(repository, own) {
    const { id, full_name: name } = repository ?? {};
    if (id !== undefined && own.id !== undefined)
        return String(id) === own.id;
    return typeof name === 'string' && name !== '' && name.toLowerCase() === own.name.toLowerCase();
}
/** Source: GitHub's docs, `CommentAuthorAssociation`. */
const TRUSTED = ['OWNER', 'MEMBER', 'COLLABORATOR'];
/** Anybody may comment, and the run has the repository's secrets. A review's run has them, too, but for those of forks. */
function strangerIn(name, { comment, review }) {
    const remark = comment ?? review;
    if (!remark && name !== 'issue_comment')
        return undefined;
    if (TRUSTED.includes(String(remark?.author_association)))
        return undefined;
    const login = remark?.user?.login;
    return typeof login === 'string' ? login : 'somebody';
}

;// CONCATENATED MODULE: ./src/github/user-agent.ts

/** The version of this action, as package.json has it. */
const VERSION = '1.0.0';
/**
 * What requests to Okta say of the run that sends them, for Okta's System Log: `okta-oidc-app/1.0.0 (+https://github.com/acme/shop/actions/runs/42/attempts/1)`.
 *
 * @param environment the variables that the runner sets (`GITHUB_*`)
 */
function userAgent(environment) {
    const { server, name } = repositoryOf(environment);
    const run = environment['GITHUB_RUN_ID'];
    const product = `okta-oidc-app/${VERSION}`;
    if (name === '' || !run)
        return product;
    const address = `https://${server}/${name}/actions/runs/${run}/attempts/${environment['GITHUB_RUN_ATTEMPT'] ?? '1'}`;
    return `${product} (+${address.replace(/[^\x21-\x7e]|[()]/g, '')})`;
}

;// CONCATENATED MODULE: ./src/github/context.ts





/**
 * Reads the runner's variables and the event's payload. `@actions/github` would give the same facts, but its module brings all of
 * Octokit with it, which a run that does not ask GitHub need not load.
 *
 * @param environment the variables that the runner sets (`GITHUB_*`)
 */
function readContext(environment) {
    const repository = repositoryOf(environment);
    const payload = readPayload(environment['GITHUB_EVENT_PATH']);
    const event = eventOf(environment['GITHUB_EVENT_NAME'] ?? '', payload, repository);
    const number = event.subject.kind === 'pull-request' ? event.subject.number : undefined;
    return {
        repository: repository.name,
        repositoryId: repository.id,
        apiUrl: withoutSlash(environment['GITHUB_API_URL'] || 'https://api.github.com'),
        userAgent: userAgent(environment),
        event,
        attempt: attemptOf(environment),
        run: { ...runKind(environment, payload, number), repository },
        withoutSecrets: withoutSecrets(environment, payload, event),
    };
}
function withoutSlash(url) {
    return url.endsWith('/') ? url.slice(0, -1) : url;
}
function readPayload(path) {
    if (!path)
        return {};
    try {
        return JSON.parse((0,external_node_fs_.readFileSync)(path, 'utf8'));
    }
    catch {
        return {};
    }
}
/** Source: GitHub's docs, "Events that trigger workflows": these runs get a read-only token and no secrets. */
function withoutSecrets(environment, payload, { name, subject }) {
    if (environment['GITHUB_ACTOR'] === 'dependabot[bot]')
        return 'dependabot';
    const isForks = name === 'pull_request' && subject.kind === 'pull-request' && subject.fromFork;
    return isForks || payload.repository?.fork === true ? 'fork' : undefined;
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
;// CONCATENATED MODULE: ./src/util/clock.ts

const systemClock = {
    now: () => Date.now(),
    sleep: (milliseconds, until) => (0,promises_.setTimeout)(milliseconds, undefined, until && { signal: until }).catch(() => undefined),
    random: () => Math.random(),
};

;// CONCATENATED MODULE: ./src/util/deadline.ts

/** Starts the time of a run. */
function startDeadline(clock, timeoutSeconds, log) {
    const end = clock.now() + timeoutSeconds * 1000;
    const remaining = () => Math.max(0, end - clock.now());
    const over = new AbortController();
    const check = () => {
        if (over.signal.aborted)
            throw new util_errors/* ActionError */.lZ('The run has ended', 'it failed with something else', 'See its error.');
    };
    return {
        clock,
        remaining,
        end: () => {
            over.abort();
        },
        check,
        wait: async (milliseconds, reason) => {
            check();
            const seconds = Math.ceil(milliseconds / 100) / 10;
            if (milliseconds >= remaining()) {
                throw new util_errors/* ActionError */.lZ('The run ended before its work was done', `${reason}, which would take ${seconds} s, and "timeout-seconds" (${timeoutSeconds}) leaves ${Math.floor(remaining() / 1000)} s`, 'Run it again later, or raise "timeout-seconds".');
            }
            log.info(`${reason}. Waiting ${seconds} s.`);
            await clock.sleep(milliseconds, over.signal);
            check();
        },
        outOfTime: (error) => new util_errors/* ActionError */.lZ(error.what, `${error.why}, and "timeout-seconds" (${timeoutSeconds}) leaves no time to try again`, error.remedy, { cause: error }),
    };
}

;// CONCATENATED MODULE: ./src/inputs/secrets.ts



/** What is secret of what a workflow gives: registered before anything is said, wherever it was put. */
/** Inputs that are secret as a whole. */
const SECRET_INPUTS = new Set(['api-token', 'auth-private-key', 'github-token']);
/** Who speaks, and for URLs with his password: `user:password` between the slashes and the host. */
const USER_INFO = /:[/\\]{2}([^\s/\\?#"']*)@/g;
/** What is a token by its form: Okta's own (`00` and 40 characters), and GitHub's. Source: documented by GitHub; Okta's examples. */
const TOKEN = /(?<![\w-])(?:00[\w-]{40}|gh[a-z]_\w{36,}|github_pat_\w{36,})(?![\w-])/g;
/** What has the form of a JWT: three parts, or five if it is encrypted, of which the first is a JSON object. Source: RFC 7515, RFC 7516. */
const secrets_JWT = /(?<![\w-])(eyJ[\w-]+)(?:\.[\w-]*){1,3}\.[\w-]+/g;
/**
 * Masks the secrets among the inputs, and those that were put into others by mistake: private keys in any form, tokens, and what stands
 * before the host of a URL.
 *
 * @param environment the variables that the runner sets (`INPUT_*`)
 */
function maskInputs(environment, log) {
    for (const [variable, value = ''] of Object.entries(environment)) {
        if (!/^INPUT_/i.test(variable))
            continue;
        const text = value.trim();
        const name = variable.slice('INPUT_'.length).toLowerCase();
        if (SECRET_INPUTS.has(name))
            log.mask(text.replaceAll('\\n', '\n'));
        for (const secret of [...keysInside(text), ...tokensIn(text), ...passwordsIn(text)])
            log.mask(secret);
    }
}
function tokensIn(text) {
    const jwts = [...text.matchAll(secrets_JWT)].filter(([, header = '']) => isHeader(header));
    return [...text.matchAll(TOKEN), ...jwts].map(([token]) => token);
}
/** Whether the first part of what looks like a JWT says so itself: a host name may begin with the same letters. */
function isHeader(part) {
    try {
        return (0,util_json/* isObject */.Gv)(JSON.parse(Buffer.from(part, 'base64url').toString()));
    }
    catch {
        return false;
    }
}
function passwordsIn(text) {
    return [...text.matchAll(USER_INFO)].flatMap(([, info = '']) => {
        const password = info.slice(info.indexOf(':') + 1);
        return [password, (0,util_url/* percentDecoded */.oF)(password)];
    });
}

;// CONCATENATED MODULE: ./src/app/endpoints.ts


/**
 * @param orgUrl the org's origin
 * @param authorizationServer ID of a custom authorization server; `undefined` for the org's own
 */
function endpoints_endpointsOf(orgUrl, authorizationServer) {
    const server = authorizationServer === undefined ? '' : `/${encodeURIComponent(authorizationServer)}`;
    const issuer = server ? `${orgUrl}/oauth2${server}` : orgUrl;
    return {
        issuer,
        discoveryUrl: `${issuer}/.well-known/openid-configuration`,
        authorizeUrl: `${orgUrl}/oauth2${server}/v1/authorize`,
    };
}
/**
 * The address that starts a sign-in with the app: complete but for what has to be new every time, for which it carries placeholders.
 *
 * @param idp ID of an external identity provider to send people to
 * @returns `undefined` for an app that nobody signs in to through a browser
 */
function endpoints_signInUrl(app, { authorizeUrl }, idp) {
    const redirectUris = listAt(app, PATHS['redirect-uris']);
    const redirectUri = redirectUris.find((uri) => !uri.includes('*')) ?? redirectUris[0];
    const placeholders = { state: 'STATE', nonce: 'NONCE', codeChallenge: 'CODE_CHALLENGE' };
    const query = redirectUri === undefined ? undefined : signInQuery(app, redirectUri, placeholders);
    if (!query)
        return undefined;
    if (idp !== undefined)
        query.set('idp', idp);
    return `${authorizeUrl}?${query}`;
}
/**
 * The query with which an application asks Okta to sign somebody in.
 *
 * @param redirectUri one of the app's; a wildcard in it is filled in
 * @returns `undefined` where Okta does not show the client ID, or the app has no response type
 */
function signInQuery(app, redirectUri, unique) {
    const clientId = clientIdOf(app);
    const responseType = responseTypeOf(app);
    if (clientId === undefined || responseType === undefined)
        return undefined;
    return new URLSearchParams({
        client_id: clientId,
        response_type: responseType,
        scope: 'openid',
        redirect_uri: sampleOf(redirectUri),
        state: unique.state,
        nonce: unique.nonce,
        ...(requiresPkce(app) && { code_challenge: unique.codeChallenge, code_challenge_method: 'S256' }),
    });
}
/** What to ask for: a code where the app gives one, else all that it gives. */
function responseTypeOf(app) {
    const types = listAt(app, PATHS['response-types']);
    if (types.includes('code'))
        return 'code';
    return types.length > 0 ? types.join(' ') : undefined;
}
function requiresPkce(app) {
    return valueAt(app.body, PATHS['pkce-required']) === true;
}
/** A redirect URI as an application would send it: a wildcard stands for one label of the host. */
function sampleOf(redirectUri) {
    return redirectUri.replace('*', 'preview');
}

;// CONCATENATED MODULE: ./src/report/with-block.ts


/**
 * The `with:` block of a step that has these inputs, as YAML in which GitHub finds no expression. No secret is in it, whichever way YAML
 * would write one.
 */
async function with_block_withBlock(inputs) {
    const texts = [];
    for (const [input, value] of Object.entries(inputs)) {
        if (value === undefined)
            continue;
        const text = isObject(value) ? await yaml(value, !hasOpenEnd(value)) : value;
        texts.push([input, text.replaceAll('${{', "${{ '${{' }}")]);
    }
    return yaml({ with: Object.fromEntries(texts) });
}
/** What YAML 1.1 takes for the end of a line, or does not print, and what is not seen. */
const ESCAPED = /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu;
/**
 * A document in which every text is what it seems: GitHub reads workflows as YAML 1.1, where characters that are not seen end a line, so
 * that a text could be over, and another input begin.
 */
async function yaml(value, blockQuote = true) {
    const { Document, Scalar, visit } = await __webpack_require__.e(/* import() */ 815).then(__webpack_require__.t.bind(__webpack_require__, 8815, 19));
    const document = new Document(value);
    visit(document, {
        Scalar: (_, node) => {
            if (typeof node.value !== 'string')
                return;
            const text = redact(node.value);
            node.value = text;
            if (text.search(ESCAPED) !== -1)
                node.type = Scalar.QUOTE_DOUBLE;
        },
    });
    return document.toString({ lineWidth: 0, blockQuote }).replace(ESCAPED, with_block_escape);
}
function with_block_escape(character) {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}
/** Whether a text in it ends with white space, which an input loses at its end: such a one has to be in quotes. */
function hasOpenEnd(value) {
    if (typeof value === 'string')
        return /\s$/.test(value);
    return typeof value === 'object' && value !== null && Object.values(value).some(hasOpenEnd);
}

;// CONCATENATED MODULE: ./src/report/report.ts






const OUTPUT_NAMES = (/* unused pure expression or super */ null && ([
    'client-id',
    'client-secret',
    'app-id',
    'issuer',
    'discovery-url',
    'authorize-url',
    'result',
    'changed',
    'changes',
    'sign-in-ready',
    'pull-request',
]));
/**
 * Writes the outputs and the last log lines.
 *
 * @returns the inputs that describe the app, where the run was to write them down
 */
async function report(told, log) {
    const { inputs, outcome } = told;
    for (const line of report_lines(inputs, outcome))
        log.info(line);
    for (const [name, value] of Object.entries(outputs(told, log)))
        core.setOutput(name, value);
    return outcome.described && reportInputs(outcome.described, log);
}
/** The inputs that describe the app, in the log; the block is for the summary, too, to be copied from. */
async function reportInputs(described, log) {
    const block = log.redact(await withBlock(described));
    for (const line of ['The inputs that describe the app:', ...block.trimEnd().split('\n')])
        log.info(line);
    return block;
}
/** What a skipped run leaves behind, so that later steps can tell. */
function reportSkipped(reason, log) {
    log.notice(reason);
    for (const name of OUTPUT_NAMES)
        core.setOutput(name, '');
    core.setOutput('result', 'skipped');
    core.setOutput('changed', 'false');
    core.setOutput('changes', '[]');
}
function outputs({ inputs, outcome, issuer, clientSecret, signInReady, pullRequest }, log) {
    const { app, result, changes } = outcome;
    const endpoints = issuer && endpointsOf(issuer.address, issuer.server && log.redact(issuer.server));
    return {
        'client-id': (app && clientIdOf(app)) ?? '',
        'client-secret': clientSecret ?? '',
        'app-id': app?.id ?? '',
        issuer: endpoints?.issuer ?? '',
        'discovery-url': endpoints?.discoveryUrl ?? '',
        'authorize-url': (app && endpoints && signInUrl(app, endpoints, inputs.idp)) ?? '',
        result,
        changed: String(isChanged(outcome)),
        changes: log.redact(JSON.stringify(changes)),
        'sign-in-ready': signInReady === undefined ? '' : String(signInReady),
        'pull-request': String(pullRequest?.number ?? ''),
    };
}
function report_lines(inputs, outcome) {
    const { subject, predicate } = sentence(inputs, outcome);
    const dryRun = inputs.dryRun ? 'Dry run: ' : '';
    const catalog = outcome.app && isCatalogApp(outcome.app)
        ? [
            'Okta does not show the client ID of an app of its network: the outputs "client-id" and "authorize-url" are empty.',
        ]
        : [];
    return [
        `${dryRun}The app "${subject}" ${predicate}.`,
        ...outcome.changes.map((change) => `  ${describe(change)}`),
        ...catalog,
    ];
}
/** A difference as one line of the log. */
function describe({ field, from, to }) {
    return `${field}: ${report_text(from)} -> ${report_text(to)}`;
}
function report_text(value) {
    return value === null ? '(none)' : JSON.stringify(value);
}

;// CONCATENATED MODULE: ./src/apply/session.ts
/**
 * The session of a run.
 *
 * @param settleSeconds what the settle time is at least
 * @param done takes up what the run changes, one phrase each
 */
function sessionOf({ okta, deadline, log }, settleSeconds, done = []) {
    return {
        okta,
        deadline,
        log,
        settleTime: () => Math.max(settleSeconds * 1000, 2 * okta.longestRequest()),
        record: (phrase, isOutcome = false) => {
            done.push(phrase);
            const line = `${phrase.charAt(0).toUpperCase()}${phrase.slice(1)}.`;
            if (isOutcome)
                log.debug(line);
            else
                log.info(line);
        },
    };
}

;// CONCATENATED MODULE: ./src/world.ts











/**
 * Runs an action once. It never throws: a failure ends as one annotation and exit code 1. Every ending writes a summary.
 *
 * @param summarize the summary, of what the run knows of itself at its end
 */
async function runAction(world, act, summarize) {
    const { clock = systemClock, environment = process.env, requestTimeout = REQUEST_TIMEOUT } = world;
    const log = (0,util_log/* openLog */.Ne)();
    const done = [];
    const endings = [];
    const stops = [];
    const { warnings } = log;
    let failure;
    try {
        maskInputs(environment, log);
        checkEnvironment(environment);
        await act({ clock, requestTimeout, github: readContext(environment), log, done, endings, stops });
    }
    catch (error) {
        failure = error;
        for (const stop of stops)
            stop();
        if (error instanceof util_errors/* RefusedChange */.vG)
            for (const each of error.differences)
                log.info(`  ${describe(each)}`);
        log.failed((0,util_errors/* explain */.WE)(error, done));
    }
    await writeSummary(() => summarize({ failure, done, warnings }), log);
    for (const end of endings)
        await end();
}
/** An earlier step can set it for all that follow, and then anybody could stand in for Okta and for GitHub. */
function checkEnvironment(environment) {
    if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0')
        return;
    throw new util_errors/* ActionError */.lZ('Cannot send credentials safely', 'NODE_TLS_REJECT_UNAUTHORIZED is 0, so that no certificate would be checked', 'Take it out of the environment. Where a proxy has certificates of its own, name its authority in NODE_EXTRA_CA_CERTS.');
}
/** Starts the time of a run, which is over as soon as the run has failed. */
function startTime({ clock, log, stops }, timeoutSeconds) {
    const deadline = startDeadline(clock, timeoutSeconds, log);
    stops.push(() => {
        deadline.end();
    });
    return deadline;
}
/** Connects a run with its org. No request is sent yet. */
async function openSession({ github, log, requestTimeout, done, endings }, { settleSeconds, ...options }) {
    const onEnd = (work) => endings.push(work);
    const { userAgent } = github;
    const okta = await connect({ ...options, log, requestTimeout, userAgent, onEnd });
    return sessionOf({ okta, deadline: options.deadline, log }, settleSeconds, done);
}

;// CONCATENATED MODULE: ./src/end-job.ts








/** Runs the post step once: what a job had for itself goes with it. */
function run(world = {}) {
    return runAction(world, endJob, (ending) => summary({}, ending));
}
/** The inputs are those of the main step, which has said all there is to say of them. */
async function endJob(start) {
    const { github, log } = start;
    const kept = keptJob();
    if (!kept)
        return;
    const given = await readInputs(github, { ...log, notice: log.debug, warning: log.debug });
    const inputs = { ...given, state: 'absent', outputClientSecret: false };
    const { name = '', shared, maskClientId } = inputs;
    const deadline = startTime(start, inputs.timeoutSeconds);
    const session = await openSession(start, {
        ...inputs,
        scopes: ['okta.apps.read', 'okta.apps.manage'],
        deadline,
        onApp: (app) => {
            maskApp(app, maskClientId, log);
        },
    });
    if (!shared)
        return removeJob(session, name, kept.run.job, kept.app);
    const authority = authorityOf(kept.run, undefined, { deadline, log }, false);
    await ensureShared(session, inputs, authority, true, undefined, { begin: () => undefined });
}


/***/ }),

/***/ 4140:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   a: () => (/* binding */ scopeFor),
/* harmony export */   v: () => (/* binding */ apiTokenAuthorization)
/* harmony export */ });
/** A token that somebody else made, and that lives on. */
function apiTokenAuthorization({ token, scheme }) {
    const headers = { authorization: `${scheme} ${token}` };
    return {
        headers: () => Promise.resolve(headers),
        renew: () => Promise.resolve(false),
        end: () => Promise.resolve(),
    };
}
/** The parts of the management API that the action uses, and the name that their OAuth scopes carry. Source: Okta's OpenAPI description. */
const RESOURCES = [
    [/^\/api\/v1\/apps\/[^/]+\/grants([/?]|$)/, 'appGrants'],
    [/^\/api\/v1\/apps([/?]|$)/, 'apps'],
    [/^\/api\/v1\/groups([/?]|$)/, 'groups'],
    [/^\/api\/v1\/users([/?]|$)/, 'users'],
    [/^\/api\/v1\/trustedOrigins([/?]|$)/, 'trustedOrigins'],
    [/^\/api\/v1\/policies([/?]|$)/, 'policies'],
    [/^\/api\/v1\/authorizationServers([/?]|$)/, 'authorizationServers'],
];
/** The OAuth scope that Okta asks for at an endpoint; `undefined` where it needs none. */
function scopeFor(method, path) {
    const resource = RESOURCES.find(([pattern]) => pattern.test(path))?.[1];
    return resource && `okta.${resource}.${method === 'GET' ? 'read' : 'manage'}`;
}


/***/ }),

/***/ 2282:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GC: () => (/* binding */ explainRefusal),
/* harmony export */   Qu: () => (/* binding */ OktaError),
/* harmony export */   SP: () => (/* binding */ explainFailure),
/* harmony export */   y: () => (/* binding */ ifThere)
/* harmony export */ });
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(17);
/* harmony import */ var _proxy_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8389);
/* harmony import */ var _authorization_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(4140);



/** Okta said no: the status and code for those who decide by them, the message for the user. */
class OktaError extends _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ {
    status;
    /** Okta's `errorCode`, such as `E0000007`; empty where the response was not Okta's JSON. */
    code;
    /** Okta's own words. */
    text;
    constructor(status, code, text, purpose, remedy, options) {
        super(`Cannot ${purpose}`, `Okta answered ${status}${code && ` (${code})`}: ${text}`, remedy, options);
        this.name = 'OktaError';
        this.status = status;
        this.code = code;
        this.text = text;
    }
}
/** What to say when no usable response came. */
function explainFailure({ purpose }, failure, { orgUrl }) {
    const what = `Cannot ${purpose}`;
    const host = new URL(orgUrl).host;
    switch (failure.kind) {
        case 'timeout':
            return new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(what, `${host} did not answer within ${failure.seconds} s`, 'Run it again later; see status.okta.com.');
        case 'malformed':
            return new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(what, `the answer of ${host} (HTTP ${failure.status}) is no complete JSON`, 'Check that "org-url" is your Okta org and that no proxy rewrites its answers.');
        case 'page':
            return new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(what, `the answer of ${host} (HTTP ${failure.status}) is a web page`, 'Check that "org-url" is the address of your Okta org itself, and that no proxy answers in its place.');
        case 'oversized':
            return new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(what, `the answer of ${host} (HTTP ${failure.status}) is larger than any of Okta's`, 'Check that "org-url" is your Okta org and that no proxy rewrites its answers.');
        case 'connection': {
            const proxy = (0,_proxy_js__WEBPACK_IMPORTED_MODULE_1__/* .checkProxy */ .d)(orgUrl);
            if (proxy !== undefined)
                return new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(what, `the connection to ${host} failed (${failure.code}), which goes through the proxy ${proxy}`, 'Check the proxy, which https_proxy names, or name the host in no_proxy.');
            return new _util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(what, failure.code === 'ENOTFOUND'
                ? `the host ${host} does not exist`
                : `the connection to ${host} failed (${failure.code})`, 'Check "org-url", and that the runner reaches it (a proxy is taken from https_proxy and no_proxy).');
        }
    }
}
/** What to say when Okta, or something before it, refused. */
function explainRefusal(asked, response, error, connection) {
    const api = 'errorCode' in error ? error : undefined;
    const code = (0,_util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .clause */ .sb)(api?.errorCode);
    const text = api ? wordsOf(api) : (0,_util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .plainText */ .wh)(response.text);
    const refusal = {
        status: response.status,
        code,
        text,
        challenge: response.header('www-authenticate') ?? '',
    };
    return new OktaError(response.status, code, text || 'no reason given', asked.purpose, remedyFor(asked, refusal, connection, response), { cause: error });
}
/** Causes that are shown of a refusal: more than any real one has. */
const SHOWN_CAUSES = 20;
function wordsOf({ errorSummary, errorCauses = [] }) {
    const causes = errorCauses.slice(0, SHOWN_CAUSES).map((cause) => cause.errorSummary);
    return [errorSummary, ...causes].map(_util_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .clause */ .sb).filter(Boolean).join('; ');
}
/** Refusals that no role or scope would lift: self service is off, or the org does not have the feature (both recorded). */
const OFF_IN_THE_ORG = new Set(['E0000043', 'E0000015']);
function remedyFor(asked, refusal, connection, response) {
    const { status, text } = refusal;
    if (status >= 300 && status < 400) {
        const target = response.header('location') ?? '';
        const host = URL.canParse(target) ? new URL(target).host : 'another address';
        return `It redirects to ${host}, and credentials are not sent on. Check that "org-url" is the address of your Okta org itself.`;
    }
    if (OFF_IN_THE_ORG.has(refusal.code))
        return 'The org lacks a feature that this needs. Leave the setting out, or ask Okta to turn it on.';
    if (asked.isPublic && (status === 401 || status === 403))
        return 'Okta tells this to anybody: check that "org-url" is the address of your Okta org itself, and that no proxy answers in its place.';
    if (status === 401)
        return unauthorized(connection);
    if (status === 403)
        return forbidden(asked, refusal, connection);
    if (/Federation Broker Mode/i.test(text)) {
        return 'With Federation Broker Mode everybody in the org may use the app: leave "groups" and "users" out, or turn the mode off in the Admin Console.';
    }
    if (status === 400 && /dpop/i.test(refusal.challenge))
        return "Check the runner's clock: Okta takes a DPoP proof for five minutes.";
    if (status === 404 && /AppInstance/.test(text))
        return 'Check "app-id": an app ID looks like 0oa1b2c3d4E5F6g7H8i9 and belongs to one org.';
    if (status === 404 && /\(App\)/.test(text)) {
        return 'Check "catalog-app": it is the part after /admin/app/ in the address of such an app in the Admin Console.';
    }
    if (status === 429 || status >= 500 || status === 409 || status === 423)
        return 'It kept failing. Run it again later; see status.okta.com.';
    if (status === 400)
        return 'Change the inputs accordingly.';
    return 'Check "org-url" and the inputs.';
}
/** What a request reads, or `undefined` where Okta says that there is no such thing. */
async function ifThere(read) {
    try {
        return await read();
    }
    catch (error) {
        if (error instanceof OktaError && error.status === 404)
            return undefined;
        throw error;
    }
}
function unauthorized({ credentials, orgUrl }) {
    if (isAccessToken(credentials))
        return `Check "api-token": an access token lives for an hour at most, and must be one of ${new URL(orgUrl).host} itself, not of an authorization server of its own.`;
    return credentials.kind === 'api-token'
        ? `Check "api-token": it must be a token of ${new URL(orgUrl).host}, used within the last 30 days, not revoked, and allowed from the runner's network.`
        : `Check "auth-client-id" and "auth-private-key": the service app must be an active one of ${new URL(orgUrl).host}.`;
}
/** Whether it is an OAuth 2.0 token that an earlier step got elsewhere. */
function isAccessToken(credentials) {
    return credentials.kind === 'api-token' && credentials.scheme === 'Bearer';
}
/** The administrator roles that carry the permissions, by resource. Source: Okta's documentation of standard administrator roles. */
const ROLES = {
    apps: 'Application Administrator',
    groups: 'Group Administrator or Read-Only Administrator',
    users: 'Read-Only Administrator',
    trustedOrigins: 'Organization Administrator',
    policies: 'Read-Only Administrator',
    authorizationServers: 'API Access Management Administrator',
    appGrants: 'Super Administrator',
};
function forbidden({ method, path }, { challenge }, { credentials }) {
    const scope = (0,_authorization_js__WEBPACK_IMPORTED_MODULE_2__/* .scopeFor */ .a)(method, path) ?? 'okta.apps.manage';
    const role = ROLES[scope.split('.')[1] ?? ''] ?? 'Application Administrator';
    const isAccess = isAccessToken(credentials);
    const holder = isAccess ? "the token's client" : "the token's owner";
    const owner = credentials.kind === 'service-app' ? 'the service app' : holder;
    const ownerRole = `${owner} an administrator role that allows it, such as ${role}`;
    if (path.endsWith('/credentials/secrets')) {
        return `Give ${ownerRole}, or a custom one with the permission okta.apps.clientCredentials.read; or leave "output-client-secret" out.`;
    }
    if (credentials.kind === 'api-token' && !isAccess)
        return `Give ${ownerRole}.`;
    return /insufficient_scope/.test(challenge)
        ? `${isAccess ? `Get the token with the scope ${scope}` : `Grant the scope ${scope} to the service app (Okta API Scopes)`}, and give ${ownerRole}.`
        : `Give ${ownerRole}; the scope it needs is ${scope}.`;
}


/***/ }),

/***/ 8389:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ checkProxy)
/* harmony export */ });
/* harmony import */ var _actions_http_client_lib_proxy__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9783);
/* harmony import */ var _util_errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(17);
/* harmony import */ var _util_url_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(7997);



/**
 * Checks the proxy that the environment names for an org. What is no address would be passed over, and the org asked directly.
 *
 * @param orgUrl the org's origin
 * @returns the proxy's address, without a password; `undefined` where there is none on the way to the org
 * @throws {ActionError} where the variable holds no address; its text is not told, since it may hold a password
 */
function checkProxy(orgUrl) {
    const org = new URL(orgUrl);
    const variable = org.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
    const text = process.env[variable] || process.env[variable.toUpperCase()];
    if (!text || (0,_actions_http_client_lib_proxy__WEBPACK_IMPORTED_MODULE_0__/* .checkBypass */ .H)(org))
        return undefined;
    const url = (0,_util_url_js__WEBPACK_IMPORTED_MODULE_2__/* .parseUrl */ .Dl)(/^[a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    if (url && /^https?:$/.test(url.protocol) && url.hostname)
        return url.origin;
    throw new _util_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .ActionError */ .lZ(`Cannot reach ${org.host} through the proxy`, `${variable} holds no http address`, `Set it to one, as in http://proxy.example.com:3128, or name ${org.hostname} in no_proxy.`);
}


/***/ }),

/***/ 1975:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ retry)
/* harmony export */ });
/** Which failures of a request pass by themselves, and how long to wait for that. Pure: it neither waits nor sends. */
/** How often a request is sent at most, where it is not only a rate limit that stands in the way. */
const ATTEMPTS = 8;
/** And where nobody is there to answer, or not Okta: that is mostly a wrong address, and a server that starts anew is back at once. */
const ATTEMPTS_ELSEWHERE = 3;
const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 15_000;
/** Connections that another attempt would not bring about either: the name does not exist, or the certificate is not trusted. */
const PERMANENT = /^(ENOTFOUND|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_|ERR_SSL_|EPROTO)/;
/** Connections that are refused at once. */
const REFUSED = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/;
/** Milliseconds ahead at which a rate limit can be reset: one that is said to last longer says nothing. Okta's are of minutes. */
const LONGEST_LIMIT = 86_400_000;
/**
 * @param failure what happened
 * @param attempt how many attempts there have been, this one included
 * @param now the time here, in milliseconds since the epoch
 * @param random from 0 to 1, for jitter
 * @returns `undefined` where another attempt makes no sense
 */
function retry(failure, attempt, now, random) {
    if (failure.kind === 'response' && failure.status === 429)
        return rateLimit(failure, attempt, now, random);
    const isElsewhere = failure.kind === 'page' || (failure.kind === 'connection' && REFUSED.test(failure.code));
    if (attempt >= (isElsewhere ? ATTEMPTS_ELSEWHERE : ATTEMPTS))
        return undefined;
    const reason = reasonIfTransient(failure);
    return reason === undefined ? undefined : { wait: backoff(attempt, random), reason };
}
function reasonIfTransient(failure) {
    switch (failure.kind) {
        case 'connection':
            return PERMANENT.test(failure.code) ? undefined : `The connection to Okta failed (${failure.code})`;
        case 'timeout':
            return `Okta did not answer within ${failure.seconds} s`;
        case 'malformed':
            return "Okta's answer was cut short or was no JSON";
        case 'page':
            return "A web page came instead of Okta's answer";
        case 'response':
            return [409, 423].includes(failure.status) || failure.status >= 500
                ? `Okta answered ${failure.status}`
                : undefined;
        case 'oversized':
            return undefined;
    }
}
/** Grows twofold with every attempt, spread over its upper half. */
function backoff(attempt, random) {
    return Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (attempt - 1)) * (0.5 + random / 2);
}
/**
 * A rate limit is reset at the second that `x-rate-limit-reset` names, by Okta's clock (`date`); one second more makes up for their
 * whole seconds, as in Okta's SDKs. Several runs wait for the same reset, so each adds some seconds of its own.
 * A limit of 0 means too many requests at the same time: that passes at once, and the reset means nothing (documented).
 */
function rateLimit(failure, attempt, now, random) {
    if (failure.header('x-rate-limit-limit') === '0') {
        return { wait: backoff(attempt, random), reason: "Okta's limit on requests at the same time is reached" };
    }
    const reason = "Okta's rate limit is used up";
    const reset = Number(failure.header('x-rate-limit-reset') ?? Number.NaN) * 1000;
    const date = Date.parse(failure.header('date') ?? '');
    const untilReset = Math.max(0, reset - (Number.isNaN(date) ? now : date)) + 1000;
    if (!(reset > 0 && untilReset <= LONGEST_LIMIT))
        return { wait: backoff(attempt + 1, random), reason };
    return { wait: untilReset + random * 5000, reason: `${reason} until ${new Date(reset).toISOString()}` };
}


/***/ }),

/***/ 17:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   WE: () => (/* binding */ explain),
/* harmony export */   bs: () => (/* binding */ together),
/* harmony export */   dz: () => (/* binding */ InputError),
/* harmony export */   lZ: () => (/* binding */ ActionError),
/* harmony export */   sb: () => (/* binding */ clause),
/* harmony export */   vG: () => (/* binding */ RefusedChange),
/* harmony export */   wh: () => (/* binding */ plainText)
/* harmony export */ });
/* unused harmony exports SeveralErrors, eachOf */
/* harmony import */ var _log_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9906);

/**
 * A failure as it is told to the user: what failed, for which thing: why. What to do.
 * Everything that ends a run on purpose is one of these; any other error is a bug or comes from outside.
 */
class ActionError extends Error {
    what;
    why;
    remedy;
    constructor(what, why, remedy, options) {
        super(`${what}: ${sentence(why)} ${remedy}`.trim(), options);
        this.name = 'ActionError';
        this.what = what;
        this.why = why;
        this.remedy = remedy;
    }
    /** The message without what to do. */
    get problem() {
        return `${this.what}: ${sentence(this.why)}`;
    }
}
/** A change that the run may not make: its differences are told in a list of their own, not in the sentence. */
class RefusedChange extends ActionError {
    differences;
    constructor(what, why, remedy, differences) {
        super(what, why, remedy);
        this.name = 'RefusedChange';
        this.differences = differences;
    }
}
/** Failures of things that were tried side by side, or one after the other, told together. */
class SeveralErrors extends Error {
    errors;
    constructor(errors) {
        super(`Several things failed:\n${errors.map(({ message }) => `- ${message}`).join('\n')}`);
        this.name = 'SeveralErrors';
        this.errors = errors;
    }
}
/** The failures that an error tells of. */
function eachOf(error) {
    return error instanceof SeveralErrors ? error.errors : [error];
}
/** What several failures are thrown as: where all of them are told to the user, none hides another. */
function together(errors) {
    const each = errors.flatMap(eachOf);
    const told = each.filter((error) => error instanceof ActionError);
    return told.length > 1 && told.length === each.length ? new SeveralErrors(told) : errors[0];
}
/** Every problem with the inputs of a run, told together before the first request. */
class InputError extends Error {
    /** @param problems one sentence each, starting with the name of its input */
    constructor(problems) {
        super(problems.length === 1
            ? `The inputs cannot be used: ${problems.join('')}`
            : `The inputs cannot be used, for ${problems.length} reasons:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
        this.name = 'InputError';
    }
}
/**
 * What a failed run says, whatever was thrown.
 *
 * @param error anything that was thrown
 * @param done what the run had changed before it failed, one phrase each
 */
function explain(error, done = []) {
    const message = error instanceof Error && error.message ? error.message : String(error);
    if (done.length === 0)
        return message;
    return `${message} Done before the failure: ${done.join('; ')}. A re-run goes on from there.`;
}
/** What is looked at of a page from outside, and what is shown of it, in characters. */
const READ_OF_PAGE = 200_000;
const SHOWN_OF_PAGE = 200;
/**
 * The words of a page that a server shows to people, or that some proxy sent, as far as they are worth showing. The page is read once
 * from its start to its end, whatever it holds.
 */
function plainText(page) {
    const text = (0,_log_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E$)(page.slice(0, READ_OF_PAGE));
    const words = [];
    let at = 0;
    for (let tag = text.indexOf('<'); tag !== -1; tag = text.indexOf('<', at)) {
        const end = endOfTag(text, tag);
        if (end === -1)
            break;
        words.push(text.slice(at, tag));
        at = end;
    }
    words.push(text.slice(at));
    return words.join(' ').replace(/\s+/g, ' ').trim().slice(0, SHOWN_OF_PAGE);
}
/** Elements whose contents are not for people, by how they start, with how they end. */
const HIDDEN = [
    [/^<script/i, /<\/script/i],
    [/^<style/i, /<\/style/i],
];
/** Where the text goes on after a tag, and after all of a script or a style sheet; -1 where the tag does not end. */
function endOfTag(text, start) {
    const name = text.slice(start, start + 7);
    const [, end] = HIDDEN.find(([begin]) => begin.test(name)) ?? [];
    const length = end ? text.slice(start).search(end) : 0;
    return length === -1 ? text.length : text.indexOf('>', start + length) + 1 || -1;
}
/** What is shown of one sentence from outside, in characters. */
const SHOWN_OF_SENTENCE = 500;
/** A sentence from outside as part of one of ours: on one line, not too long, and without its full stop. What is no text says nothing. */
function clause(value) {
    if (typeof value !== 'string')
        return '';
    const text = (0,_log_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E$)(value);
    let end = Math.min(text.length, SHOWN_OF_SENTENCE);
    while (end > 0 && /[.\s]/.test(text.charAt(end - 1)))
        end -= 1;
    return text.slice(0, end).replace(/\s+/g, ' ');
}
function sentence(text) {
    return /[.!?]$/.test(text) ? text : `${text}.`;
}


/***/ }),

/***/ 4976:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gv: () => (/* binding */ isObject),
/* harmony export */   LC: () => (/* binding */ equal),
/* harmony export */   MY: () => (/* binding */ DEEPEST_INPUT),
/* harmony export */   QZ: () => (/* binding */ isDeeper),
/* harmony export */   b6: () => (/* binding */ textOf),
/* harmony export */   fK: () => (/* binding */ valueAt),
/* harmony export */   h7: () => (/* binding */ withValueAt),
/* harmony export */   z3: () => (/* binding */ isBlank)
/* harmony export */ });
function isObject(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
/** A value where text is expected: itself, or the empty string for anything else. */
function textOf(value) {
    return typeof value === 'string' ? value : '';
}
/** The value at a path, or `undefined` where any step of it is missing. */
function valueAt(object, path) {
    let value = object;
    for (const key of path) {
        if (!isObject(value) || !Object.hasOwn(value, key))
            return undefined;
        value = value[key];
    }
    return value;
}
/** A copy of the object with the value put at the path; `undefined` takes away what is there. The rest is shared, not copied. */
function withValueAt(object, path, value) {
    const [key, ...rest] = path;
    if (key === undefined)
        throw new RangeError('A path needs at least one key.');
    const copy = { ...object };
    const inner = copy[key];
    const next = rest.length === 0 ? value : withValueAt(isObject(inner) ? inner : {}, rest, value);
    if (next === undefined)
        Reflect.deleteProperty(copy, key);
    else
        Object.defineProperty(copy, key, { value: next, enumerable: true, configurable: true, writable: true });
    return copy;
}
/** Whether a value has more levels of lists and objects than that. Nothing that Okta knows is nested deeply, and what is breaks programs. */
function isDeeper(value, levels) {
    if (typeof value !== 'object' || value === null)
        return false;
    return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
/** Levels of lists and objects that an input may have. */
const DEEPEST_INPUT = 50;
/** Equal by value; the order of an object's keys does not count, the order of a list does. */
function equal(a, b) {
    if (Array.isArray(a) && Array.isArray(b))
        return a.length === b.length && a.every((item, i) => equal(item, b[i]));
    if (isObject(a) && isObject(b)) {
        const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
        return [...keys].every((key) => equal(a[key], b[key]));
    }
    return a === b;
}
/**
 * Whether a value says no more than its absence: Okta leaves such values out of an answer, or puts them in, as the org's features
 * have it (recorded: `participate_slo`, `consent_method`, `notes`).
 */
function isBlank(value) {
    if (value === undefined || value === null || value === false || value === '')
        return true;
    if (Array.isArray(value))
        return value.length === 0;
    return isObject(value) && Object.values(value).every(isBlank);
}


/***/ }),

/***/ 9906:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E$: () => (/* binding */ redact),
/* harmony export */   Ne: () => (/* binding */ openLog)
/* harmony export */ });
/* unused harmony export printable */
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(143);

/** Shorter lines of a multi-line secret are not masked: a lone brace or word would blank out harmless text all over the log. */
const SHORTEST_MASKED_LINE = 6;
/** Nor are shorter values: they are no secrets, but a hyphen that was given for one would be gone from every message. */
const SHORTEST_MASKED_VALUE = 4;
/** What is masked. It belongs to the process and not to the log, as the runner's own masks do: a run is a process. */
let masked = new Set();
/** The same, of what is left as it is where it is part of a longer word. */
let words = new Set();
/** A text with every masked value replaced by `***`; to be used before it is cut short or its characters are changed. */
function redact(text) {
    let redacted = text;
    for (const value of [...masked].sort((a, b) => b.length - a.length))
        redacted = redacted.replaceAll(value, '***');
    for (const word of words)
        redacted = withoutWord(redacted, word);
    return redacted;
}
/** Opens the log of a run, in which nothing is masked yet. */
function openLog() {
    masked = new Set();
    words = new Set();
    const given = new Set();
    const warnings = [];
    return {
        warnings,
        info: (line) => {
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq(printable(redact(line)));
        },
        notice: (text) => {
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .notice */ .lm(plain(redact(text)));
        },
        warning: (text) => {
            warnings.push(text);
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e(plain(redact(text)));
        },
        debug: (line) => {
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .debug */ .Yz(plain(redact(line)));
        },
        failed: (text) => {
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setFailed */ .C1(plain(redact(text)));
        },
        mask: (value, { isWord } = { isWord: false }) => {
            const lines = value
                .toWellFormed()
                .split(/\r?\n/)
                .map((part) => part.trim());
            const shortest = lines.length === 1 ? SHORTEST_MASKED_VALUE : SHORTEST_MASKED_LINE;
            for (const line of lines) {
                if (line.length < shortest || given.has(line) || (isWord && words.has(line)))
                    continue;
                if (!isWord)
                    given.add(line);
                for (const form of formsOf(line))
                    (isWord ? words : masked).add(form);
                _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setSecret */ .Pq(line);
            }
        },
        redact,
    };
}
/** Replaces a word where it is not part of a longer one, or of an address. */
function withoutWord(text, word) {
    return text
        .split(word)
        .reduce((before, after) => /[\w./-]/.test(before.slice(-1)) || /^([\w/-]|\.\w)/.test(after)
        ? before + word + after
        : `${before}***${after}`);
}
/** The shortest value that is also looked for in lower case, as hosts and words are written: shorter ones may be words themselves. */
const SHORTEST_FOLDED = 12;
/** How pages write the characters that mean something in HTML: by name, as far as most do, or all by number. */
const BY_NAME = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
};
const MARKUP = /[&<>"']/g;
/** A value as it is written in texts, in addresses and their parts, in queries, in JSON and in pages. */
function formsOf(value) {
    const query = new URLSearchParams({ '': value }).toString().slice(1);
    const url = new URL('http://host/');
    url.pathname = url.search = url.hash = value;
    const forms = [
        value,
        encodeURIComponent(value),
        query,
        JSON.stringify(value).slice(1, -1),
        url.pathname.slice(1),
        url.search.slice(1),
        url.hash.slice(1),
        value.replace(MARKUP, (character) => BY_NAME[character] ?? character),
        value.replace(MARKUP, (character) => `&#${character.charCodeAt(0)};`),
    ].filter((form) => form.length >= SHORTEST_MASKED_VALUE);
    return new Set([
        ...forms,
        ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase())),
        ...forms.filter(({ length }) => length >= SHORTEST_FOLDED).map((form) => form.toLowerCase()),
    ]);
}
/** The text of an annotation, in which only line ends and tabs are left of the characters that steer a terminal, and none of those that turn a line around. */
function plain(text) {
    return text.replace(/\r\n?/g, '\n').replace(/(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu, escape);
}
function escape(character) {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
/**
 * A text as one harmless log line. The runner reads a line that starts with `::`, and `##[` anywhere in a line, as a command;
 * both are broken up with a zero-width space, and control characters are shown as escapes.
 */
function printable(text) {
    return text
        .replace(/(?!\t)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) => character === '\n' ? '\\n' : escape(character))
        .replaceAll('##[', '#\u200b#[')
        .replace(/^(\s*):(?=:)/, '$1\u200b:');
}


/***/ }),

/***/ 3660:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ nearest)
/* harmony export */ });
/* unused harmony export nearestNames */
/* harmony import */ var fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1916);

/** What somebody may have meant who has written something else. */
/**
 * The word that may have been meant: case, hyphens, underscores and blanks do not count, and few of the letters may differ.
 *
 * @param words what there is to be meant
 * @param most letters that may differ; never more than a third of the word that is meant
 * @param keyOf the part of a word that is compared
 */
function nearest(written, words, most = 2, keyOf = (word) => word) {
    const plain = (text) => text.replace(/[-_\s]/g, '').toLowerCase();
    const [first] = nearestFirst(plain(written), words, (word) => plain(keyOf(word)), (key, away) => away <= Math.min(most, key.length / 3));
    return first;
}
const SHOWN_NAMES = 3;
/**
 * The names that are most like a written one, if any is: a few letters differ, or one goes on where the other, which is not much shorter,
 * ends. Others are nobody's business, since many can read a log.
 */
function nearestNames(written, names) {
    const wanted = written.toLowerCase();
    const isNear = (key, away) => {
        const [shorter, longer] = key.length < wanted.length ? [key, wanted] : [wanted, key];
        if (longer.startsWith(shorter) && shorter.length >= longer.length / 2)
            return true;
        return away <= Math.max(2, shorter.length / 4);
    };
    return nearestFirst(wanted, names, (name) => name.toLowerCase(), isNear).slice(0, SHOWN_NAMES);
}
/** @param isNear whether something may be meant, by its key and the letters in which that differs from what is wanted */
function nearestFirst(wanted, candidates, keyOf, isNear) {
    const near = [...new Set(candidates)].flatMap((candidate) => {
        const key = keyOf(candidate);
        const away = (0,fastest_levenshtein__WEBPACK_IMPORTED_MODULE_0__/* .distance */ .Io)(wanted, key);
        return isNear(key, away) ? [{ candidate, away }] : [];
    });
    return near.sort((a, b) => a.away - b.away).map(({ candidate }) => candidate);
}


/***/ }),

/***/ 7997:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A$: () => (/* binding */ hasUserInfo),
/* harmony export */   Dl: () => (/* binding */ parseUrl),
/* harmony export */   U9: () => (/* binding */ isLoopback),
/* harmony export */   oF: () => (/* binding */ percentDecoded),
/* harmony export */   sl: () => (/* binding */ withoutUserInfo)
/* harmony export */ });
/** The URL that a text is, or `undefined` where it is none. */
function parseUrl(text) {
    return URL.canParse(text) ? new URL(text) : undefined;
}
/** A text that was percent-encoded; as it is where it cannot have been. */
function percentDecoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
/** Whether a host is this machine itself, so that nothing sent there travels a network. */
function isLoopback(hostname) {
    return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
/** Whether a URI names a user before its host, perhaps with a password. */
function hasUserInfo(uri) {
    return USER_INFO.test(uri);
}
/** A URI as it may be shown: what stands before an `@` in front of the host may be a password. */
function withoutUserInfo(uri) {
    return uri.replace(USER_INFO, '$1***@');
}
const USER_INFO = /^([a-z][a-z0-9+.-]*:[/\\]{1,2})[^/\\?#]*@/i;


/***/ })

};
