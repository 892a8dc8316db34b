import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkPlan, type PlanLimits } from './laws.ts';
import { MAX_TASKS } from './plan.ts';
import type { Violation } from './violations.ts';

const limits: PlanLimits = {
  maxTasks: MAX_TASKS,
  workers: ['researcher', 'analyzer', 'writer', 'specialist'],
  decomposition: 'hybrid',
};

function task(id: string, fields: object = {}): object {
  return { id, worker: 'writer', description: `Write ${id}.`, ...fields };
}

function violationsOf(tasks: readonly unknown[], changes: Partial<PlanLimits> = {}): readonly Violation[] {
  const checked = checkPlan({ tasks }, { ...limits, ...changes });
  return checked.valid ? [] : checked.violations;
}

test('a lawful plan comes back with its defaults', () => {
  const checked = checkPlan({ tasks: [task('a'), task('b', { dependencies: ['a'] })] }, limits);
  expect(checked).toEqual({
    valid: true,
    plan: {
      analysis: '',
      tasks: [
        { ...task('a'), requirements: [], dependencies: [], priority: 'medium', complexity: 'medium' },
        { ...task('b'), requirements: [], dependencies: ['a'], priority: 'medium', complexity: 'medium' },
      ],
    },
  });
});

test('every law is told at once, each with its place, its task and the remedy', () => {
  const tasks = [
    task('a', { dependencies: ['b', 'b', 'markt', 'a'], priority: 'urgent' }),
    task('b', { dependencies: ['c'], worker: 'resercher' }),
    task('c', { dependencies: ['a', 3] }),
    task('a'),
    task('market', { worker: 'specialist' }),
    task('extra', { worker: 'specialist', dependancies: [] }),
  ];
  expect(checkPlan({ tasks, goal: 'x' }, { ...limits, maxTasks: 5 })).toMatchInlineSnapshot(`
    {
      "valid": false,
      "violations": [
        {
          "law": "schema",
          "message": "The plan has an unknown field "goal": remove it, or use one of mode, analysis, tasks.",
          "path": "goal",
          "taskId": null,
        },
        {
          "law": "schema",
          "message": "priority of task "a" (tasks[0]) is "urgent": give "high", "medium" or "low".",
          "path": "tasks[0].priority",
          "taskId": "a",
        },
        {
          "law": "schema",
          "message": "dependencies[1] of task "c" (tasks[2]) has the wrong type, a number: give the id of another task, or remove it.",
          "path": "tasks[2].dependencies[1]",
          "taskId": "c",
        },
        {
          "law": "schema",
          "message": "Task "extra" (tasks[5]) has an unknown field "dependancies": did you mean "dependencies"?",
          "path": "tasks[5].dependancies",
          "taskId": "extra",
        },
        {
          "law": "task_limit",
          "message": "The plan has 6 tasks and may have 5: merge or drop at least 1.",
          "path": "tasks",
          "taskId": null,
        },
        {
          "law": "unique_ids",
          "message": ""a" is the id of tasks[0] and of tasks[3]: give one of them another id, and use that where other tasks depend on it.",
          "path": "tasks[3].id",
          "taskId": "a",
        },
        {
          "law": "known_workers",
          "message": "The worker type "resercher" of task "b" (tasks[1]) is none that this plan may use. Did you mean "researcher"? Use one of: researcher, analyzer, writer, specialist.",
          "path": "tasks[1].worker",
          "taskId": "b",
        },
        {
          "law": "decomposition",
          "message": "The worker type of task "extra" (tasks[5]) is "specialist", which only one task, task "market" (tasks[4]), may use with hybrid decomposition: give it to one of researcher, analyzer, writer, or merge it into another.",
          "path": "tasks[5].worker",
          "taskId": "extra",
        },
        {
          "law": "known_dependencies",
          "message": "The dependency "markt" of task "a" (tasks[0]) is the id of no task. Did you mean "market"?",
          "path": "tasks[0].dependencies[2]",
          "taskId": "a",
        },
        {
          "law": "no_self_dependency",
          "message": "The dependency "a" of task "a" (tasks[0]) is the task itself: remove this entry.",
          "path": "tasks[0].dependencies[3]",
          "taskId": "a",
        },
        {
          "law": "no_duplicate_dependency",
          "message": "The dependency "b" of task "a" (tasks[0]) is listed twice: remove this entry.",
          "path": "tasks[0].dependencies[1]",
          "taskId": "a",
        },
        {
          "law": "no_cycle",
          "message": "Tasks wait for each other in a circle: a → b → c → a (each depends on the next). Remove one of these dependencies.",
          "path": "tasks[0].dependencies[0]",
          "taskId": "a",
        },
        {
          "law": "no_overlap",
          "message": "Task "a" (tasks[0]) and task "a" (tasks[3]) are the same work by the same worker type: drop one of them, or say in each what sets it apart and is left to the other.",
          "path": "tasks[3].description",
          "taskId": "a",
        },
      ],
    }
  `);
});

test.each([
  [
    'analysis',
    { analysis: 3, tasks: [task('a')] },
    'analysis',
    'analysis of the plan has the wrong type, a number: give a text of at most 32768 characters.',
  ],
  ['no plan', null, '', 'The plan must be an object, not null: send {…} with its fields.'],
  ['a list', [], '', 'The plan must be an object, not a list: send {…} with its fields.'],
  ['no tasks', {}, 'tasks', 'tasks of the plan is missing: give a list of one or more tasks.'],
  ['zero tasks', { tasks: [] }, 'tasks', 'tasks of the plan is empty: give a list of one or more tasks.'],
  [
    'task is text',
    { tasks: ['a'] },
    'tasks[0]',
    'The task at tasks[0] must be an object, not a string: send {…} with its fields.',
  ],
  [
    'id',
    { tasks: [task('1st')] },
    'tasks[0].id',
    'id of task "1st" (tasks[0]) is "1st": give a name such as "market": a letter, then at most 63 letters, digits, "_" or "-".',
  ],
  [
    'description',
    { tasks: [task('a', { description: ' ' })] },
    'tasks[0].description',
    'description of task "a" (tasks[0]) is empty: say in at most 8192 characters what the task is to do.',
  ],
  [
    'long description',
    { tasks: [task('a', { description: 'x'.repeat(9_000) })] },
    'tasks[0].description',
    'description of task "a" (tasks[0]) is too long: say in at most 8192 characters what the task is to do.',
  ],
  [
    'requirement',
    { tasks: [task('a', { requirements: [''] })] },
    'tasks[0].requirements[0]',
    'requirements[0] of task "a" (tasks[0]) is empty: give a text of 1 to 2048 characters, or remove it.',
  ],
  [
    'field',
    { tasks: [task('a', { Priority: 1 })] },
    'tasks[0].Priority',
    'Task "a" (tasks[0]) has an unknown field "Priority": did you mean "priority"?',
  ],
])('the form of %s is wrong', (_name, candidate, path, message) => {
  expect(checkPlan(candidate, limits)).toEqual({
    valid: false,
    violations: [
      {
        law: 'schema',
        path,
        taskId: expect.toSatisfy((id) => id === null || typeof id === 'string'),
        message,
      },
    ],
  });
});

test('one circle is named for each group of tasks that wait for each other', () => {
  const violations = violationsOf([
    task('a', { dependencies: ['b'] }),
    task('b', { dependencies: ['a'] }),
    task('x', { dependencies: ['a', 'z'] }),
    task('y', { dependencies: ['x'] }),
    task('z', { dependencies: ['y'] }),
  ]);
  expect(
    violations.map(({ law, path, taskId, message }) => [law, path, taskId, message.slice(0, 60)]),
  ).toEqual([
    [
      'no_cycle',
      'tasks[0].dependencies[0]',
      'a',
      'Tasks wait for each other in a circle: a → b → a (each depen',
    ],
    [
      'no_cycle',
      'tasks[2].dependencies[1]',
      'x',
      'Tasks wait for each other in a circle: x → z → y → x (each d',
    ],
  ]);
});

test.each([
  ['constrained', 0, 1],
  ['hybrid', 1, 2],
  ['dynamic', 3, null],
  [null, 3, null],
] as const)('%s decomposition takes %i custom tasks', (decomposition, most, tooMany) => {
  const laws = (count: number): string[] => {
    const custom = Array.from({ length: count }, (_, index) => task(`t${index}`, { worker: 'specialist' }));
    return violationsOf([task('a'), ...custom], { decomposition }).map(({ law }) => law);
  };
  expect(laws(most)).toEqual([]);
  if (tooMany !== null) expect(laws(tooMany)).toEqual(['decomposition']);
});

test('custom tasks are refused as any others where specialists are not allowed', () => {
  const tasks = [task('a', { worker: 'specialist' }), task('b', { worker: 'specialist' })];
  expect(violationsOf(tasks, { workers: ['writer'] })).toMatchObject([
    { law: 'known_workers', path: 'tasks[0].worker', taskId: 'a' },
    { law: 'known_workers', path: 'tasks[1].worker', taskId: 'b' },
  ]);
});

test('a task that depends on itself is no circle besides', () => {
  expect(violationsOf([task('a', { dependencies: ['a'] })])).toMatchObject([{ law: 'no_self_dependency' }]);
});

test('more tasks than any plan may have are refused, whatever the limits say', () => {
  const tasks = Array.from({ length: MAX_TASKS + 1 }, (_, index) =>
    task(`t${index}`, { dependencies: [`t${MAX_TASKS}`] }),
  );
  tasks[MAX_TASKS] = task(`t${MAX_TASKS}`);
  expect(violationsOf(tasks, { maxTasks: 5_000 })).toEqual([
    {
      law: 'task_limit',
      path: 'tasks',
      taskId: null,
      message: 'The plan has 1001 tasks and may have 1000: merge or drop at least 1.',
    },
  ]);
});

test('plans that keep the laws are valid, and stay so when checked again', () => {
  const plans = fc
    .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 20 })
    .map((picks) => ({
      analysis: 'As asked.',
      tasks: picks.map((each, index) =>
        task(`t${index}`, {
          dependencies: index === 0 ? [] : [...new Set(each.map((pick) => `t${pick % index}`))],
        }),
      ),
    }));
  fc.assert(
    fc.property(plans, (plan) => {
      const checked = checkPlan(plan, limits);
      expect(checked.valid).toBe(true);
      if (checked.valid) expect(checkPlan(checked.plan, limits)).toEqual(checked);
    }),
  );
});

test.each([
  ['none of its dependencies', { forEach: 'x' }, 'did you mean "t0"?', ['t0']],
  [
    'nothing it depends on',
    { forEach: 'zzzzzz' },
    'name the one whose result is the list ("t0"), or leave forEach out.',
    ['t0'],
  ],
  ['a task it does not wait for', { forEach: 't1' }, 'add "t1" to them, or leave forEach out.', ['t0']],
  [
    'itself',
    { forEach: 'each' },
    'name the task whose result is the list in both, or leave forEach out.',
    [],
  ],
])('a task is done for each item of a dependency, not of %s', (_name, fields, remedy, dependencies) => {
  const asked = fields.forEach === 'x' ? { forEach: 't00' } : fields;
  const violations = violationsOf([task('t0'), task('t1'), task('each', { ...asked, dependencies })], {
    decomposition: null,
  });
  expect(violations).toEqual([
    {
      law: 'for_each',
      path: 'tasks[2].forEach',
      taskId: 'each',
      message: `forEach of task "each" (tasks[2]) is "${asked.forEach}", which is none of its dependencies: ${remedy}`,
    },
  ]);
  expect(violationsOf([task('t0'), task('each', { forEach: 't0', dependencies: ['t0'] })])).toEqual([]);
});

test('an approach is for custom tasks', () => {
  expect(violationsOf([task('a', { approach: 'formal' })])).toMatchObject([
    { law: 'decomposition', path: 'tasks[0].approach', taskId: 'a' },
  ]);
  expect(violationsOf([task('a', { approach: 'formal', worker: 'specialist' })])).toEqual([]);
});

test.each<[string, object, object, boolean]>([
  ['the same words', {}, {}, true],
  ['the same words in another form', {}, { description: 'write  IT' }, true],
  ['one builds on more', {}, { dependencies: ['a'] }, true],
  ['each builds on something else', { dependencies: ['a'] }, { dependencies: ['b'] }, false],
  ['another worker', {}, { worker: 'analyzer' }, false],
  ['another requirement', { requirements: ['In Europe'] }, { requirements: ['In Asia'] }, false],
  ['another focus', { focus: 'Cost' }, { focus: 'Risk' }, false],
  [
    'another approach',
    { approach: 'formal', worker: 'specialist' },
    { approach: 'warm', worker: 'specialist' },
    false,
  ],
])('two tasks overlap or not: %s', (_name, first, second, isSame) => {
  const tasks = [
    task('a'),
    task('b'),
    task('x', { description: 'Write it.', ...first }),
    task('y', { description: 'Write it.', ...second }),
  ];
  const violations = violationsOf(tasks, { decomposition: 'dynamic' });
  expect(violations.map(({ law, path }) => `${law} ${path}`)).toEqual(
    isSame ? ['no_overlap tasks[3].description'] : [],
  );
  expect(violationsOf(tasks, { decomposition: null })).toEqual([]);
});

test.each([
  [250, false],
  [251, true],
])('a plan of %s tasks is taken as it reads: %s', (count, valid) => {
  const tasks = Array.from({ length: count }, (_, index) => ({
    id: `t${index}`,
    worker: 'researcher',
    description: 'Find out what there is to know about tea.',
  }));
  expect(checkPlan({ tasks }, { ...limits, decomposition: 'hybrid' }).valid).toBe(valid);
});
