export const id = 928;
export const ids = [928];
export const modules = {

/***/ 5928:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./src/app/ownership/owner.ts
var ownership_owner = __webpack_require__(6958);
// EXTERNAL MODULE: ./src/github/pulls.ts + 1 modules
var pulls = __webpack_require__(9254);
// EXTERNAL MODULE: ./src/report/mask.ts
var report_mask = __webpack_require__(9488);
// EXTERNAL MODULE: ./src/util/errors.ts
var errors = __webpack_require__(17);
// EXTERNAL MODULE: ./src/world.ts + 18 modules
var src_world = __webpack_require__(8781);
// EXTERNAL MODULE: ./src/inputs/connection.ts + 1 modules
var inputs_connection = __webpack_require__(3688);
// EXTERNAL MODULE: ./src/util/input-reader.ts
var input_reader = __webpack_require__(1134);
;// CONCATENATED MODULE: ./src/sweep/inputs.ts




/**
 * Reads and checks every input of the action.
 *
 * @throws {InputError} with every problem at once
 */
function readSweepInputs(github, log) {
    const reader = new input_reader/* InputReader */.i();
    const connection = (0,inputs_connection/* readConnection */.d)(reader, { ...github, withoutSecrets: undefined }, log);
    const githubToken = reader.text('github-token');
    if (githubToken === undefined) {
        reader.problem('github-token', `is empty, and only GitHub can tell which pull requests are closed. Leave the input out to use the workflow's own token. ${pulls/* NEEDED_PERMISSION */.u}`);
    }
    const inputs = {
        namePrefix: reader.line('name-prefix') ?? '',
        sharedApp: reader.line('shared-app'),
        dryRun: reader.flag('dry-run') ?? false,
        allRepositories: reader.flag('all-repositories') ?? false,
        maxDeletions: reader.number('max-deletions', 0, 10_000, 'apps and URIs') ?? 25,
        timeoutSeconds: reader.number('timeout-seconds', 1, 21_600, 'seconds') ?? 300,
        settleSeconds: 3,
    };
    if (inputs.allRepositories && !inputs.dryRun) {
        reader.problem('all-repositories', 'is true, and a run that deletes looks at its own repository only. Set "dry-run: true", or leave it out.');
    }
    if (inputs.allRepositories && !github.isPrivate) {
        reader.problem('all-repositories', 'is true, and the event does not say that this repository is private: everybody could read which apps there are. Run it in a private repository.');
    }
    reader.checkUnknown(log);
    if (reader.problems.length > 0 || !connection || githubToken === undefined)
        throw new errors/* InputError */.dz(reader.problems);
    return { connection, githubToken, ...inputs };
}

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 16 modules
var core = __webpack_require__(3340);
// EXTERNAL MODULE: ./src/report/markdown.ts
var markdown = __webpack_require__(4285);
// EXTERNAL MODULE: ./src/report/summary.ts
var summary = __webpack_require__(7994);
// EXTERNAL MODULE: ./src/util/log.ts
var util_log = __webpack_require__(9906);
// EXTERNAL MODULE: ./src/app/app.ts
var app_app = __webpack_require__(6208);
// EXTERNAL MODULE: ./src/app/ownership/expiry.ts
var expiry = __webpack_require__(2658);
// EXTERNAL MODULE: ./src/app/ownership/claims.ts
var claims = __webpack_require__(2804);
// EXTERNAL MODULE: ./src/app/ownership/mark.ts
var mark = __webpack_require__(1960);
;// CONCATENATED MODULE: ./src/sweep/plan.ts





/** The apps of this repository that are not permanent, out of all apps that were looked at. */
function temporaryApps(apps, repository) {
    return apps.filter(app_app/* isOidc */.mo).flatMap((app) => temporary(app, repository) ?? []);
}
/** A sentence in an app's notes alone is not enough to delete it. */
function temporary(app, repository) {
    const { owner, source, expires } = (0,mark/* markOf */.Fg)(app);
    if (!owner || source !== 'profile' || !(0,ownership_owner/* sameRepository */.RB)(repository, owner))
        return undefined;
    return owner.pullRequest === undefined && expires === undefined ? undefined : { app, owner, expires };
}
/** What this repository's runs have added to a shared app. */
function temporaryClaims(app, repository) {
    return (0,mark/* markOf */.Fg)(app).claims.filter(({ owner }) => (0,ownership_owner/* sameRepository */.RB)(repository, owner));
}
/** The pull requests that GitHub has to be asked about. */
function undecided(things, now) {
    return things.flatMap(({ owner, expires }) => ((0,expiry/* isExpired */._d)(expires, now) ? [] : (owner.pullRequest ?? [])));
}
function endOf({ owner, expires }, { states, now }) {
    if ((0,expiry/* isExpired */._d)(expires, now))
        return 'expired';
    return owner.pullRequest !== undefined && states.get(owner.pullRequest) === 'closed' ? 'closed' : undefined;
}
/**
 * The app, if it has ended.
 *
 * @param app as it is now
 */
function endedApp(app, facts) {
    const found = temporary(app, facts.repository);
    const end = found && endOf(found, facts);
    return end && !(0,claims/* isShared */.yM)(app, facts.now) ? { ...found, end } : undefined;
}
/** Decides what is removed. */
function planSweep(apps, sharedApp, facts) {
    const ended = apps
        .filter(({ app }) => app.id !== sharedApp?.id)
        .flatMap(({ app }) => endedApp(app, facts) ?? []);
    return {
        remove: [...ended.filter(isClosed), ...ended.filter((one) => !isClosed(one))],
        keep: apps.filter(({ app }) => !ended.some((gone) => gone.app.id === app.id)),
        shared: sharedApp && planSharedSweep(sharedApp, facts),
        unknown: [...facts.states].flatMap(([number, state]) => (state === 'unknown' ? [number] : [])),
    };
}
function isClosed({ end }) {
    return end === 'closed';
}
/** Decides what is removed from a shared app. */
function planSharedSweep(app, facts) {
    const isEnded = (claim) => (0,ownership_owner/* sameRepository */.RB)(facts.repository, claim.owner) && endOf(claim, facts) !== undefined;
    const plan = (current) => (0,claims/* planGivingUp */.RC)(current, (0,mark/* markOf */.Fg)(current).claims.filter(isEnded), isEnded);
    const entries = temporaryClaims(app, facts.repository).flatMap((claim) => {
        const end = endOf(claim, facts);
        return end ? [{ list: claim.list, uri: claim.uri, end }] : [];
    });
    return { app, entries: unclaimed(entries, plan(app).claims), plan };
}
/** Those of the entries that no claim names, each once. */
function unclaimed(entries, claims) {
    const isSame = (a, b) => a.list === b.list && a.uri === b.uri;
    return entries.filter((entry, i) => !claims.some((claim) => isSame(claim, entry)) &&
        entries.findIndex((other) => isSame(other, entry)) === i);
}

;// CONCATENATED MODULE: ./src/sweep/inventory.ts






/** Whether an app is listed: one that carries this repository's mark, or with `everybody` any repository's. */
function isListed(app, repository, everybody) {
    const { owner } = (0,mark/* markOf */.Fg)(app);
    return (0,app_app/* isOidc */.mo)(app) && owner !== undefined && (everybody || (0,ownership_owner/* sameRepository */.RB)(repository, owner));
}
const DAY_MS = 86_400_000;
/**
 * The apps as a list.
 *
 * @param apps all that are listed
 * @param removed those of them that were deleted; in a dry run, those that would be
 */
function inventoryOf(apps, removed, facts) {
    const ended = new Map(removed.map((each) => [each.app.id, each]));
    return apps.flatMap((app) => {
        const { owner, expires } = (0,mark/* markOf */.Fg)(app);
        if (!owner)
            return [];
        const end = ended.get(app.id);
        return [
            {
                name: app.label,
                appId: ((0,app_app/* clientIdOf */.Am)(app) ?? app.id) === app.id ? undefined : app.id,
                owner: (0,ownership_owner/* ownerName */.Hc)(owner),
                ageDays: Math.max(0, Math.floor((facts.now - Date.parse(app.created)) / DAY_MS)) || 0,
                expires,
                action: end ? 'deleted' : 'kept',
                why: end ? (isClosed(end) ? 'its pull request is closed' : 'it has expired') : whyKept(app, facts),
            },
        ];
    });
}
function whyKept(app, { repository, states, now }) {
    const { owner, expires, source } = (0,mark/* markOf */.Fg)(app);
    if (!owner || !(0,ownership_owner/* sameRepository */.RB)(repository, owner))
        return "it is another repository's";
    if (source === 'note')
        return 'only the sentence in its notes says whose it is';
    const isOver = (0,expiry/* isExpired */._d)(expires, now);
    if ((0,ownership_owner/* isPermanent */.lE)(owner) && expires === undefined)
        return 'it is permanent';
    const state = owner.pullRequest === undefined ? undefined : states.get(owner.pullRequest);
    if ((isOver || state === 'closed') && (0,claims/* isShared */.yM)(app, now))
        return 'others have URIs on it';
    if (isOver || state === 'closed')
        return 'it could not be deleted';
    if (state === 'open')
        return 'its pull request is open';
    if (state === 'unknown')
        return 'GitHub does not know its pull request';
    return expires === undefined ? 'it has no end of its own' : 'it has not expired';
}
/** The list as the output `apps`. */
function inventoryJson(items) {
    return items.map(({ name, appId, owner, ageDays, expires, action, why }) => ({
        name,
        ...(appId !== undefined && { app_id: appId }),
        owner,
        age_days: ageDays,
        expires: expires ?? null,
        action,
        why,
    }));
}

;// CONCATENATED MODULE: ./src/sweep/report.ts






/** Writes the outputs and the last log lines. */
function reportSweep(plan, removal, dryRun, log) {
    if (dryRun)
        for (const line of intentions(plan, removal))
            log.info(`Dry run: ${line}`);
    log.info(sentence(plan, removal, dryRun));
    core/* setOutput */.uH('deleted', names(removal.apps));
    core/* setOutput */.uH('kept', names(keptBy(plan, removal)));
    core/* setOutput */.uH('changed', String(removal.apps.length > 0 || removal.entries.length > 0));
    const apps = inventoryJson(inventoryOf(plan.apps, removal.apps, plan.facts));
    core/* setOutput */.uH('apps', JSON.stringify((0,util_log/* redactedJson */.Rh)(apps)));
}
function keptBy(plan, { apps }) {
    const gone = new Set(apps.map(({ app }) => app.id));
    return [...plan.remove, ...plan.keep].filter(({ app }) => !gone.has(app.id));
}
function names(apps) {
    return JSON.stringify(apps.map(({ app }) => app.label));
}
/** Why an app is deleted, as the end of a sentence: its pull request, which is closed, or when it expired. */
function whyGone({ end, owner, expires }) {
    return end === 'closed' ? `of pull request #${owner.pullRequest ?? 0}` : `that expired at ${expires ?? ''}`;
}
/** The owner of something, among the things of one repository. */
function shortName({ pullRequest, branch, job }) {
    if (pullRequest !== undefined)
        return `pull request #${pullRequest}`;
    return branch === undefined ? (job === undefined ? 'the repository' : `job ${job}`) : `branch ${branch}`;
}
function intentions({ shared }, { apps, entries }) {
    return [
        ...apps.map((ended) => `would delete the app "${ended.app.label}" ${whyGone(ended)}.`),
        ...entries.map(({ uri }) => `would remove ${uri} from the shared app "${shared?.app.label ?? ''}".`),
    ];
}
function sentence(plan, removal, dryRun) {
    const { apps, entries } = removal;
    const be = (count) => (dryRun ? 'would be' : count === 1 ? 'was' : 'were');
    const closed = apps.filter(isClosed).length;
    const expired = apps.length - closed;
    const ended = [
        closed > 0 && `${counted(closed, 'app')} of closed pull requests`,
        expired > 0 && counted(expired, 'expired app'),
    ];
    const expiredUris = entries.filter((entry) => !isClosed(entry)).length;
    const ofThese = expiredUris > 0 ? `, of which ${expiredUris} had expired` : '';
    const removed = [
        apps.length > 0 && `${ended.filter(Boolean).join(' and ')} ${be(apps.length)} deleted`,
        entries.length > 0 &&
            `${counted(entries.length, 'URI')} ${be(entries.length)} removed from the shared app${ofThese}`,
    ];
    const kept = keptBy(plan, removal).length;
    const later = kept > 0 ? `; ${counted(kept, 'temporary app')} ${kept === 1 ? 'is' : 'are'} kept for now` : '';
    return `${removed.filter(Boolean).join(', and ') || `Nothing ${be(1)} removed`}${later}.`;
}
/** A number with its noun: `1 app`, `2 apps`. */
function counted(count, noun) {
    return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
/** Rows of a table that anybody would read. */
const SHOWN_ROWS = 500;
/** The job summary of a sweep, of what it knows at its end. */
function sweepSummary({ orgUrl, dryRun = false, plan, removal }, ending) {
    const told = plan && removal ? (0,summary/* hidden */.R)(sentence(plan, removal, dryRun)) : '';
    const parts = [
        told && `${dryRun ? '**Dry run.** ' : ''}${told}`,
        ...(0,summary/* trouble */.U$)(ending),
        orgUrl === undefined ? '' : `Org ${(0,summary/* hidden */.R)(new URL(orgUrl).host)}`,
        removal && plan ? table(plan, removal, dryRun) : '',
        removal && plan ? keptApps(plan, removal) : '',
    ].filter((part) => part !== '');
    return (0,util_log/* redact */.E$)(`### Okta sweep\n\n${(0,markdown/* fitted */.$5)(parts)}\n\n`);
}
function table({ shared }, removal, dryRun) {
    const rows = [
        ...removal.apps.map(({ app, owner, end, expires }) => `| ${(0,summary/* hidden */.R)(app.label)} | ${(0,summary/* hidden */.R)(shortName(owner))} | ${why(end, expires)} |`),
        ...removal.entries.map(({ uri, end }) => `| ${(0,summary/* hidden */.R)(uri)} | the shared app ${(0,summary/* hidden */.R)(shared?.app.label ?? '')} | ${why(end)} |`),
    ];
    if (rows.length === 0)
        return '';
    return [
        `| ${dryRun ? 'Would be removed' : 'Removed'} | Of | Why |`,
        '| --- | --- | --- |',
        ...rows.slice(0, SHOWN_ROWS),
        ...(rows.length > SHOWN_ROWS ? [`| and ${rows.length - SHOWN_ROWS} more, see the log | | |`] : []),
    ].join('\n');
}
/** Which apps are kept, their owners, and why. */
function keptApps(plan, removal) {
    const kept = inventoryOf(plan.apps, removal.apps, plan.facts).filter(({ action }) => action === 'kept');
    if (kept.length === 0)
        return '';
    const rows = kept.map(({ name, owner, ageDays, expires = '', why }) => `| ${(0,summary/* hidden */.R)(name)} | ${(0,summary/* hidden */.R)(owner)} | ${counted(ageDays, 'day')} | ${(0,summary/* hidden */.R)(expires)} | ${why} |`);
    return [
        '| Kept | Of | Age | Expires | Why |',
        '| --- | --- | --- | --- | --- |',
        ...rows.slice(0, SHOWN_ROWS),
        ...(rows.length > SHOWN_ROWS
            ? [`| and ${rows.length - SHOWN_ROWS} more, see the output "apps" | | | | |`]
            : []),
    ].join('\n');
}
function why(end, expires = '') {
    return end === 'closed' ? 'closed' : `expired ${(0,summary/* hidden */.R)(expires)}`.trim();
}

// EXTERNAL MODULE: ./src/app/addresses/origin-name.ts
var origin_name = __webpack_require__(1502);
// EXTERNAL MODULE: ./src/apply/remove-app.ts
var remove_app = __webpack_require__(5312);
// EXTERNAL MODULE: ./src/apply/ensure-shared.ts + 3 modules
var ensure_shared = __webpack_require__(1006);
// EXTERNAL MODULE: ./src/resources/origin-listing.ts
var origin_listing = __webpack_require__(1050);
// EXTERNAL MODULE: ./src/okta/http/errors.ts
var http_errors = __webpack_require__(1739);
// EXTERNAL MODULE: ./src/app/match.ts
var match = __webpack_require__(3138);
;// CONCATENATED MODULE: ./src/sweep/shared-app.ts




/**
 * Finds the shared app by its name or ID.
 *
 * @throws {ActionError} if none exists, or several have the name
 */
async function findSharedApp(okta, nameOrId) {
    const apps = (await withId(okta, nameOrId)) ?? (await okta.findApps(nameOrId));
    const [app, ...others] = apps.filter(app_app/* isOidc */.mo);
    if (!app) {
        throw new errors/* ActionError */.lZ(`Cannot find the shared app "${nameOrId}"`, 'Okta has no OIDC app of exactly that name or ID', 'Check "shared-app".');
    }
    if (others.length === 0)
        return app;
    throw new errors/* ActionError */.lZ(`Cannot tell which app is meant by "${nameOrId}"`, `${others.length + 1} apps have that name: ${(0,match/* toldApart */.Yg)([app, ...others], true).join(', ')}`, 'Give the ID of the right one as "shared-app".');
}
async function withId(okta, id) {
    if (!(0,app_app/* isAppId */.tq)(id))
        return undefined;
    try {
        return [await okta.getApp(id)];
    }
    catch (error) {
        if (error instanceof http_errors/* OktaError */.Qu && error.status === 404)
            return undefined;
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/sweep/sweep.ts













/**
 * Removes what closed pull requests of this repository left behind, and what has expired. What cannot be removed does not stop the rest.
 *
 * @param known takes up what is found and done
 * @throws {ActionError} before anything is removed, if that would be more than `max-deletions`; and at the end, if something could not be
 *   removed
 */
async function sweep(session, inputs, surveyed, known) {
    const { log } = session;
    const { repository } = surveyed.repository;
    const plan = await survey(session, inputs, surveyed);
    if (plan.unknown.length > 0)
        log.warning(unknownWarning(repository, plan.unknown));
    const tooMany = excess(repository, inputs.maxDeletions, plan);
    if (tooMany && !inputs.dryRun)
        throw tooMany;
    if (tooMany)
        log.warning(`Without "dry-run" this run would fail: ${tooMany.message}`);
    const removal = inputs.dryRun
        ? { apps: plan.remove, entries: plan.shared?.entries ?? [], failures: [] }
        : await carryOut(session, plan, surveyed);
    Object.assign(known, { plan, removal, dryRun: inputs.dryRun });
    reportSweep(plan, removal, inputs.dryRun, log);
    const [failure, ...others] = removal.failures;
    if (failure)
        throw others.length > 0 ? new errors/* SeveralErrors */.AJ(removal.failures) : failure;
}
/** Finds out what exists, and what GitHub says of the pull requests that it belongs to. */
async function survey(session, inputs, surveyed) {
    const { okta, log } = session;
    const { repository, mask } = surveyed;
    const sharedApp = inputs.sharedApp === undefined ? undefined : await findSharedApp(okta, inputs.sharedApp);
    let looked = 0;
    const apps = await okta.listApps(inputs.namePrefix, (app) => {
        if (!app.label.startsWith(inputs.namePrefix))
            return false;
        looked += 1;
        return isListed(app, repository, inputs.allRepositories);
    });
    if (looked === 0 && inputs.namePrefix !== '')
        log.notice(`No app has a name that starts with "${inputs.namePrefix}": check "name-prefix".`);
    const temporary = temporaryApps(apps, repository);
    for (const app of apps)
        mask(app);
    const claims = sharedApp ? temporaryClaims(sharedApp, repository) : [];
    const facts = await factsAbout(session, surveyed, [...temporary, ...claims]);
    log.info(`Looked at ${counted(looked, 'app')}. Of ${repository.repository}, and temporary: ${temporary.length}.`);
    return { ...planSweep(temporary, sharedApp, facts), apps, facts };
}
/** Asks GitHub about what only a pull request's state decides: for what has expired it need not be asked. */
async function factsAbout({ okta }, { repository, pullRequests }, things) {
    const now = okta.now();
    return { repository, now, states: await pullRequests.states(undecided(things, now)) };
}
function unknownWarning(repository, numbers) {
    const list = numbers.map((number) => `#${number}`).join(', ');
    return `GitHub does not know these pull requests of ${repository}: ${list}. What belongs to them was left alone: delete it by hand if it is no longer needed.`;
}
function excess(repository, maxDeletions, { remove, shared }) {
    const entries = shared?.entries ?? [];
    if (remove.length + entries.length <= maxDeletions)
        return undefined;
    const expired = [...remove, ...entries].every(isClosed) ? '' : ' and what has expired';
    return new errors/* ActionError */.lZ(`Cannot sweep ${repository}`, `closed pull requests${expired} left ${counted(remove.length, 'app')} and ${counted(entries.length, 'URI')} of the shared app behind, more than "max-deletions" (${maxDeletions}) allows; nothing was removed`, 'Look with "dry-run: true" at what would go, then raise "max-deletions".');
}
/** Continues after a refusal, which is about one thing, but not if Okta or GitHub gives no answer, or the time is over. */
async function carryOut(session, plan, surveyed) {
    const removal = { apps: [], entries: [], failures: [] };
    const steps = plan.remove.map((ended) => async () => {
        if (await removeEnded(session, ended, surveyed))
            removal.apps.push(ended);
    });
    const { shared } = plan;
    if (shared)
        steps.push(() => sweepShared(session, shared, surveyed, removal.entries));
    for (const step of steps) {
        try {
            await step();
        }
        catch (error) {
            const told = (0,errors/* eachOf */.pQ)(error).filter((each) => each instanceof errors/* ActionError */.lZ);
            if (told.length === 0)
                throw error;
            removal.failures.push(...told);
            if (!told.every((each) => each instanceof http_errors/* OktaError */.Qu))
                break;
        }
    }
    return removal;
}
/**
 * Removes an app, if it still is to be removed: reading many apps takes time, and meanwhile a pull request may be reopened, or its app be
 * taken over or renewed. GitHub is asked first, so that nothing comes between the last look at the app and its end.
 *
 * @returns whether it is gone
 */
async function removeEnded(session, ended, surveyed) {
    const { okta, log, record } = session;
    const { app } = ended;
    const now = okta.now();
    const [number] = undecided([ended], now);
    const removed = await (0,remove_app/* removeApp */._)(session, app, async () => {
        const states = new Map(number === undefined ? [] : [[number, await surveyed.pullRequests.state(number)]]);
        const facts = { repository: surveyed.repository, states, now };
        return (current) => {
            const why = whyStays(current, ended, facts);
            if (why !== undefined)
                log.notice(`The app "${app.label}" is kept: ${why}.`);
            return why === undefined;
        };
    });
    if (removed === 'deleted')
        record(`deleted the app "${app.label}" ${whyGone(ended)}`);
    return removed !== 'retained';
}
/** Why an app that was to be removed is kept as it is now, if it is. */
function whyStays(current, { owner }, facts) {
    const marked = (0,mark/* markOf */.Fg)(current).owner;
    if (!marked || !(0,ownership_owner/* sameOwner */.s0)(owner, marked) || (0,claims/* isShared */.yM)(current, facts.now))
        return `it no longer belongs to ${shortName(owner)} alone`;
    if (endedApp(current, facts))
        return undefined;
    const [asked] = facts.states;
    if (!asked)
        return 'it has been renewed';
    const [number, state] = asked;
    return state === 'open'
        ? `pull request #${number} is not closed any more`
        : `GitHub does not show pull request #${number} any more`;
}
/**
 * Reads the app and asks GitHub again, as right before every removal. Origins are removed before their claims: if the sweep stops in
 * between, the next one finds the origin by the claim.
 *
 * @param removed takes up what was removed, also if a later part fails
 */
async function sweepShared(session, { app: listed }, surveyed, removed) {
    const readAt = session.deadline.clock.now();
    const app = await session.okta.getApp(listed.id);
    const planNow = async () => planSharedSweep(app, await factsAbout(session, surveyed, temporaryClaims(app, surveyed.repository)));
    let planned = await planNow();
    const { entries } = planned;
    const plan = (current) => planned.plan(current);
    const ask = async () => {
        planned = await planNow();
    };
    const goes = (current) => {
        const { claims } = plan(current);
        return (0,origin_listing/* givenUp */.bW)((0,mark/* markOf */.Fg)(current), { claims });
    };
    const origins = await (0,origin_listing/* findListed */.dt)(session, app, goes(app));
    const released = await (0,origin_listing/* releaseOrigins */.dW)(session, app, origins, goes, ask);
    const kept = origins.filter((origin) => !released.includes(origin));
    const isGone = ({ list, uri }) => list === 'trusted-origins' &&
        goes(app).includes(uri) &&
        !kept.some(({ origin }) => (0,origin_name/* sameOrigin */.Nm)(origin, uri));
    removed.push(...entries.filter(isGone));
    const written = await (0,ensure_shared/* writeShared */.b)(session, { app, readAt }, { plan, ask });
    const gone = unclaimed(entries, (0,mark/* markOf */.Fg)(written.item).claims);
    removed.push(...gone.filter(({ list }) => list !== 'trusted-origins'));
}

;// CONCATENATED MODULE: ./src/sweep/run.ts








/** Runs the sweep once, from its inputs to its outputs. */
function run(world = {}) {
    const known = {};
    return (0,src_world/* runAction */.Cs)(world, (begun) => start(begun, known), (ending) => sweepSummary(known, ending));
}
/** @param known takes up what the run comes to know of itself, for the summary */
async function start(begun, known) {
    const { requestTimeout, github, log } = begun;
    const inputs = readSweepInputs(github, log);
    known.orgUrl = inputs.connection.orgUrl;
    if (github.repository === '') {
        throw new errors/* ActionError */.lZ('Cannot sweep', 'the variable GITHUB_REPOSITORY does not say whose apps to look for', 'Run it in a GitHub workflow.');
    }
    const deadline = (0,src_world/* startTime */.Sv)(begun, inputs.timeoutSeconds);
    const mask = (app) => {
        (0,report_mask/* maskApp */.AT)(app, true, log);
    };
    const scopes = ['okta.apps.read', ...(inputs.dryRun ? [] : ['okta.apps.manage'])];
    const session = await (0,src_world/* openSession */.fA)(begun, { ...inputs, scopes, deadline, onApp: mask });
    const pullRequests = (0,pulls/* pullRequestsOf */.T)({ github, token: inputs.githubToken, deadline, log, requestTimeout });
    const repository = { ...(0,ownership_owner/* ownerOf */.bf)(github.run), pullRequest: undefined };
    await sweep(session, inputs, { repository, pullRequests, mask }, known);
}


/***/ })

};
