import { describe, expect, test } from '@jest/globals';
import {
  clientsOf,
  isLastClient,
  letsIn,
  planLettingIn,
  planTakingOut,
  policyChanges,
  type AccessPolicy,
  type AccessPolicyPlan,
} from '../../src/app/access-policies.ts';
import type { JsonObject } from '../../src/util/json.ts';

const ME = '0oa1111111111111111a';
const OTHER = '0oa2222222222222222b';

function policy(include: string[], extra: Partial<AccessPolicy> = {}): AccessPolicy {
  const body = {
    id: '00p1',
    name: 'Previews',
    description: 'kept',
    unknown: { key: 1 },
    conditions: { clients: { include }, other: 1 },
  };
  return { id: '00p1', name: 'Previews', server: 'default', active: true, body, ...extra };
}

function clientsAfter(before: AccessPolicy, { body }: AccessPolicyPlan): string[] {
  return clientsOf({ ...before, body });
}

describe('letting a client in', () => {
  test('adds it behind the others, and keeps all else of the policy', () => {
    const before = policy([OTHER]);
    const plan = planLettingIn(before, ME);
    expect(plan.write).toBe(true);
    expect(plan.body).toEqual({
      ...before.body,
      conditions: { clients: { include: [OTHER, ME] }, other: 1 },
    });
  });

  test.each([[['ALL_CLIENTS']], [[OTHER, ME]]])('writes nothing where it is let in by %j', (include) => {
    const before = policy(include);
    expect(planLettingIn(before, ME)).toEqual({ body: before.body, write: false, changes: [] });
  });
});

describe('a list that Okta does not show whole', () => {
  test.each<[string, JsonObject]>([
    ['without conditions', {}],
    ['without clients', { conditions: {} }],
    ['without a list', { conditions: { clients: { include: null } } }],
    ['with something else in it', { conditions: { clients: { include: [OTHER, { id: OTHER }] } } }],
  ])('is not written: %s', (_, body) => {
    const before = { ...policy([]), body };
    expect(() => planLettingIn(before, ME)).toThrow(
      `Cannot change the access policy "${before.name}" of the authorization server "${before.server}": Okta's answer does not show the clients that it lists. Look at it in the Admin Console (Security, API, the authorization server, Access Policies).`,
    );
  });
});

describe('taking a client out', () => {
  test('leaves the others', () => {
    const before = policy([OTHER, ME]);
    expect(clientsAfter(before, planTakingOut(before, ME))).toEqual([OTHER]);
  });

  test.each([
    ['it is the last one', [ME]],
    ['it is not listed', [OTHER]],
    ['the policy is for all clients', ['ALL_CLIENTS']],
  ])('writes nothing if %s', (_, include) => {
    expect(planTakingOut(policy(include), ME).write).toBe(false);
  });

  test('the last client is told', () => {
    expect(isLastClient(policy([ME]), ME)).toBe(true);
    expect(isLastClient(policy([ME, OTHER]), ME)).toBe(false);
  });
});

test('a policy lets a client in if it is active and lists it, or everybody', () => {
  expect(letsIn(policy([ME]), ME)).toBe(true);
  expect(letsIn(policy(['ALL_CLIENTS']), ME)).toBe(true);
  expect(letsIn(policy([OTHER]), ME)).toBe(false);
  expect(letsIn(policy([ME], { active: false }), ME)).toBe(false);
});

test('changes name the policies, and nobody else who is let in', () => {
  const open = policy([ME], { id: '00p2', name: 'Open' });
  const closed = policy([OTHER]);
  const field = 'authorization-server-policies';
  expect(policyChanges([open, closed], ME)).toEqual([{ field, from: ['Open'], to: ['Open', 'Previews'] }]);
  expect(policyChanges([open], ME)).toEqual([]);
  expect(policyChanges([closed], undefined)).toEqual([{ field, from: [], to: ['Previews'] }]);
});
