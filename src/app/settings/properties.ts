/**
 * The properties of an OIDC app that Okta's API describes, below one another; `true` if it says nothing of what is below, and lists stand
 * for their elements. Made by scripts/settings-properties.ts. Source: Okta's OpenAPI description 2026.06.3.
 */
export const SETTINGS_PROPERTIES = {
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
} as const;
