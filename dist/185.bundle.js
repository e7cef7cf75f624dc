export const id = 185;
export const ids = [185];
export const modules = {

/***/ 7185:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  run: () => (/* binding */ run)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 16 modules
var core = __webpack_require__(3340);
// EXTERNAL MODULE: ./src/app/ownership/owner.ts
var ownership_owner = __webpack_require__(6958);
// EXTERNAL MODULE: ./src/apply/permission.ts
var apply_permission = __webpack_require__(9761);
// EXTERNAL MODULE: ./src/apply/ensure-shared.ts + 3 modules
var ensure_shared = __webpack_require__(1006);
// EXTERNAL MODULE: ./src/app/ownership/claims.ts
var claims = __webpack_require__(2804);
// EXTERNAL MODULE: ./src/app/ownership/mark.ts
var mark = __webpack_require__(1960);
// EXTERNAL MODULE: ./src/okta/http/errors.ts
var errors = __webpack_require__(1739);
// EXTERNAL MODULE: ./src/apply/remove-app.ts
var remove_app = __webpack_require__(5312);
;// CONCATENATED MODULE: ./src/apply/remove-job.ts





/**
 * Deletes the app that was made for one job, and no other. A list may show a new app late, so a list without it is asked for again. If
 * others have added URIs to it, it is kept, with a warning: the sweep looks after its time of expiry.
 *
 * @param label of the app
 * @param job the owner in the app's mark, as Okta shows it: this repository, this run and the job's ID
 * @param known ID of the app, if the job came to know it
 */
async function removeJob(session, label, job, known) {
    const { okta, deadline, settleTime, log, record } = session;
    const isOf = (app) => {
        const { owner } = (0,mark/* markOf */.Fg)(app);
        return owner !== undefined && (0,ownership_owner/* sameOwner */.s0)(job, owner);
    };
    const mayGo = (app) => {
        if (!isOf(app))
            return false;
        if (!(0,claims/* isShared */.yM)(app, okta.now()))
            return true;
        log.warning(`The app "${app.label}" of this job is kept: others have added URIs to it. Once those are removed or have expired, and the app has expired, the sweep action deletes it.`);
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
        if ((await (0,remove_app/* removeApp */._)(session, app, () => Promise.resolve(mayGo))) === 'deleted')
            record(`deleted the app "${app.label}" of this job`);
    }
    if (!isThere)
        log.info('There is no app of this job.');
}

// EXTERNAL MODULE: ./src/inputs/job-word.ts
var job_word = __webpack_require__(9223);
// EXTERNAL MODULE: ./src/inputs/read.ts + 5 modules
var read = __webpack_require__(9855);
// EXTERNAL MODULE: ./src/okta/http/proxy.ts
var proxy = __webpack_require__(9102);
// EXTERNAL MODULE: ./src/report/mask.ts
var mask = __webpack_require__(9488);
// EXTERNAL MODULE: ./src/report/summary.ts
var summary = __webpack_require__(7994);
// EXTERNAL MODULE: ./src/world.ts + 18 modules
var src_world = __webpack_require__(8781);
;// CONCATENATED MODULE: ./src/end-job.ts











/** Runs the post step once: what a job had for itself is deleted with it. */
function run(world = {}) {
    return (0,src_world/* runAction */.Cs)(world, endJob, (ending) => (0,summary/* summary */.z)({}, ending));
}
/**
 * The inputs are those of the main step, which has reported all problems with them. But they are evaluated anew, and the environment may be
 * another one by now. So the org, and the way to it, come from the main step's word.
 */
async function endJob(start) {
    const { github, log } = start;
    if ((0,core/* getInput */.V4)('state').toLowerCase() !== 'job')
        return;
    const word = (0,job_word/* wordOfMainStep */.De)(github.attempt);
    if (!word)
        return;
    (0,proxy/* useProxySettings */.vz)(word.proxy);
    const given = await (0,read/* readInputs */.K)(github, { ...log, notice: log.debug, warning: log.debug });
    const connection = { ...given.connection, orgUrl: word.orgUrl };
    const inputs = { ...given, connection, state: 'absent', outputClientSecret: false };
    const { name = '', shared, maskClientId } = inputs;
    if (word.app !== undefined && maskClientId !== false)
        (0,mask/* maskId */.Yt)(word.app, log);
    const run = { ...word.run, repository: github.run.repository };
    const deadline = (0,src_world/* startTime */.Sv)(start, inputs.timeoutSeconds);
    const session = await (0,src_world/* openSession */.fA)(start, {
        ...inputs,
        scopes: ['okta.apps.read', 'okta.apps.manage'],
        deadline,
        onApp: (app) => {
            (0,mask/* maskApp */.AT)(app, maskClientId, log);
        },
    });
    if (!shared)
        return removeJob(session, name, { ...(0,ownership_owner/* ownerOf */.bf)(run), job: run.job }, word.app);
    const permission = (0,apply_permission/* permissionOf */.F)(run, undefined, { deadline, log }, false);
    const overtaken = () => Promise.resolve(false);
    const runId = Number(github.attempt.runId);
    const sharedRun = { everything: true, pullRequests: undefined, runId, overtaken };
    await (0,ensure_shared/* ensureShared */.u)(session, inputs, permission, sharedRun, { begin: () => undefined });
}


/***/ })

};
