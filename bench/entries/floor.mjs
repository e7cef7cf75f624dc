import { getInput } from '@actions/core';
import { get } from 'node:http';

/** The least that an action in JavaScript does: it loads `@actions/core`, reads two inputs and sends one request with node:http. */
get(`${getInput('org-url')}/api/v1/apps?limit=200`, {
  headers: { authorization: `SSWS ${getInput('api-token')}`, accept: 'application/json' },
}).on('response', (response) => response.resume());
