import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan, type PlanLimits } from './laws.ts';
import type { Plan, Task } from './plan.ts';
import { applyPatch, planPatchSchema, wantsReplan, type PlanOutcomes, type PlanPatch } from './replan.ts';
import type { OutcomeStatus } from './task-readiness.ts';

const limits: PlanLimits = {
  maxTasks: 8,
  workers: ['researcher', 'writer', 'specialist'],
  decomposition: 'hybrid',
};

function task(id: string, dependencies: string[] = [], fields: Partial<Task> = {}): Task {
  const description = `Write about ${id}.`;
  return {
    id,
    worker: 'writer',
    description,
    requirements: [],
    dependencies,
    priority: 'medium',
    complexity: 'medium',
    ...fields,
  };
}

/** a has its result, b failed, and c and d were skipped for it. */
const plan: Plan = {
  analysis: 'As asked.',
  tasks: [task('a'), task('b', ['a']), task('c', ['a', 'b']), task('d', ['c'])],
};
const outcomes: PlanOutcomes = new Map<string, OutcomeStatus>([
  ['a', 'succeeded'],
  ['b', 'failed'],
  ['c', 'skipped'],
  ['d', 'skipped'],
]);

function patched(patch: Partial<PlanPatch>, changes: Partial<PlanLimits> = {}) {
  const whole = planPatchSchema.parse({ analysis: 'Mend.', drop: [], replace: [], add: [], ...patch });
  return applyPatch(plan, outcomes, whole, { ...limits, ...changes });
}

function notes(patch: Partial<PlanPatch>, changes: Partial<PlanLimits> = {}): string[] {
  const verdict = patched(patch, changes);
  return verdict.kind === 'broken' ? verdict.violations.map(({ path }) => path) : [verdict.kind];
}

test('a replaced task stands where the old one stood, and what waited for it runs', () => {
  const again = task('b', ['a'], { worker: 'researcher', description: 'Find b.' });
  expect(patched({ replace: [{ ...again, why: null, focus: ' ', approach: null, forEach: null }] })).toEqual({
    kind: 'patched',
    plan: { analysis: 'As asked.', tasks: [plan.tasks[0], again, plan.tasks[2], plan.tasks[3]] },
    runs: ['b', 'c', 'd'],
  });
});

test('a dropped task is gone, and what is new comes last', () => {
  expect(patched({ drop: ['b'], replace: [task('c', ['a', 'e'])], add: [task('e', ['a'])] })).toMatchObject({
    kind: 'patched',
    plan: { tasks: [{ id: 'a' }, { id: 'c' }, { id: 'd' }, { id: 'e' }] },
    runs: ['c', 'd', 'e'],
  });
});

test('what would let nothing run changes nothing', () => {
  expect(patched({})).toEqual({ kind: 'unchanged' });
  expect(patched({ drop: ['b', 'c', 'd'] })).toEqual({ kind: 'unchanged' });
});

test.each<[string, Partial<PlanPatch>, string[]]>([
  ['drops what has a result', { drop: ['a'] }, ['drop[0]']],
  ['drops an unknown task', { drop: ['z'] }, ['drop[0]']],
  ['names a task twice', { drop: ['d'], replace: [task('d')] }, ['replace[0].id']],
  ['replaces what has a result', { replace: [task('a')] }, ['replace[0].id']],
  ['adds a task that is there', { add: [task('d')] }, ['add[0].id']],
  ['leaves a task without its dependency', { drop: ['b'], add: [task('e')] }, ['drop[0]']],
  ['waits for what failed', { add: [task('e', ['b'])] }, ['add[0].dependencies']],
  ['waits for what stays skipped', { add: [task('e', ['d'])] }, ['add[0].dependencies']],
  ['is told in its own places', { replace: [task('b', ['a', 'x'])] }, ['replace[0].dependencies[1]']],
  ['names an unknown worker type', { add: [task('e', [], { worker: 'poet' })] }, ['add[0].worker']],
  [
    'does work that is done',
    { add: [task('e', [], { description: 'write about A' })] },
    ['add[0].description'],
  ],
  [
    'speaks of what it is not shown',
    { add: [task('e', [], { description: 'Use the results of "a".' })] },
    ['add[0].dependencies'],
  ],
])('a patch is refused that %s', (_name, patch, paths) => {
  expect(notes(patch)).toEqual(paths);
});

test('a circle through what stays is found', () => {
  expect(notes({ replace: [task('b', ['d'])] })).toEqual(['tasks[2].dependencies[1]']);
});

test('the whole plan keeps to its limits', () => {
  const add = ['e', 'f', 'g', 'h', 'i'].map((id) => task(id));
  expect(notes({ add: add.slice(0, 4) })).toEqual(['patched']);
  expect(notes({ add })).toEqual(['tasks']);
  const custom = (id: string): Task => task(id, [], { worker: 'specialist' });
  expect(notes({ add: [custom('e')] })).toEqual(['patched']);
  expect(notes({ add: [custom('e'), custom('f')] })).toEqual(['add[1].worker']);
});

test('what stays is not questioned again, whatever the limits say now', () => {
  const changes = { workers: ['researcher'], decomposition: 'constrained' } as const;
  expect(notes({ add: [task('e', [], { worker: 'researcher' })] }, changes)).toEqual(['patched']);
});

test.each<[string, Partial<Task>, Partial<Task>, boolean]>([
  ['something skipped for it matters', {}, {}, true],
  ['only what is nice to have was skipped', {}, { priority: 'low' }, false],
  ['it matters itself', { priority: 'high' }, { priority: 'low' }, true],
])('a plan is to be changed when a task failed and %s', (_name, failed, skipped, expected) => {
  const tasks = [task('a'), task('b', ['a'], failed), task('c', ['b'], skipped), task('d', ['c'], skipped)];
  const facts = { tasks, outcomes, replans: 0, maxReplans: 1 };
  expect(wantsReplan(facts)).toBe(expected);
  expect(wantsReplan({ ...facts, replans: 1 })).toBe(false);
  expect(wantsReplan({ ...facts, outcomes: new Map(tasks.map(({ id }) => [id, 'succeeded'])) })).toBe(false);
});

test('a skipped task that matters is found behind one that does not', () => {
  const tasks = [task('b'), task('c', ['b'], { priority: 'low' }), task('d', ['c'])];
  expect(wantsReplan({ tasks, outcomes, replans: 0, maxReplans: 1 })).toBe(true);
});

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const plans = fc
  .array(fc.tuple(fc.array(fc.nat(), { maxLength: 2 }), fc.boolean()), { minLength: 1, maxLength: 4 })
  .map((picks) => {
    const ended = new Map<string, OutcomeStatus>();
    const tasks = picks.map(([each, fails], index) => {
      const id = ids[index] ?? '';
      const dependencies = index === 0 ? [] : [...new Set(each.map((pick) => ids[pick % index] ?? ''))];
      const isBlocked = dependencies.some((other) => ended.get(other) !== 'succeeded');
      ended.set(id, isBlocked ? 'skipped' : fails ? 'failed' : 'succeeded');
      return task(id, dependencies);
    });
    return { plan: { analysis: '', tasks }, ended };
  });
const newTasks = fc.array(
  fc
    .tuple(fc.constantFrom(...ids), fc.subarray(ids, { maxLength: 2 }))
    .map(([id, dependencies]) => task(id, dependencies, { description: `Write ${id} anew.` })),
  { maxLength: 2 },
);
const patches = fc.record({
  analysis: fc.constant(''),
  drop: fc.array(fc.constantFrom(...ids), { maxLength: 2 }),
  replace: newTasks,
  add: newTasks,
});

test('a patched plan is lawful or refused, keeps every result, and what it runs can run', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(plans, patches, fc.integer({ min: 1, max: 8 }), ({ plan: old, ended }, patch, maxTasks) => {
      const verdict = applyPatch(old, ended, patch, { ...limits, maxTasks });
      seen.add(verdict.kind);
      if (verdict.kind === 'broken') expect(verdict.violations.length).toBeGreaterThan(0);
      if (verdict.kind !== 'patched') return;
      const { tasks } = verdict.plan;
      expect(checkPlan(verdict.plan, { ...limits, maxTasks }).valid).toBe(true);
      expect(tasks.length).toBeLessThanOrEqual(maxTasks);
      expect(verdict.runs.length).toBeGreaterThan(0);
      for (const before of old.tasks) {
        if (ended.get(before.id) !== 'succeeded') continue;
        expect(tasks).toContainEqual(before);
        expect(verdict.runs).not.toContain(before.id);
      }
      for (const { id, dependencies } of tasks) {
        if (!verdict.runs.includes(id)) {
          expect(ended.has(id)).toBe(true);
          continue;
        }
        for (const other of dependencies) {
          expect(verdict.runs.includes(other) || ended.get(other) === 'succeeded').toBe(true);
        }
      }
    }),
    { numRuns: 800 },
  );
  expect([...seen].toSorted()).toEqual(['broken', 'patched', 'unchanged']);
});
