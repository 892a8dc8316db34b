import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Goal } from '../../contract/goal.ts';
import { baton, fakeInput, givenFile } from '../../testing/baton-command.ts';
import { judgedGoal, review } from '../../testing/judged-goal.ts';
import { moment, usage } from '../../testing/sample-goal.ts';
import { json, problem, startStubServer, type StubServer } from '../../testing/stub-server.ts';
import { readEvalSet } from './eval-set.ts';
import type { Comparison } from './comparison.ts';
import type { EvalReport } from './eval-result.ts';

const set = JSON.stringify([
  { name: 'a', goal: 'Do a', options: { judges: 3 }, expect: { mentions: ['LIST'], minScore: 0.9 } },
  { name: 'b', goal: 'Do b', context: 'with care', recipe: 'report' },
]);

const a: Goal = { ...judgedGoal, id: 'goal_a' };
const b: Goal = {
  ...judgedGoal,
  id: 'goal_b',
  simulated: false,
  reviews: [review(1, 'pass', 0.9)],
  usage: usage(4, 10, 10, 0.1),
  finishedAt: moment(30),
};

/** One lane at a time, so that the replies to new goals come in the set's order. */
function serve(first: Goal, second: Goal): Promise<StubServer> {
  return startStubServer({
    'POST /v1/goals': [json(202, first), json(202, second)],
    [`GET /v1/goals/${first.id}`]: [json(200, first)],
    [`GET /v1/goals/${second.id}`]: [json(200, second)],
  });
}

async function evaluate(server: StubServer, ...flags: string[]) {
  return baton(['eval', '-', '--concurrency', '1', ...flags], { ...server, stdin: fakeInput(set) });
}

describe('baton eval', () => {
  it('prints each goal and the totals, and exits with 4 where an expectation failed', async () => {
    const server = await serve(a, b);
    const { exitCode, stdout, stderr } = await evaluate(server, '--review-rounds', '2');
    expect(exitCode).toBe(4);
    expect(stdout.split('\n')).toEqual([
      'GOAL  STATUS     SCORE  CALLS  COST   TIME   ANSWERED BY  EXPECTED',
      'a     succeeded  0.80   6      $0.31  10.0s  emulator     no: Its score is 0.80, and should be 0.9 or more.',
      'b     succeeded  0.90   4      $0.10  30.0s  model        yes',
      '',
      'GOALS  FAILED  SCORE  CALLS  COST   TIME   PROMPTS',
      '2      1       0.85   10     $0.41  40.0s  planner-2 review-1',
      '',
    ]);
    expect(stderr).toContain('[1/2]  a  succeeded  0.80');
    expect(stderr).toContain('Answers and scores are simulated');
    const sent = server.requests
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => JSON.parse(body) as object);
    expect(sent).toMatchObject([
      { goal: 'Do a', options: { reviewRounds: 2, judges: 3 } },
      { goal: 'Do b', context: 'with care', recipe: 'report', options: { reviewRounds: 2 } },
    ]);
  });

  it('asks for one round of review where nothing is said of it', async () => {
    const server = await serve(a, b);
    await evaluate(server);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({
      options: { reviewRounds: 1, judges: 3 },
    });
  });

  it('keeps a run, and compares the next one with it', async () => {
    const kept = await givenFile('before.json', '');
    await evaluate(await serve(a, b), '--save', kept);
    const saved = JSON.parse(await readFile(kept, 'utf8')) as EvalReport;
    expect(saved.goals.map(({ name, score }) => [name, score])).toEqual([
      ['a', 0.8],
      ['b', 0.9],
    ]);
    const better: Goal = {
      ...a,
      reviews: [review(1, 'pass', 0.95)],
      usage: usage(3, 1, 1, 0.155),
      prompts: { ...a.prompts, planner: 'planner-3' },
    };
    const flags = ['--against', kept];
    const { exitCode, stdout } = await evaluate(
      await serve(better, { ...b, finishedAt: moment(15) }),
      ...flags,
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`SCORE  CALLS  COST   TIME   AGAINST THE EARLIER RUN
+0.15  -3     ×0.50  ×1.00  a
0.00   0      ×1.00  ×0.50  b
+0.15  -3     ×0.50  ×1.00  planner-3 review-1
0.00   0      ×1.00  ×0.50  planner-2 review-1
`);
    const asJson = await evaluate(
      await serve(better, { ...b, prompts: better.prompts }),
      ...flags,
      '-o',
      'json',
    );
    const { comparison } = JSON.parse(asJson.stdout) as { comparison: Comparison };
    expect(comparison.changedPrompts).toEqual(['planner-2 → planner-3']);
    expect(comparison.totals).toHaveLength(1);
  });

  it('runs nothing when what it is to save can not be written', async () => {
    const server = await serve(a, b);
    const { exitCode, stderr } = await evaluate(server, '--save', '/no/such/folder/before.json');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--save names "/no/such/folder/before.json", which can not be written');
    expect(server.requests).toEqual([]);
  });

  it('tells a goal that is refused from one without an answer, and goes on', async () => {
    const failed: Goal = {
      ...b,
      status: 'failed',
      output: null,
      error: { type: 'plan_invalid', message: 'No plan.' },
    };
    const server = await startStubServer({
      'POST /v1/goals': [problem(400, 'invalid_request', 'There is no recipe "x".'), json(202, failed)],
      'GET /v1/goals/goal_b': [json(200, failed)],
    });
    const { exitCode, stdout } = await evaluate(server, '-o', 'json');
    expect(exitCode).toBe(4);
    const { goals } = JSON.parse(stdout) as EvalReport;
    expect(goals.map(({ status, failures }) => [status, failures])).toEqual([
      ['refused', ['The server refused it: There is no recipe "x".']],
      ['failed', ['It ended failed: No plan.']],
    ]);
  });

  it('says how to find what is on its way when the server is gone', async () => {
    const { exitCode, stderr } = await baton(['eval', '-'], { stdin: fakeInput(set) });
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/Goals that are on their way go on: baton list --label baton-eval=2026-/);
  });

  it('runs the goals that --only names', async () => {
    const server = await startStubServer({
      'POST /v1/goals': [json(202, b)],
      'GET /v1/goals/goal_b': [json(200, b)],
    });
    expect((await evaluate(server, '--only', 'b')).exitCode).toBe(0);
    expect((await evaluate(server, '--only', 'c')).stderr).toContain('it has a, b.');
  });
});

describe('a set of goals', () => {
  it('that comes with the command is one', async () => {
    const text = await readFile(new URL('../../../eval/default.json', import.meta.url), 'utf8');
    expect(readEvalSet('it', text).length).toBeGreaterThan(2);
  });

  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'must hold a list of goals'],
    ['[7]', '[0] must be an object'],
    ['[{"name": "a"}]', '[0].goal: must be a text'],
    ['[{"name": "a", "goal": "x", "expects": {}}]', '[0].expects: is not known; known are name, goal'],
    [
      '[{"name": "a", "goal": "x", "expect": {"minScore": 7}}]',
      '[0].expect.minScore: must be a number from 0 to 1',
    ],
    [
      '[{"name": "a", "goal": "x", "expect": {"mentions": "y"}}]',
      '[0].expect.mentions: must be a list of texts',
    ],
    ['[{"name": "a", "goal": "x", "options": {"approval": true}}]', '[0].options.approval: nobody is asked'],
    ['[{"name": "a", "goal": "x"}, {"name": "a", "goal": "y"}]', '[1].name: "a" is there twice'],
  ])('%s is refused', (text, message) => {
    expect(() => readEvalSet('it', text)).toThrow(message);
  });
});
