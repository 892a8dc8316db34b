import type { CallToolResult } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import { FakeBaton, refusal, unreachable } from '../testing/fake-baton.ts';
import { endedGoal, eventsOf, openGoal, planned, sampleTask } from '../testing/sample-goal.ts';
import { stdioSession, type Era } from '../testing/stdio-client.ts';

async function session(baton: FakeBaton, era?: Era) {
  const opened = await stdioSession(baton, era);
  return {
    ...opened,
    call: (name: string, args: Record<string, unknown> = {}) =>
      opened.client.callTool({ name, arguments: args }),
  };
}

function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
}

describe.each(['legacy', 'auto'] as const)('the tools, for a client of the %s era', (era) => {
  it('say what they are and what they do', async () => {
    const { client } = await session(new FakeBaton(), era);
    const { tools } = await client.listTools();
    const hints = Object.fromEntries(tools.map(({ name, annotations }) => [name, annotations]));
    expect(hints).toEqual({
      submit_goal: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: false,
        openWorldHint: true,
      },
      get_goal: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
      cancel_goal: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
      list_goals: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    });
    for (const { name, description, inputSchema, outputSchema } of tools) {
      expect(description, name).toMatch(/\w{3}/);
      expect(outputSchema, name).toBeDefined();
      for (const [argument, schema] of Object.entries(inputSchema.properties ?? {})) {
        expect(schema, `${name}.${argument}`).toHaveProperty('description');
      }
    }
  });

  it('submit a goal, tell of its progress and bring its answer', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'));
    const { client } = await session(baton, era);
    const told: { progress: number; total?: number | undefined; message?: string | undefined }[] = [];
    const submitting = client.callTool(
      { name: 'submit_goal', arguments: { goal: ' Plan a trip ', labels: { team: 'travel' } } },
      { onprogress: (progress) => void told.push(progress) },
    );
    await baton.stream.say(...eventsOf('goal_1', ['goal.accepted'], planned)).isAwaited();
    baton.known.set('goal_1', endedGoal('goal_1'));
    baton.stream
      .say(...eventsOf('goal_1', ['task.succeeded', { taskId: 'sights' }], ['goal.succeeded']))
      .end();
    const result = await submitting;
    expect(result.structuredContent).toMatchObject({
      id: 'goal_1',
      ended: true,
      output: '# Kyoto in three days',
    });
    expect(textOf(result)).toContain('# Kyoto in three days');
    expect(told.map(({ message }) => message)).toEqual([
      'accepted',
      'planned: sights, prices',
      'sights succeeded (1 of 2 tasks ended)',
      'succeeded',
    ]);
    expect(told.at(-1)).toMatchObject({ progress: 3, total: 3 });
    expect(baton.created).toEqual([
      { request: { goal: 'Plan a trip', labels: { team: 'travel' } }, idempotencyKey: undefined },
    ]);
  });

  it('stop waiting when the caller cancels, and leave the goal alone', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'));
    const { client, call } = await session(baton, era);
    const giveUp = new AbortController();
    const submitting = client.callTool(
      { name: 'submit_goal', arguments: { goal: 'Plan a trip' } },
      { signal: giveUp.signal },
    );
    await baton.stream.isAwaited();
    giveUp.abort();
    await expect(submitting).rejects.toThrow();
    await baton.stream.isLeft;
    expect((await call('get_goal', { id: 'goal_1' })).structuredContent).toMatchObject({
      status: 'planning',
    });
  });
});

describe('submit_goal', () => {
  it('tells at once how to go on when it is not to wait', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'));
    const { call } = await session(baton);
    const result = await call('submit_goal', {
      goal: 'Plan a trip',
      context: { budget: 900 },
      recipe: 'report',
      options: { maxTasks: 3, priority: 'high' },
      wait_seconds: 0,
      idempotency_key: 'trip-1',
    });
    expect(baton.created).toEqual([
      {
        request: {
          goal: 'Plan a trip',
          context: { budget: 900 },
          recipe: 'report',
          options: { maxTasks: 3, priority: 'high' },
        },
        idempotencyKey: 'trip-1',
      },
    ]);
    expect(result.structuredContent).toMatchObject({ id: 'goal_1', ended: false, output: null });
    expect(textOf(result)).toContain('Call get_goal with id "goal_1" and wait_seconds');
  });

  it('waits no longer than it was told, and no longer than this server runs', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'), openGoal('goal_2'));
    const { call, stop, served } = await session(baton);
    const short = await call('submit_goal', { goal: 'Plan a trip', wait_seconds: 1 });
    expect(short.structuredContent).toMatchObject({ id: 'goal_1', ended: false });
    const long = call('submit_goal', { goal: 'Plan a trip', wait_seconds: 600 });
    await baton.stream.isAwaited();
    stop();
    expect(textOf(await long)).toMatch(/goal_2 goes on[^]*stopping, so the wait ended early/);
    await served;
  });

  it('does not wait for a person', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'));
    baton.known.set('goal_1', openGoal('goal_1', { status: 'awaiting_approval' }));
    baton.stream.say(...eventsOf('goal_1', planned, ['goal.awaiting_approval']));
    const { call } = await session(baton);
    const result = await call('submit_goal', { goal: 'Plan a trip', options: { approval: true } });
    expect(textOf(result)).toContain('baton approve goal_1');
  });

  it('tells the id of a goal whose progress can not be followed', async () => {
    const baton = new FakeBaton();
    baton.accepts.push(openGoal('goal_1'));
    baton.stream.fail(refusal(429, 'too_many_streams', 'Too many streams are open with this key.'));
    const { call } = await session(baton);
    const result = await call('submit_goal', { goal: 'Plan a trip' });
    expect(result.isError).toBeUndefined();
    expect(textOf(result)).toContain('The wait ended early: Too many streams are open with this key.');
    expect(result.structuredContent).toMatchObject({ id: 'goal_1', ended: false });
  });

  it.each([
    ['no goal', {}, /goal: /],
    ['an empty goal', { goal: ' ' }, /goal: say what is to be achieved/],
    ['a long goal', { goal: 'x'.repeat(32_769) }, /at most 32768 characters: put long material in context/],
    ['an unknown argument', { goal: 'x', gaol: 'y' }, /unknown: gaol; known arguments are goal, context, /],
    [
      'an unknown option',
      { goal: 'x', options: { maxTask: 2 } },
      /options: unknown: maxTask; known options /,
    ],
    ['a wait without end', { goal: 'x', wait_seconds: 601 }, /wait_seconds: /],
    ['an odd key', { goal: 'x', idempotency_key: 'ключ' }, /idempotency_key: must be 1 to 255 printable/],
  ])('refuses %s', async (_what, args, message) => {
    const baton = new FakeBaton();
    const { call } = await session(baton);
    const result = await call('submit_goal', args);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(message);
    expect(baton.created).toEqual([]);
  });
});

describe('get_goal', () => {
  it('waits for the end when it is asked to', async () => {
    const baton = new FakeBaton();
    baton.known.set('goal_1', openGoal('goal_1'));
    const { call } = await session(baton);
    const getting = call('get_goal', { id: 'goal_1', wait_seconds: 60 });
    await baton.stream.isAwaited();
    baton.known.set('goal_1', endedGoal('goal_1'));
    baton.stream.end();
    expect((await getting).structuredContent).toMatchObject({ ended: true });
  });

  it('shows what tasks found when there is no answer', async () => {
    const baton = new FakeBaton();
    const tasks = [
      sampleTask('sights'),
      sampleTask('prices', { status: 'failed', errors: ['No price list.'] }),
    ];
    const error = { type: 'no_result', message: 'Nothing could be put together.' };
    baton.known.set('goal_1', endedGoal('goal_1', { status: 'failed', output: null, tasks, error }));
    const { call } = await session(baton);
    const brief = textOf(await call('get_goal', { id: 'goal_1' }));
    expect(brief).toContain('Error (no_result): Nothing could be put together.');
    expect(brief).toContain('- prices (researcher) failed: No price list.');
    expect(brief).toContain('task_outputs true');
    expect(brief).not.toContain('What there is to know');
    expect(textOf(await call('get_goal', { id: 'goal_1', task_outputs: true }))).toContain(
      'What there is to know about sights.',
    );
  });

  it('brings a long answer in parts', async () => {
    const baton = new FakeBaton();
    baton.known.set('goal_1', endedGoal('goal_1', { output: `${'a'.repeat(40_000)}the end` }));
    const { call } = await session(baton);
    expect(textOf(await call('get_goal', { id: 'goal_1' }))).toContain(
      'Call get_goal with output_offset 40000',
    );
    const rest = await call('get_goal', { id: 'goal_1', output_offset: 40_000 });
    expect(rest.structuredContent).toMatchObject({
      output: 'the end',
      outputOffset: 40_000,
      outputLength: 40_007,
    });
  });
});

describe('list_goals', () => {
  it('brings a page and how to get the next', async () => {
    const baton = new FakeBaton();
    baton.page = { items: [endedGoal('goal_2', { goal: 'g'.repeat(500) })], nextCursor: 'next' };
    const { call } = await session(baton);
    const result = await call('list_goals', { status: 'succeeded', labels: { team: 'travel' }, cursor: 'c' });
    expect(baton.listed).toEqual([
      { status: 'succeeded', labels: { team: 'travel' }, cursor: 'c', limit: 20 },
    ]);
    expect(result.structuredContent).toMatchObject({ goals: [{ id: 'goal_2' }], nextCursor: 'next' });
    expect(textOf(result)).toMatch(/^goal_2 {2}succeeded [^]*list_goals with cursor "next"/);
    expect(textOf(result).length).toBeLessThan(400);
  });
});

describe('a failure', () => {
  it.each([
    [
      refusal(400, 'invalid_request', 'The request is not valid.', {
        errors: [{ path: 'options.workerTypes[0]', message: 'there is no worker type "writter"' }],
      }),
      'Baton refused this (invalid_request, 400): The request is not valid.\n' +
        '- options.workerTypes[0]: there is no worker type "writter"',
    ],
    [
      refusal(401, 'unauthorized', 'Send a key that this server knows.'),
      'Baton refused this (unauthorized, 401): Send a key that this server knows.\n' +
        'Set BATON_API_KEY to a key that this Baton knows, in the environment of this MCP server, and start it again.',
    ],
    [
      refusal(429, 'too_many_goals', 'Too many goals go on.', { retryAfterMs: 2_500 }),
      'Baton refused this (too_many_goals, 429): Too many goals go on.\nTry again in 3 s.',
    ],
    [unreachable(), 'Can not reach Baton at http://127.0.0.1:3000: nothing listens there (ECONNREFUSED).'],
  ])('is told in its own words: %s', async (failure, message) => {
    const baton = new FakeBaton();
    baton.failure = failure;
    const { call, log } = await session(baton);
    for (const [name, args] of [
      ['submit_goal', { goal: 'x' }],
      ['get_goal', { id: 'goal_1' }],
      ['cancel_goal', { id: 'goal_1' }],
      ['list_goals', {}],
    ] as const) {
      const result = await call(name, args);
      expect([result.isError, textOf(result)]).toEqual([true, message]);
    }
    expect(log).toEqual([]);
  });

  it('that nobody foresaw is logged and not told', async () => {
    const baton = new FakeBaton();
    baton.failure = new Error('the secret of the house');
    const { call, log } = await session(baton);
    const result = await call('list_goals');
    expect(result.isError).toBe(true);
    expect(textOf(result)).not.toContain('secret');
    expect(log.join('\n')).toContain('the secret of the house');
  });
});
