import { describe, expect, it } from 'vitest';
import { baton } from '../testing/baton-command.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { eventAt, frame, moment, tripEvents, tripGoal } from '../testing/sample-goal.ts';
import { judgedGoal } from '../testing/judged-goal.ts';
import { eventStream, json, problem, startStubServer, type Reply } from '../testing/stub-server.ts';
import { acceptedTrip } from '../testing/trip-server.ts';

describe('the commands for goals', () => {
  it('watch shows a goal from its beginning and ends as run does', async () => {
    const server = await startStubServer({
      'GET /v1/goals/goal_1': [json(200, acceptedTrip), json(200, tripGoal)],
      'GET /v1/goals/goal_1/events': [eventStream(...tripEvents.map(frame))],
    });
    const { exitCode, stdout } = await baton(['watch', 'goal_1'], server);
    expect([exitCode, stdout]).toEqual([3, '# Kyoto\n\nIn three days.\n']);
  });

  it('get prints a goal as it is, whatever it is', async () => {
    const escape = { ...tripGoal, output: 'calm \u001b[2J text' };
    const server = await startStubServer({ 'GET /v1/goals/goal_1': [json(200, escape), json(200, escape)] });
    const { exitCode, stdout } = await baton(['get', 'goal_1'], { ...server, stdout: fakeTerminal(60) });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      '◐ Plan three days in Kyoto',
      '  partially succeeded · 10.0s · 2 tasks',
      '  ✓ sights   researcher  3.2s',
      '  ⊘   route  analyzer          sights failed  ← sights',
      '  goal_1 · 6 model calls · 12k tokens in, 4.5k out · $0.31 …',
      '',
      'calm  text',
      '',
    ]);
    expect((await baton(['get', 'goal_1', '-o', 'json'], server)).stdout).toBe(
      `${JSON.stringify(escape, null, 2)}\n`,
    );
  });

  it('get tells what judges said, what was saved, and what the references stand for', async () => {
    const feedback = [
      { at: moment(60), score: 0.8, comment: 'Prices are\nold' },
      { at: moment(61), score: 1, comment: null },
    ];
    const usage = { ...judgedGoal.usage, savedUsd: 0.7 };
    const server = await startStubServer({
      'GET /v1/goals/goal_1': [json(200, { ...judgedGoal, feedback, usage })],
    });
    const { stdout } = await baton(['get', 'goal_1'], server);
    expect(stdout.split('\n').slice(6)).toEqual([
      'Finished early: The list suffices.',
      'Its plan is that of an earlier goal of the same text: 1 call saved.',
      'Saved $0.70 by caching and batches.',
      'Answers so far: rev 1 failed, rev 2 succeeded. An earlier one: baton get goal_1 --rev <n>',
      `Feedback of ${moment(60).slice(0, 10)}: 0.80 · Prices are old`,
      `Feedback of ${moment(61).slice(0, 10)}: 1.00`,
      '',
      'JUDGED      ROUND  VERDICT  MEAN  ACCURACY  COMPLETENESS  REQUIREMENTS  CONSISTENCY  JUDGES  FEEDBACK',
      'list        1      fail     0.63  0.63      0.63          0.63          0.63         0 of 1  Name a source.',
      'list        2      pass     0.90  0.90      0.90          0.90          0.90         1 of 1',
      'the answer  1      pass     0.80  0.80      0.80          0.80          0.80         1 of 1',
      '',
      'As the list says [list].',
      '',
      'Sources:',
      '  [list] Make the list.',
      '',
    ]);
  });

  it('get prints an earlier answer alone', async () => {
    const markdown: Reply = (response) =>
      void response.setHeader('content-type', 'text/markdown').end('The first answer.');
    const server = await startStubServer({ 'GET /v1/goals/goal_1/output?rev=1': [markdown, markdown] });
    expect(await baton(['get', 'goal_1', '--rev', '1'], server)).toMatchObject({
      exitCode: 0,
      stdout: 'The first answer.\n',
    });
    const { stdout } = await baton(['get', 'goal_1', '--rev', '1', '-o', 'json'], server);
    expect(JSON.parse(stdout)).toEqual({ id: 'goal_1', rev: 1, output: 'The first answer.' });
  });

  it('cancel says what became of the goal, and why it can not be cancelled', async () => {
    const server = await startStubServer({
      'POST /v1/goals/goal_1/cancel': [
        json(202, { ...tripGoal, status: 'cancelled' }),
        problem(409, 'conflict', 'Goal goal_1 has ended and can not be cancelled.'),
      ],
    });
    expect(await baton(['cancel', 'goal_1'], server)).toMatchObject({
      exitCode: 0,
      stdout: 'goal_1 cancelled\n',
    });
    expect(await baton(['cancel', 'goal_1'], server)).toMatchObject({
      exitCode: 2,
      stderr: 'baton: Goal goal_1 has ended and can not be cancelled.\n',
    });
  });

  it('retry follows a goal that goes on to its new end, and says why one can not be retried', async () => {
    const again = [
      eventAt(60, 'goal.retried', { taskIds: ['prices'] }, '22'),
      eventAt(70, 'goal.succeeded', {}, '23'),
    ];
    const server = await startStubServer({
      'POST /v1/goals/goal_1/retry': [
        json(202, { ...acceptedTrip, status: 'running' }),
        problem(409, 'conflict', 'Goal goal_1 can not be retried.'),
      ],
      'GET /v1/goals/goal_1/events': [eventStream(...[...tripEvents, ...again].map(frame))],
      'GET /v1/goals/goal_1': [json(200, { ...tripGoal, status: 'succeeded', missing: [] })],
    });
    const retried = await baton(['retry', 'goal_1'], server);
    expect([retried.exitCode, retried.stdout]).toEqual([0, '# Kyoto\n\nIn three days.\n']);
    expect(await baton(['retry', 'goal_1'], server)).toMatchObject({
      exitCode: 2,
      stderr: 'baton: Goal goal_1 can not be retried.\n',
    });
  });

  it('list prints a page and how to read the next', async () => {
    const server = await startStubServer({
      'GET /v1/goals?limit=1&label.team=growth': [json(200, { items: [tripGoal], nextCursor: 'abc' })],
      'GET /v1/goals?status=failed': [json(200, { items: [], nextCursor: null })],
    });
    const page = await baton(['list', '--limit', '1', '--label', 'team=growth'], server);
    expect(page.stdout).toBe(
      'ID      STATUS               CREATED    TOOK   COST       GOAL\n' +
        'goal_1  partially_succeeded  1m00s ago  10.0s  simulated  Plan three days in Kyoto\n',
    );
    expect(page.stderr).toBe('There are more: add --cursor abc\n');
    const none = await baton(['list', '--status', 'failed'], server);
    expect(none).toEqual({ exitCode: 0, stdout: '', stderr: 'There are no such goals.\n' });
  });

  it('workers prints the worker types', async () => {
    const writer = { type: 'writer', workers: 2, slots: 16, tier: 'balanced', description: 'Writes.' };
    const server = await startStubServer({ 'GET /v1/worker-types': [json(200, { items: [writer] })] });
    expect((await baton(['workers'], server)).stdout).toBe(
      'TYPE    WORKERS  SLOTS  TIER      DESCRIPTION\nwriter  2        16     balanced  Writes.\n',
    );
  });

  it('feedback is given with a score, and a comment', async () => {
    const feedback = [{ at: '2026-07-01T10:00:00.000Z', score: 0.5, comment: 'Old' }];
    const server = await startStubServer({
      'POST /v1/goals/goal_1/feedback': [json(202, { ...tripGoal, feedback })],
    });
    const args = ['feedback', 'goal_1', '--score', '.5', '--comment', 'Old'];
    expect(await baton(args, server)).toEqual({ exitCode: 0, stdout: 'Kept with goal_1.\n', stderr: '' });
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ score: 0.5, comment: 'Old' });
  });

  it('deliveries prints how the messages to a webhook fared', async () => {
    const at = '2026-07-01T10:00:00.000Z';
    const failed = { at, outcome: 'failed', status: 500, error: 'it answered 500', ms: 12 };
    const pending = { id: 'msg_1', type: 'goal.failed', at, status: 'pending', nextAttemptAt: at };
    const items = [{ ...pending, attemptCount: 1, attempts: [failed] }];
    const server = await startStubServer({
      'GET /v1/goals/goal_1/deliveries': [
        json(200, { items }),
        json(200, { items }),
        json(200, { items: [] }),
      ],
    });
    expect((await baton(['deliveries', 'goal_1'], server)).stdout).toBe(
      `ID     TYPE         AT                        STATUS   ATTEMPTS  LAST
msg_1  goal.failed  ${at}  pending  1         failed · 500 · it answered 500 · next at ${at}
`,
    );
    const { stdout } = await baton(['deliveries', 'goal_1', '-o', 'json'], server);
    expect(JSON.parse(stdout)).toEqual({ items });
    expect((await baton(['deliveries', 'goal_1'], server)).stderr).toBe(
      'No webhook was told of this goal.\n',
    );
  });

  it('stats prints what waits and what runs', async () => {
    const idle = { waiting: 0, active: 0, delayed: 0, oldestWaitingMs: null };
    const busy = {
      waiting: 3,
      active: 8,
      delayed: 1,
      oldestWaitingMs: 1_500,
      workers: 1,
      slots: 8,
      slotsWanted: 11,
    };
    const stats = { workerTypes: [{ type: 'writer', ...busy }], planning: idle, synthesis: idle };
    const server = await startStubServer({ 'GET /v1/stats': [json(200, stats)] });
    expect((await baton(['stats'], server)).stdout).toBe(
      `QUEUE        WAITING  ACTIVE  DELAYED  OLDEST  WORKERS  SLOTS  WANTED
writer       3        8       1        1.5s    1        8      11
(planning)   0        0       0        -
(synthesis)  0        0       0        -
`,
    );
  });

  it('calls prints what each model call used, of all pages', async () => {
    const usage = {
      calls: 1,
      inputTokens: 900,
      outputTokens: 1_200,
      cacheReadTokens: 100,
      cacheWriteTokens: 0,
    };
    const costs = { webSearches: 0, costUsd: 0.02, savedUsd: 0 };
    const call = {
      number: 1,
      at: '2026-07-01T10:00:00.000Z',
      taskId: 'sights',
      role: null,
      step: 'call-1',
      attempt: 1,
      retries: 0,
      model: 'claude-a',
      stopReason: 'end_turn',
      requestId: null,
      simulated: false,
      batched: false,
      borrowed: false,
      usage: { ...usage, ...costs },
    };
    const planning = {
      ...call,
      number: 2,
      taskId: null,
      role: 'planner',
      step: 'plan',
      attempt: 2,
      batched: true,
    };
    const server = await startStubServer({
      'GET /v1/goals/goal_1/calls': [json(200, { items: [call], nextCursor: '1' })],
      'GET /v1/goals/goal_1/calls?cursor=1': [json(200, { items: [planning], nextCursor: null })],
      'GET /v1/goals/goal_2/calls': [json(200, { items: [], nextCursor: null })],
    });
    expect((await baton(['calls', 'goal_1'], server)).stdout).toBe(
      `AT                        OF        STEP     MODEL     IN    OUT   COST     ENDED
2026-07-01T10:00:00.000Z  sights    call-1   claude-a  1.0k  1.2k  $0.0200  end_turn
2026-07-01T10:00:00.000Z  :planner  plan #2  claude-a  1.0k  1.2k  $0.0200  end_turn batched
`,
    );
    expect((await baton(['calls', 'goal_2'], server)).stderr).toBe('No model has answered this goal.\n');
  });

  it('usage prints what was used, what it cost, and what the numbers do not hold', async () => {
    const counted = {
      calls: 2,
      inputTokens: 900,
      outputTokens: 1_200,
      cacheReadTokens: 100,
      cacheWriteTokens: 0,
    };
    const row = {
      ...counted,
      webSearches: 0,
      costUsd: 0.02,
      savedUsd: -0.001,
      unpricedCalls: 0,
      simulatedCalls: 0,
    };
    const today = { day: '2026-07-01', tokens: 2_200, costUsd: 0.02, maxTokens: 10_000, maxCostUsd: null };
    const report = {
      from: '2026-06-02',
      to: '2026-07-01',
      by: ['model'],
      items: [{ ...row, day: null, model: 'claude-a', workerType: null }],
      total: { ...row, costUsd: null, savedUsd: null },
      today,
      warnings: ['1 call of llama has no known price.'],
    };
    const server = await startStubServer({
      'GET /v1/usage?by=model&from=2026-06-02': [json(200, report)],
      'GET /v1/usage': [json(200, { ...report, items: [], today: null, warnings: [] })],
    });
    const { stdout, stderr } = await baton(['usage', '--by', 'model', '--from', '2026-06-02'], server);
    expect(stdout).toBe(
      `MODEL     CALLS  IN    OUT   CACHED  SAVED     COST
claude-a  2      1.0k  1.2k  100     -$0.0010  $0.0200
total     2      1.0k  1.2k  100     $?        $?
`,
    );
    expect(stderr).toBe(
      '1 call of llama has no known price.\nSpent of the budget of 2026-07-01 (UTC): 2.2k of 10k tokens.\n',
    );
    expect((await baton(['usage'], server)).stderr).toBe(
      'No calls were answered from 2026-06-02 to 2026-07-01 (UTC).\n',
    );
    expect((await baton(['usage', '--by', 'tenant'], server)).exitCode).toBe(2);
    expect((await baton(['usage', '--from', '2026-13-01'], server)).exitCode).toBe(2);
  });

  it('recipes prints the recipes', async () => {
    const report = { name: 'report', description: 'A report.', workerTypes: ['researcher', 'writer'] };
    const free = { name: 'free', description: 'Anything.', workerTypes: null };
    const server = await startStubServer({ 'GET /v1/recipes': [json(200, { items: [report, free] })] });
    expect((await baton(['recipes'], server)).stdout).toBe(
      'RECIPE  WORKER TYPES        DESCRIPTION\nreport  researcher, writer  A report.\nfree    all                 Anything.\n',
    );
  });
});
