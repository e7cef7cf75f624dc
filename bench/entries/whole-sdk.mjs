import { getInput } from '@actions/core';
import okta from '@okta/okta-sdk-nodejs';

/** The first request of an action that loads Okta's SDK as its documentation says. */
const client = new okta.Client({
  orgUrl: getInput('org-url'),
  token: getInput('api-token'),
  testing: { disableHttpsCheck: true },
});
const apps = await client.applicationApi.listApplications({ limit: 200 });
await apps.each(() => undefined);
