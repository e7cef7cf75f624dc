#!/usr/bin/env bash
# What workflows do without an action: curl and jq. It finds the app by its label, creates or updates it, assigns groups, masks the client
# ID and hands it on. It retries nothing, waits for nobody and reads nothing back.
#
# script.sh ensure    creates the app NAME with the redirect URIs of URIS (one a line), or gives it those; assigns the groups of GROUPS_WANTED
# script.sh add-uri   adds the first of URIS to the app that is there
# script.sh remove    deletes the app
set -euo pipefail

okta() {
  curl --fail --silent --show-error --request "$1" "$ORG_URL$2" \
    --header "Authorization: SSWS $API_TOKEN" --header 'Accept: application/json' \
    --header 'Content-Type: application/json' "${@:3}"
}

encoded() {
  jq --null-input --raw-output --arg text "$1" '$text | @uri'
}

uris=$(jq --null-input --arg uris "${URIS:-}" '$uris | split("\n") | map(select(. != ""))')
app=$(okta GET "/api/v1/apps?limit=200&q=$(encoded "$NAME")" | jq --arg name "$NAME" 'map(select(.label == $name)) | first // empty')

case "$1" in
  ensure)
    if [ -z "$app" ]; then
      app=$(jq --null-input --arg name "$NAME" --argjson uris "$uris" '{
        name: "oidc_client", label: $name, signOnMode: "OPENID_CONNECT",
        credentials: { oauthClient: { token_endpoint_auth_method: "client_secret_basic" } },
        settings: { oauthClient: {
          application_type: "web", grant_types: ["authorization_code"], response_types: ["code"], redirect_uris: $uris
        } }
      }' | okta POST /api/v1/apps --data @-)
    elif ! jq --exit-status --argjson uris "$uris" '.settings.oauthClient.redirect_uris == $uris' <<<"$app" >/dev/null; then
      app=$(jq --argjson uris "$uris" '.settings.oauthClient.redirect_uris = $uris' <<<"$app" |
        okta PUT "/api/v1/apps/$(jq --raw-output .id <<<"$app")" --data @-)
    fi
    id=$(jq --raw-output .id <<<"$app")
    while IFS= read -r group; do
      [ -n "$group" ] || continue
      group_id=$(okta GET "/api/v1/groups?q=$(encoded "$group")" |
        jq --raw-output --arg name "$group" 'map(select(.profile.name == $name)) | first.id')
      okta PUT "/api/v1/apps/$id/groups/$group_id" --data '{}' >/dev/null
    done <<<"${GROUPS_WANTED:-}"
    ;;
  add-uri)
    id=$(jq --raw-output .id <<<"$app")
    app=$(jq --argjson uris "$uris" '.settings.oauthClient.redirect_uris += $uris' <<<"$app" |
      okta PUT "/api/v1/apps/$id" --data @-)
    ;;
  remove)
    id=$(jq --raw-output .id <<<"$app")
    okta POST "/api/v1/apps/$id/lifecycle/deactivate" --data '' >/dev/null
    okta DELETE "/api/v1/apps/$id"
    exit
    ;;
esac

client_id=$(jq --raw-output .credentials.oauthClient.client_id <<<"$app")
echo "::add-mask::$client_id"
echo "client-id=$client_id" >>"$GITHUB_OUTPUT"
