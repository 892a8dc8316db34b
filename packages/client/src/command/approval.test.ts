import { describe, expect, it } from 'vitest';
import type { Goal } from '../contract/goal.ts';
import { baton, fakeKeyboard, givenFile, type Given } from '../testing/baton-command.ts';
import { fakeTerminal, type FakeTerminal } from '../testing/fake-terminal.ts';
import { eventAt, frame, tripEvents, tripGoal } from '../testing/sample-goal.ts';
import {
  eventStream,
  json,
  openStream,
  problem,
  startStubServer,
  type Reply,
  type StubServer,
} from '../testing/stub-server.ts';
import { acceptedTrip } from '../testing/trip-server.ts';
import { Interruption } from './exit-code.ts';

const waiting: Goal = { ...acceptedTrip, status: 'awaiting_approval' };
const running: Goal = { ...acceptedTrip, status: 'running' };
const rejected: Goal = {
  ...tripGoal,
  status: 'cancelled',
  output: null,
  missing: [],
  error: { type: 'plan_rejected', message: 'Too dear' },
};

const planned = tripEvents.slice(0, 3);
const awaiting = eventAt(1.2, 'goal.awaiting_approval', {}, '4');
const toApproval = openStream(...[...planned, awaiting].map(frame));

function toEnd(ending: Parameters<typeof eventAt>[1]): Reply {
  return eventStream(...[...planned, awaiting, eventAt(9, ending, {}, '5')].map(frame));
}

/** A server on which a new goal waits for approval. */
function serverWaiting(script: Record<string, readonly Reply[]> = {}): Promise<StubServer> {
  return startStubServer({
    'POST /v1/goals': [json(202, acceptedTrip)],
    'GET /v1/goals/goal_1/events': [toApproval],
    'GET /v1/goals/goal_1': [json(200, waiting)],
    ...script,
  });
}

function sent({ requests }: StubServer, path: string): unknown[] {
  return requests
    .filter(({ url }) => url === path)
    .map(({ body }) => (body === '' ? null : JSON.parse(body)));
}

/** Somebody at a terminal who answers with these lines. */
function answering(server: StubServer, ...lines: string[]): Given & { stderr: FakeTerminal } {
  return { url: server.url, stdin: fakeKeyboard(...lines), stderr: fakeTerminal() };
}

const RUN = ['run', 'Plan a trip', '--approval'];
const APPROVE = '/v1/goals/goal_1/approve';
const REJECT = '/v1/goals/goal_1/reject';

describe('baton run --approval away from a terminal', () => {
  it('shows the plan, says how to approve it, and ends with exit code 7', async () => {
    const server = await serverWaiting();
    const { exitCode, stdout, stderr } = await baton([...RUN, '--url', server.url]);
    expect([exitCode, stdout]).toEqual([7, '']);
    expect(sent(server, '/v1/goals')).toEqual([{ goal: 'Plan a trip', options: { approval: true } }]);
    const flags = `--url ${server.url}`;
    expect(stderr.split('\n\n').slice(1).join('\n\n')).toBe(
      `TASK     WORKER      PRIORITY  COMPLEXITY  AFTER   DESCRIPTION
sights   researcher  medium    medium              Find it out
  route  analyzer    medium    medium      sights  Find it out

The plan of goal goal_1 waits for approval.
  approve it:  npx baton approve goal_1 ${flags}
  change it:   npx baton get goal_1 --plan -o json ${flags} > plan.json, edit it, then npx baton approve goal_1 --plan plan.json ${flags}
  reject it:   npx baton reject goal_1 ${flags}
`,
    );
  });

  it('prints the goal that waits as JSON', async () => {
    const { exitCode, stdout } = await baton([...RUN, '-o', 'json'], await serverWaiting());
    expect(exitCode).toBe(7);
    expect(JSON.parse(stdout)).toEqual(waiting);
  });
});

describe('baton run --approval on a terminal', () => {
  it('goes on to the end when the answer is yes', async () => {
    const server = await serverWaiting({
      'GET /v1/goals/goal_1/events': [toApproval, toEnd('goal.succeeded')],
      'GET /v1/goals/goal_1': [
        json(200, waiting),
        json(200, running),
        json(200, { ...tripGoal, status: 'succeeded' }),
      ],
      [`POST ${APPROVE}`]: [json(202, running)],
    });
    const given = answering(server, 'y');
    const { exitCode, stdout } = await baton(RUN, given);
    expect([exitCode, stdout]).toEqual([0, '# Kyoto\n\nIn three days.\n']);
    expect(sent(server, APPROVE)).toEqual([{}]);
    expect(given.stderr.written()).toContain(
      'Run this plan? [y]es, [n]o, [e]dit, or Enter to decide later: ',
    );
    expect(given.stderr.cursorShown()).toBe(true);
  });

  it('ends the goal when the answer is no, with the reason given', async () => {
    const server = await serverWaiting({
      'GET /v1/goals/goal_1/events': [toApproval, toEnd('goal.cancelled')],
      'GET /v1/goals/goal_1': [json(200, waiting), json(200, rejected), json(200, rejected)],
      [`POST ${REJECT}`]: [json(202, rejected)],
    });
    const { exitCode, stdout } = await baton(RUN, answering(server, 'perhaps', 'no', ' Too dear '));
    expect([exitCode, stdout]).toEqual([5, '']);
    expect(sent(server, REJECT)).toEqual([{ reason: 'Too dear' }]);
    expect(sent(server, APPROVE)).toEqual([]);
  });

  it.each([
    ['Enter', ['']],
    ['the end of the input', []],
  ])('leaves it for later on %s', async (_, lines) => {
    const server = await serverWaiting();
    const given = answering(server, ...lines);
    const { exitCode } = await baton(RUN, given);
    expect(exitCode).toBe(7);
    expect(given.stderr.written()).toContain('  approve it:  npx baton approve goal_1\n');
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
  });

  it('sends the plan as the editor left it, and has it edited again when the server refuses it', async () => {
    const errors = [{ path: 'plan.tasks[0].worker', message: 'names no worker type.' }];
    const server = await serverWaiting({
      'GET /v1/goals/goal_1/events': [toApproval, toEnd('goal.partially_succeeded')],
      'GET /v1/goals/goal_1': [json(200, waiting), json(200, running), json(200, tripGoal)],
      [`POST ${APPROVE}`]: [problem(400, 'invalid_request', 'plan: …', { errors }), json(202, running)],
    });
    const script = await givenFile(
      'edit.mjs',
      `const { readFileSync, writeFileSync } = process.getBuiltinModule('node:fs');
const path = process.argv[2];
const plan = JSON.parse(readFileSync(path, 'utf8'));
plan.tasks = plan.tasks.slice(0, 1).map((task) => ({ ...task, worker: task.worker + '!' }));
writeFileSync(path, JSON.stringify(plan));`,
    );
    const environment = { EDITOR: `"${process.execPath}" "${script}"` };
    const given = { ...answering(server, 'e', 'y', 'e', 'y'), environment };
    expect((await baton(RUN, given)).exitCode).toBe(3);
    const [first] = waiting.plan?.tasks ?? [];
    const edited = (worker: string): object => ({ plan: { analysis: '', tasks: [{ ...first, worker }] } });
    expect(sent(server, APPROVE)).toEqual([edited('researcher!'), edited('researcher!!')]);
    expect(given.stderr.written()).toContain('  plan.tasks[0].worker: names no worker type.\n');
  });

  it('keeps the last plan that was one, when what the editor left is none', async () => {
    const server = await serverWaiting({
      'GET /v1/goals/goal_1/events': [toApproval, toEnd('goal.partially_succeeded')],
      'GET /v1/goals/goal_1': [json(200, waiting), json(200, running), json(200, tripGoal)],
      [`POST ${APPROVE}`]: [json(202, running)],
    });
    const script = await givenFile(
      'edit.mjs',
      `const { readFileSync, writeFileSync } = process.getBuiltinModule('node:fs');
const isFirst = readFileSync(process.argv[2], 'utf8').includes('sights');
writeFileSync(process.argv[2], isFirst ? '{"tasks": []}' : 'tasks: []');`,
    );
    const environment = { VISUAL: `"${process.execPath}" "${script}"`, EDITOR: 'false' };
    await baton(RUN, { ...answering(server, 'e', 'e', 'y'), environment });
    expect(sent(server, APPROVE)).toEqual([{ plan: { tasks: [] } }]);
  });

  it('follows what somebody else has decided meanwhile', async () => {
    const server = await serverWaiting({
      'GET /v1/goals/goal_1/events': [toApproval, toEnd('goal.cancelled')],
      'GET /v1/goals/goal_1': [json(200, waiting), json(200, rejected), json(200, rejected)],
      [`POST ${APPROVE}`]: [problem(409, 'conflict', 'Goal goal_1 does not await approval.')],
    });
    const given = answering(server, 'yes');
    expect((await baton(RUN, given)).exitCode).toBe(5);
    expect(given.stderr.written()).toContain('baton: Goal goal_1 does not await approval.\n');
  });

  it('leaves the plan waiting when interrupted, or when the key may not approve', async () => {
    const interrupted: Given['stdin'] = {
      ...fakeKeyboard(),
      line: () => Promise.reject(new Interruption('SIGINT')),
    };
    const server = await serverWaiting();
    const given = { ...answering(server), stdin: interrupted };
    expect((await baton(RUN, given)).exitCode).toBe(130);
    const refusing = answering(
      await serverWaiting({ [`POST ${APPROVE}`]: [problem(403, 'forbidden', 'This key lacks "operate".')] }),
      'y',
    );
    expect((await baton(RUN, refusing)).exitCode).toBe(2);
    for (const { stderr } of [given, refusing]) {
      expect(stderr.written()).toContain('The plan of goal goal_1 waits for approval.\n');
      expect(stderr.written()).not.toContain('goes on without this command');
    }
  });

  it('keeps the plan when there is no editor, or what it left is no plan', async () => {
    const script = await givenFile(
      'edit.mjs',
      `process.getBuiltinModule('node:fs').writeFileSync(process.argv[2], 'tasks: []');`,
    );
    for (const [editor, said] of [
      ['no-such-editor-here', 'The editor "no-such-editor-here" ended with 127. Set EDITOR'],
      [`"${process.execPath}" "${script}"`, 'That is not a JSON object.'],
    ] as const) {
      const server = await serverWaiting();
      const given = { ...answering(server, 'e', ''), environment: { EDITOR: editor } };
      expect((await baton(RUN, given)).exitCode).toBe(7);
      expect(given.stderr.written()).toContain(said);
    }
  });
});

describe('a plan that waits for approval', () => {
  it('is approved with an edited plan and followed, or left alone', async () => {
    const script = {
      [`POST ${APPROVE}`]: [json(202, running)],
      'GET /v1/goals/goal_1/events': [toEnd('goal.succeeded')],
      'GET /v1/goals/goal_1': [json(200, { ...tripGoal, status: 'succeeded' as const })],
    };
    const plan = await givenFile(
      'plan.json',
      '{"tasks": [{"id": "a", "worker": "writer", "description": "x"}]}',
    );
    const followed = await startStubServer(script);
    expect(await baton(['approve', 'goal_1', '--plan', plan], followed)).toMatchObject({
      exitCode: 0,
      stdout: '# Kyoto\n\nIn three days.\n',
    });
    expect(sent(followed, APPROVE)).toEqual([
      { plan: { tasks: [{ id: 'a', worker: 'writer', description: 'x' }] } },
    ]);
    expect(await baton(['approve', 'goal_1', '--detach'], await startStubServer(script))).toEqual({
      exitCode: 0,
      stdout: 'goal_1 running\n',
      stderr: '',
    });
  });

  it('is waited for by watch, whoever approves it', async () => {
    const server = await startStubServer({
      'GET /v1/goals/goal_1/events': [toEnd('goal.succeeded')],
      'GET /v1/goals/goal_1': [json(200, waiting), json(200, { ...tripGoal, status: 'succeeded' })],
    });
    expect((await baton(['watch', 'goal_1'], server)).exitCode).toBe(0);
  });

  it('is rejected with a reason', async () => {
    const server = await startStubServer({ [`POST ${REJECT}`]: [json(202, rejected)] });
    const { stdout } = await baton(['reject', 'goal_1', '--reason', 'Too dear'], server);
    expect(stdout).toBe('goal_1 cancelled\n');
    expect(sent(server, REJECT)).toEqual([{ reason: 'Too dear' }]);
  });

  it('is printed alone by get --plan, as approve takes it', async () => {
    const reply = json(200, waiting);
    const server = await startStubServer({
      'GET /v1/goals/goal_1': [reply, reply, json(200, { ...waiting, plan: null })],
    });
    expect((await baton(['get', 'goal_1', '--plan'], server)).stdout).toMatch(
      /^TASK .*\nsights .*\n {2}route /,
    );
    const { stdout } = await baton(['get', 'goal_1', '--plan', '-o', 'json'], server);
    expect(JSON.parse(stdout)).toEqual({ analysis: '', tasks: waiting.plan?.tasks });
    expect(await baton(['get', 'goal_1', '--plan'], server)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Goal goal_1 is awaiting_approval and has no plan.'),
    });
  });
});
