import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  inDoubt,
  planAssignments,
  planUsers,
  rememberedAfter,
  type Assigned,
  type AssignmentMode,
  type AssignmentPlan,
} from '../../src/app/assignments.ts';
import '../support/seed.ts';

/** The three-way merge: what runs remember, what is there and what is listed. */

const MODES = ['managed', 'add', 'exact'] as const;

/** What becomes of one assignment: what the run does, and what the app's mark remembers of it meanwhile and afterwards. */
type Fate =
  | 'nothing, not remembered'
  | 'nothing, remembered'
  | 'nothing, dropped'
  | 'nothing, remembered with a notice'
  | 'assigned, remembered'
  | 'taken away, forgotten afterwards'
  | 'taken away, not remembered';

type Row = [
  remembered: 'yes' | 'no' | 'no memory' | 'since',
  there: 'no' | 'itself' | 'through a group',
  listed: 'yes' | 'no',
  managed: Fate,
  add: Fate,
  exact: Fate,
];

const same = (fate: Fate): [Fate, Fate, Fate] => [fate, fate, fate];

/** All that can be of one assignment. */
const TABLE: Row[] = [
  ['yes', 'no', 'yes', ...same('assigned, remembered')],
  ['yes', 'no', 'no', ...same('nothing, dropped')],
  ['yes', 'itself', 'yes', ...same('nothing, remembered')],
  [
    'yes',
    'itself',
    'no',
    'taken away, forgotten afterwards',
    'nothing, remembered',
    'taken away, forgotten afterwards',
  ],
  ['yes', 'through a group', 'yes', ...same('nothing, remembered')],
  ['yes', 'through a group', 'no', ...same('nothing, dropped')],
  ['no', 'no', 'yes', ...same('assigned, remembered')],
  ['no', 'no', 'no', ...same('nothing, not remembered')],
  ['no', 'itself', 'yes', ...same('nothing, not remembered')],
  ['no', 'itself', 'no', 'nothing, not remembered', 'nothing, not remembered', 'taken away, not remembered'],
  ['no', 'through a group', 'yes', ...same('nothing, not remembered')],
  ['no', 'through a group', 'no', ...same('nothing, not remembered')],
  ['no memory', 'no', 'yes', ...same('assigned, remembered')],
  ['no memory', 'no', 'no', ...same('nothing, not remembered')],
  ['no memory', 'itself', 'yes', ...same('nothing, remembered with a notice')],
  [
    'no memory',
    'itself',
    'no',
    'nothing, not remembered',
    'nothing, not remembered',
    'taken away, not remembered',
  ],
  ['no memory', 'through a group', 'yes', ...same('nothing, not remembered')],
  ['no memory', 'through a group', 'no', ...same('nothing, not remembered')],
  // Another run has put it into the mark since this one looked, and may be about to assign it.
  ['since', 'no', 'yes', ...same('assigned, remembered')],
  ['since', 'no', 'no', ...same('nothing, remembered')],
];

const X = { id: '00gX', name: 'X' };
/** What is listed, there and remembered in every case, so that no list is empty and nobody takes the one for the other. */
const KEPT = { id: '00gKept', name: 'Kept' };

function knownOf([remembered, there, listed]: Row, besides: (typeof KEPT)[]): Assigned {
  const ids = besides.map(({ id }) => id);
  return {
    listed: listed === 'yes' ? [...besides, X] : besides,
    assigned: [
      ...besides.map((each) => ({ ...each, direct: true })),
      ...(there === 'no' ? [] : [{ ...X, direct: there === 'itself' }]),
    ],
    remembered: remembered === 'no memory' ? undefined : [...ids, ...(remembered === 'no' ? [] : [X.id])],
    isAsRead: remembered !== 'since',
  };
}

/** What is remembered once a plan is carried out. */
function afterwards(plan: AssignmentPlan): string[] {
  const doubtful = inDoubt(plan, true);
  return doubtful ? rememberedAfter(plan.before, doubtful, []) : plan.before;
}

function fateOf(plan: AssignmentPlan, { remembered }: Assigned): Fate {
  const has = (list: readonly { id: string }[]): boolean => list.some(({ id }) => id === X.id);
  const isBefore = plan.before.includes(X.id);
  const isAfter = afterwards(plan).includes(X.id);
  if (has(plan.add)) return isBefore && isAfter ? 'assigned, remembered' : 'nothing, not remembered';
  if (has(plan.remove))
    return isBefore && !isAfter ? 'taken away, forgotten afterwards' : 'taken away, not remembered';
  if (has(plan.adopted)) return 'nothing, remembered with a notice';
  if (isBefore && isAfter) return 'nothing, remembered';
  return remembered?.includes(X.id) ? 'nothing, dropped' : 'nothing, not remembered';
}

const CASES = TABLE.flatMap((row) => {
  const [remembered, there, listed, ...fates] = row;
  return MODES.map((mode, i) => ({ remembered, there, listed, mode, fate: fates[i], row }));
});

describe('of one assignment', () => {
  test.each(CASES)(
    'that is remembered: $remembered, there: $there, listed: $listed, with "assignments: $mode": $fate',
    ({ remembered, there, listed, mode, fate, row }) => {
      const isDropped = fate === 'nothing, dropped';
      const isForgotten = fate === 'taken away, forgotten afterwards';
      const isOthers = there !== 'no' && listed === 'no' && !fate?.startsWith('taken away');
      const isRemembered = remembered === 'yes' || remembered === 'since';
      for (const besides of [[], [KEPT]]) {
        const known = knownOf(row, besides);
        const plans = [planUsers(known, true, mode)];
        if (there !== 'through a group') plans.push(planAssignments('groups', known, mode));
        for (const plan of plans) {
          expect(fateOf(plan, known)).toBe(fate);
          expect(plan).toMatchObject({
            listed: known.listed,
            dropped: isDropped ? [X.id] : [],
            addsRemembered: fate === 'assigned, remembered' && isRemembered,
            others: isOthers ? 1 : 0,
          });
          const removed = isForgotten ? [expect.objectContaining(X)] : [];
          expect(inDoubt(plan, false)).toEqual(isForgotten ? { removed, dropped: [] } : undefined);
          expect(inDoubt(plan, true)).toEqual(
            isForgotten || isDropped ? { removed, dropped: isDropped ? [{ id: X.id }] : [] } : undefined,
          );
        }
      }
    },
  );

  test('the table has every case once', () => {
    const cases = TABLE.map((row) => row.slice(0, 3).join());
    expect(new Set(cases).size).toBe(cases.length);
    expect(cases.filter((each) => !each.startsWith('since'))).toHaveLength(3 * 3 * 2);
  });

  test('a listed user who has the app through a group is assigned directly where a group is taken away', () => {
    const known = knownOf(['yes', 'through a group', 'yes', ...same('nothing, remembered')], [KEPT]);
    expect(planUsers(known, false, 'managed').add).toEqual([X]);
  });

  test('a user who has the app through a group only is never taken away', () => {
    const known = knownOf(['yes', 'through a group', 'no', ...same('nothing, dropped')], []);
    for (const mode of MODES) expect(planUsers(known, false, mode).remove).toEqual([]);
  });
});

test('what is listed twice is assigned once', () => {
  const known = { listed: [X, KEPT, X], assigned: [], remembered: [], isAsRead: true };
  expect(planAssignments('groups', known, 'managed')).toMatchObject({ listed: [X, KEPT], add: [X, KEPT] });
});

test('what another run has assigned by the time it is to be forgotten is remembered', () => {
  const doubtful = { removed: [X], dropped: [{ id: KEPT.id }] };
  expect(rememberedAfter([X.id, 'other'], doubtful, [])).toEqual(['other']);
  expect(rememberedAfter([X.id, 'other'], doubtful, [X])).toEqual([X.id, 'other']);
  expect(rememberedAfter([X.id, 'other'], doubtful, [KEPT])).toEqual(['other', KEPT.id]);
  expect(rememberedAfter([KEPT.id], doubtful, [KEPT])).toEqual([KEPT.id]);
});

describe('changes', () => {
  const A = { id: '00gA', name: 'A' };
  const B = { id: '00gB', name: 'B' };
  const others = { id: '00gO', name: 'Others' };

  test('show the whole list as far as the inputs and this run are concerned, and nobody else', () => {
    const known = { listed: [B, KEPT], assigned: [A, KEPT, others], remembered: [A.id], isAsRead: true };
    expect(planAssignments('groups', known, 'managed').changes).toEqual([
      { field: 'groups', from: ['A', 'Kept'], to: ['B', 'Kept'] },
    ]);
    expect(planAssignments('groups', known, 'add').changes).toEqual([
      { field: 'groups', from: ['Kept'], to: ['B', 'Kept'] },
    ]);
    expect(planAssignments('groups', known, 'exact').changes).toEqual([
      { field: 'groups', from: ['A', 'Kept', 'Others'], to: ['B', 'Kept'] },
    ]);
  });

  test('say nothing of what is only remembered, dropped or in another order', () => {
    const known = { listed: [B, A], assigned: [A, B], remembered: [others.id], isAsRead: true };
    expect(planAssignments('groups', known, 'managed').changes).toEqual([]);
  });
});

/** What the org and the mark hold, and what is true of who assigned what. */
interface World {
  assigned: Set<string>;
  memory: string[] | undefined;
  /** What runs have assigned and nobody has taken away since. */
  runs: Set<string>;
  /** What somebody has assigned by hand, and no run before. */
  byHand: Set<string>;
}

type Step =
  | { kind: 'run'; listed: string[]; mode: AssignmentMode; diesAfter: number }
  | { kind: 'assign' | 'unassign'; id: string };

const id = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      listed: fc.uniqueArray(id, { maxLength: 4 }),
      mode: fc.constantFrom(...MODES),
      diesAfter: fc.oneof(fc.nat(8), fc.constant(Infinity)),
    }),
    weight: 3,
  },
  { arbitrary: fc.record({ kind: fc.constantFrom('assign' as const, 'unassign' as const), id }), weight: 1 },
);

/** The writes of a run, one after the other, as they are sent: the mark, what is added, what is taken away, the mark. */
function writesOf(world: World, { listed, mode }: Extract<Step, { kind: 'run' }>): (() => void)[] {
  const named = (ids: Iterable<string>): { id: string; name: string }[] =>
    [...ids].map((each) => ({ id: each, name: each }));
  const plan = planAssignments(
    'groups',
    {
      listed: named(listed),
      assigned: named(world.assigned),
      remembered: world.memory,
      isAsRead: true,
    },
    mode,
  );
  return [
    () => {
      for (const { id: adopted } of plan.adopted) world.byHand.delete(adopted);
      world.memory = plan.before;
    },
    ...plan.add.map(({ id: added }) => () => {
      world.assigned.add(added);
      world.runs.add(added);
    }),
    ...plan.remove.map(({ id: removed }) => () => {
      if (mode === 'managed') expect(world.byHand).not.toContain(removed);
      world.assigned.delete(removed);
      world.runs.delete(removed);
      world.byHand.delete(removed);
    }),
    () => {
      const left = named(world.assigned);
      const doubtful = inDoubt(plan, true);
      if (doubtful) world.memory = rememberedAfter(world.memory ?? [], doubtful, left);
    },
  ];
}

/** Somebody who assigns by hand what a run has remembered makes it no less a run's: only what nobody remembers is theirs. */
function byHand(world: World, { kind, id: which }: Extract<Step, { id: string }>): void {
  if (kind === 'unassign') {
    world.assigned.delete(which);
    world.runs.delete(which);
    world.byHand.delete(which);
  } else if (!world.assigned.has(which)) {
    world.assigned.add(which);
    if (!world.memory?.includes(which)) world.byHand.add(which);
  }
}

test('whatever runs and people do, and wherever a run dies, what runs have assigned is remembered at all times, and managed takes nothing else away', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const world: World = { assigned: new Set(), memory: undefined, runs: new Set(), byHand: new Set() };
      for (const each of steps) {
        if (each.kind !== 'run') byHand(world, each);
        else
          for (const write of writesOf(world, each).slice(0, each.diesAfter)) {
            write();
            for (const assigned of world.runs) expect(world.memory).toContain(assigned);
          }
        if (each.kind === 'run' && each.diesAfter === Infinity) {
          for (const listed of each.listed) expect(world.assigned).toContain(listed);
          if (each.mode === 'exact') expect([...world.assigned].sort()).toEqual([...each.listed].sort());
          if (each.mode === 'managed')
            for (const assigned of world.runs) expect(each.listed).toContain(assigned);
          const again = writesOf(world, each);
          expect(again).toHaveLength(2);
        }
      }
    }),
    { numRuns: 500 },
  );
});
