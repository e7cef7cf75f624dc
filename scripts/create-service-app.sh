#!/usr/bin/env bash
# Makes an API service app with a key of its own, its scopes and its roles, for whoever administers Okta by commands:
#
#     OKTA_ORG_URL=https://acme.okta.com OKTA_API_TOKEN=... scripts/create-service-app.sh
#
# The token is a super administrator's; revoke it afterwards. It needs curl, jq, openssl and Node, and leaves the private key in
# okta-key.pem, in the current folder, until that is a secret in GitHub.
set -euo pipefail

okta() { curl --silent --show-error --fail-with-body --header "Authorization: SSWS $OKTA_API_TOKEN" --json "$2" "$OKTA_ORG_URL$1"; }

# The key pair.
openssl genrsa -out okta-key.pem 2048
JWK=$(node -p 'JSON.stringify({ ...require("node:crypto").createPublicKey(require("node:fs").readFileSync("okta-key.pem")).export({ format: "jwk" }), kid: "github", use: "sig" })')

# The app.
APP=$(okta /api/v1/apps "$(jq --null-input --argjson key "$JWK" '{
  name: "oidc_client", label: "GitHub: shop", signOnMode: "OPENID_CONNECT",
  credentials: { oauthClient: { token_endpoint_auth_method: "private_key_jwt" } },
  settings: { oauthClient: { application_type: "service", grant_types: ["client_credentials"], response_types: ["token"], jwks: { keys: [$key] } } }
}')" | jq --raw-output .id)

# Its scopes and roles: delete those that you do not need.
for SCOPE in okta.apps.read okta.apps.manage okta.groups.read okta.users.read; do
  okta "/api/v1/apps/$APP/grants" "{ \"issuer\": \"$OKTA_ORG_URL\", \"scopeId\": \"$SCOPE\" }" > /dev/null
done
for ROLE in APP_ADMIN READ_ONLY_ADMIN; do
  okta "/oauth2/v1/clients/$APP/roles" "{ \"type\": \"$ROLE\" }" > /dev/null
done
echo "Client ID: $APP"
