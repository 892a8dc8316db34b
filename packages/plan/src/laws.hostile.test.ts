import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan, type PlanLimits } from './laws.ts';
import { MAX_TASKS, planSchema } from './plan.ts';
import { MOST_PER_LAW, type Violation } from './violations.ts';

const limits: PlanLimits = {
  maxTasks: MAX_TASKS,
  workers: ['writer', 'specialist'],
  decomposition: 'hybrid',
};

function task(id: string, fields: object = {}): object {
  return { id, worker: 'writer', description: `Write ${id}.`, ...fields };
}

function violationsOf(tasks: readonly unknown[]): readonly Violation[] {
  const checked = checkPlan({ tasks }, limits);
  return checked.valid ? [] : checked.violations;
}

test('names that objects are born with are names like any other', () => {
  expect(violationsOf([task('constructor'), task('toString', { dependencies: ['constructor'] })])).toEqual(
    [],
  );
  const hostile: unknown = JSON.parse(
    '{"__proto__":{"tasks":[]},"tasks":[{"__proto__":{"id":"q"},"id":"__proto__","worker":"hasOwnProperty","description":"d","dependencies":["valueOf"]}]}',
  );
  const checked = checkPlan(hostile, limits);
  expect(checked.valid ? [] : checked.violations.map(({ law, path }) => `${law} ${path}`)).toEqual([
    'schema __proto__',
    'schema tasks[0].id',
    'schema tasks[0].__proto__',
    'known_workers tasks[0].worker',
    'known_dependencies tasks[0].dependencies[0]',
  ]);
});

test('lone surrogates and overlong names are shown in a form that can be sent', () => {
  const violations = violationsOf([task('\uD800'), task('x'.repeat(5_000), { dependencies: ['\uDFFF'] })]);
  expect(violations.map(({ taskId }) => taskId)).toEqual([null, null, null]);
  for (const { message } of violations) {
    expect(message).not.toMatch(/\p{Surrogate}/u);
    expect(message.length).toBeLessThan(500);
  }
});

test('a flood of one law is counted and hides no other law', () => {
  const tasks = Array.from({ length: 500 }, (_, index) =>
    task(`t${index}`, { worker: 'nobody', dependencies: [`t${(index + 1) % 500}`] }),
  );
  const violations = violationsOf(tasks);
  expect(violations.filter(({ law }) => law === 'known_workers')).toHaveLength(MOST_PER_LAW + 1);
  expect(violations[MOST_PER_LAW]?.message).toContain('in 480 more places');
  expect(violations.at(-1)?.law).toBe('no_cycle');
});

test('huge and deeply nested input is refused, not choked on', () => {
  const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;
  expect(checkPlan(deep, limits).valid).toBe(false);
  expect(checkPlan({ tasks: [task('a', { description: deep, other: deep })] }, limits).valid).toBe(false);
  expect(checkPlan({ tasks: Array.from({ length: 50_000 }, () => ({})) }, limits).valid).toBe(false);
  const keys = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, 1]));
  expect(violationsOf([task('a', keys)])).toHaveLength(MOST_PER_LAW + 1);
});

/** What makes a pattern that tries every place again take time by the square. */
const units = ['.', ' .\n', 'a ', '"a" ', 'summarise and ', 'the findings of the ', 'using the above '];

test.each(units)('a long text of %j is looked through once', (unit) => {
  const text = `${unit.repeat(Math.ceil(200_000 / unit.length))}x`;
  const yields = task('r', { description: 'Research it.' });
  const before = process.cpuUsage();
  violationsOf([task('a', { description: text }), task('b', { requirements: [text] }), yields]);
  expect(process.cpuUsage(before).user, 'microseconds').toBeLessThan(3_000_000);
});

test('any value gets an answer, and every violation has its parts', () => {
  const json = fc.jsonValue({ maxDepth: 1 });
  const name = fc.oneof(fc.constantFrom('a', 'b', 'c', '__proto__', ''), fc.string({ unit: 'binary' }));
  const almostTask = fc.record(
    {
      id: name,
      worker: fc.oneof(fc.constantFrom('writer', 'specialist'), name),
      description: fc.string(),
      dependencies: fc.array(fc.oneof(name, json), { maxLength: 5 }),
      priority: json,
      more: json,
    },
    { requiredKeys: [] },
  );
  const candidates = fc.oneof(
    fc.anything({ maxDepth: 2 }),
    fc.record({ tasks: fc.array(fc.oneof(almostTask, json), { maxLength: 5 }) }),
  );
  fc.assert(
    fc.property(candidates, (candidate) => {
      const checked = checkPlan(candidate, limits);
      if (checked.valid) {
        expect(planSchema.parse(candidate)).toEqual(checked.plan);
        return;
      }
      expect(checked.violations.length).toBeGreaterThan(0);
      for (const { path, message } of checked.violations) {
        expect(message).toMatch(/^\S.*[.?]$/s);
        expect(path).not.toMatch(/\p{Surrogate}/u);
      }
    }),
    { numRuns: 100 },
  );
});
