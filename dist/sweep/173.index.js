export const id = 173;
export const ids = [173];
export const modules = {

/***/ 1173:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  undescribedProperties: () => (/* binding */ undescribedProperties)
});

// EXTERNAL MODULE: ./src/util/json.ts
var json = __webpack_require__(4976);
// EXTERNAL MODULE: ./src/util/text/nearest.ts
var nearest = __webpack_require__(3660);
;// CONCATENATED MODULE: ./src/app/settings-properties.ts
/**
 * The properties of an OIDC app that Okta's API describes, below one another; `true` where it says nothing of what is below, and lists
 * stand for their elements. Made by scripts/settings-properties.ts. Source: Okta's OpenAPI description 2026.06.3.
 */
const SETTINGS_PROPERTIES = {
    accessibility: {
        errorRedirectUrl: true,
        loginRedirectUrl: true,
        selfService: true,
    },
    created: true,
    credentials: {
        oauthClient: {
            autoKeyRotation: true,
            client_id: true,
            client_secret: true,
            pkce_required: true,
            token_endpoint_auth_method: true,
        },
        signing: {
            kid: true,
            lastRotated: true,
            nextRotation: true,
            rotationMode: true,
            use: true,
        },
        userNameTemplate: {
            pushStatus: true,
            template: true,
            type: true,
            userSuffix: true,
        },
    },
    expressConfiguration: {
        enabledCapabilities: true,
        supportedCapabilities: true,
    },
    features: true,
    id: true,
    label: true,
    lastUpdated: true,
    licensing: {
        seatCount: true,
    },
    name: true,
    orn: true,
    profile: true,
    settings: {
        emOptInStatus: true,
        identityStoreId: true,
        implicitAssignment: true,
        inlineHookId: true,
        notes: {
            admin: true,
            enduser: true,
        },
        notifications: {
            vpn: {
                helpUrl: true,
                message: true,
                network: {
                    connection: true,
                    exclude: true,
                    include: true,
                },
            },
        },
        oauthClient: {
            application_type: true,
            backchannel_authentication_request_signing_alg: true,
            backchannel_custom_authenticator_id: true,
            backchannel_token_delivery_mode: true,
            client_uri: true,
            consent_method: true,
            dpop_bound_access_tokens: true,
            frontchannel_logout_session_required: true,
            frontchannel_logout_uri: true,
            grant_types: true,
            id_token_encrypted_response_alg: true,
            idp_initiated_login: {
                default_scope: true,
                mode: true,
            },
            initiate_login_uri: true,
            issuer_mode: true,
            jwks: {
                keys: true,
            },
            jwks_uri: true,
            logo_uri: true,
            network: {
                connection: true,
                exclude: true,
                include: true,
            },
            participate_slo: true,
            policy_uri: true,
            post_logout_redirect_uris: true,
            redirect_uris: true,
            refresh_token: {
                leeway: true,
                rotation_type: true,
            },
            request_object_signing_alg: true,
            response_types: true,
            sector_identifier_uri: true,
            subject_type: true,
            tos_uri: true,
            wildcard_redirect: true,
        },
    },
    signOnMode: true,
    status: true,
    universalLogout: {
        identityStack: true,
        protocol: true,
        status: true,
        supportType: true,
    },
    visibility: {
        appLinks: true,
        autoLaunch: true,
        autoSubmitToolbar: true,
        hide: {
            iOS: true,
            web: true,
        },
    },
};

;// CONCATENATED MODULE: ./src/app/described-properties.ts



/** Where Okta takes names of the user's own: the app's profile, and the fields of an app of its network. */
const ANYTHING_GOES = new Set(['profile', 'settings.app']);
/** The properties of a part of an app object that Okta's API does not describe, each with the one that may be meant. */
function undescribedProperties(part) {
    return below(part, SETTINGS_PROPERTIES, '');
}
function below(value, described, above) {
    if (described === true || ANYTHING_GOES.has(above))
        return [];
    if (Array.isArray(value))
        return value.flatMap((item) => below(item, described, above));
    if (!(0,json/* isObject */.Gv)(value))
        return [];
    return Object.entries(value).flatMap(([name, inner]) => {
        const path = above === '' ? name : `${above}.${name}`;
        if (ANYTHING_GOES.has(path))
            return [];
        const known = Object.hasOwn(described, name) ? described[name] : undefined;
        if (known !== undefined)
            return below(inner, known, path);
        return [{ path, nearest: nearestProperty(name, described, above) }];
    });
}
function nearestProperty(name, beside, above) {
    const nameIn = (path) => path.slice(path.lastIndexOf('.') + 1);
    const inPlace = Object.keys(beside).map((other) => (above === '' ? other : `${above}.${other}`));
    return ((0,nearest/* nearest */.p)(name, inPlace, 2, nameIn) ??
        (0,nearest/* nearest */.p)(name, allPaths({ settings: SETTINGS_PROPERTIES.settings }), 1, nameIn) ??
        (0,nearest/* nearest */.p)(name, allPaths(SETTINGS_PROPERTIES), 1, nameIn));
}
function allPaths(described, above = '') {
    if (described === true)
        return [];
    return Object.entries(described).flatMap(([name, inner]) => {
        const path = above === '' ? name : `${above}.${name}`;
        return [path, ...allPaths(inner, path)];
    });
}


/***/ })

};
