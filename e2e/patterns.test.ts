import type { Goal, GoalSummary } from '@baton/shared/contract/goal';
import { describe, expect, test } from 'vitest';
import { useBaton, useSharedBaton, type SharedBaton } from './baton.ts';
import { documentedCommands, runScript } from './patterns/documented-commands.ts';
import { resultsIn, userText, wireOf, type Wire } from './patterns/wire.ts';

const commands = documentedCommands();
const baton = useSharedBaton();
const inXml = useBaton({ orchestrator: { STRUCTURED_OUTPUT: 'xml' } });

interface Shown {
  readonly goal: Goal;
  /** Of a block that runs two goals, the first. */
  readonly earlier: Goal | null;
  readonly wire: Wire;
  readonly stdout: string;
}

const shown = new Set<string>();

/** Runs what the page shows under a heading, as it stands there. */
async function show(heading: string, on: SharedBaton = baton, exitCode = 0): Promise<Shown> {
  const command = commands.get(heading);
  if (!command) throw new Error(`docs/patterns.md has no command under "${heading}"`);
  shown.add(heading);
  const result = await runScript(command.script, on.api.url);
  expect(result.exitCode, result.stderr).toBe(exitCode);
  const { items } = await on.api.json<{ items: GoalSummary[] }>('GET', '/v1/goals?limit=2', 200);
  const [latest, before] = items;
  if (!latest) throw new Error('no goal');
  const goal = await on.api.goal(latest.id);
  const runsTwo = command.script.match(/npx baton run/g)?.length === 2;
  return {
    goal,
    earlier: runsTwo && before ? await on.api.goal(before.id) : null,
    wire: await wireOf(on.emulator, goal.goal),
    stdout: result.stdout,
  };
}

function statuses({ tasks }: Goal): Record<string, string> {
  return Object.fromEntries(tasks.map(({ id, status }) => [id, status]));
}

/** Each task's prompt holds the results of its dependencies and no other, and the synthesiser's those of all tasks. */
function expectDelegation({ goal, wire }: Shown): void {
  for (const { id, dependencies, forEach, worker } of goal.plan?.tasks ?? []) {
    if (forEach !== undefined || worker === 'orchestrator') continue;
    const [request] = wire.of('task', id);
    if (!request) throw new Error(`nobody asked for ${id}`);
    expect([id, ...resultsIn(request, 'dependency')]).toEqual([id, ...[...dependencies].sort()]);
    expect(userText(request)).toContain(`<task id="${id}"`);
  }
  const outcomes = wire.of('synthesiser').map((request) => resultsIn(request, 'outcome'));
  expect(outcomes.at(-1)).toEqual(goal.tasks.map(({ id }) => id).sort());
}

/** Low complexity went to the fast model, high to the strong one. */
function expectTiers({ goal, wire }: Shown): void {
  for (const { id, complexity, forEach, worker } of goal.plan?.tasks ?? []) {
    if (complexity === 'medium' || forEach !== undefined || worker === 'orchestrator') continue;
    expect([id, wire.of('task', id)[0]?.body.model]).toEqual([
      id,
      expect.stringContaining(complexity === 'low' ? 'haiku' : 'opus'),
    ]);
  }
}

const customTasks = ({ plan }: Goal) => (plan?.tasks ?? []).filter(({ worker }) => worker === 'specialist');

describe('the known systems', () => {
  test('an orchestrator in Python', async () => {
    const it = await show('An orchestrator in Python');
    expect(it.goal.status).toBe('succeeded');
    const workers = new Set(it.goal.tasks.map(({ worker }) => worker));
    expect([...workers].sort()).toEqual(['researcher', 'specialist', 'synthesizer', 'validator']);
    const complexities = new Set(it.goal.plan?.tasks.map(({ complexity }) => complexity));
    expect([...complexities].sort()).toEqual(['high', 'low', 'medium']);
    for (const { requirements } of it.goal.plan?.tasks ?? []) expect(requirements).not.toEqual([]);
    expectDelegation(it);
    expectTiers(it);
  });

  test('a travel planner on Dapr', async () => {
    const it = await show('A travel planner on Dapr');
    expect(it.goal).toMatchObject({ status: 'succeeded', output: expect.stringMatching(/Lisbon/) });
    const [planning] = it.wire.of('planner');
    expect(planning && userText(planning)).toContain('<recipe name="travel-planning">');
    expect(
      it.goal.plan?.tasks.filter(({ dependencies }) => dependencies.length === 0).length,
    ).toBeGreaterThan(1);
    expectDelegation(it);
  });

  test('the flexible orchestrator of the Anthropic cookbook', async () => {
    const it = await show('The flexible orchestrator of the Anthropic cookbook');
    expect(it.goal.status).toBe('succeeded');
    const approaches = customTasks(it.goal).map(({ approach }) => approach);
    expect(approaches).toEqual(expect.arrayContaining(['formal', 'conversational', 'technical']));
    for (const { id, approach = '' } of customTasks(it.goal)) {
      const [request] = it.wire.of('task', id);
      expect(request && userText(request)).toContain(`<approach>${approach}</approach>`);
      expect(request && userText(request)).toContain('lifetime guarantee');
    }
    expectDelegation(it);
  });

  test('its XML', async () => {
    expect(commands.get('Its XML')?.setting).toBe('STRUCTURED_OUTPUT=xml');
    const it = await show('Its XML', inXml);
    expect(it.goal).toMatchObject({ status: 'succeeded', plan: { mode: 'plan' } });
    const [planning] = it.wire.of('planner');
    expect(planning?.body.output_config).toBeUndefined();
    expect(JSON.stringify(planning?.body)).toContain('Reply in XML');
    expectDelegation(it);
  });

  test('its XML is repaired with what is wrong with it', async () => {
    const goal = 'Compare slate, tile and thatch for a small roof';
    const xml = '<tasks><task><type>researcher</type></task></tasks>';
    await inXml.emulator.inject({
      match: { contains: goal, role: 'planner' },
      fault: { kind: 'text', text: xml },
    });
    expect((await inXml.api.run({ goal })).goal.status).toBe('succeeded');
    const [first, repair, ...more] = (await wireOf(inXml.emulator, goal)).of('planner');
    expect([first?.body.messages.length, repair?.body.messages.length, more]).toEqual([1, 3, []]);
    expect(repair?.body.messages[2]?.content).toMatch(/<violation[^>]*>[^<]*description/);
  });

  test('its custom prompts', async () => {
    const it = await show('Its custom prompts');
    expect(it.goal.status).toBe('succeeded');
    expect(it.wire.of('planner')[0]?.body.system).toContain('The versions are to be real alternatives.');
    expect(it.wire.of('synthesiser')[0]?.body.system).toContain('Copy is quoted, never described');
    const writer = it.goal.tasks.find(({ worker }) => worker === 'writer');
    expect(it.wire.of('task', writer?.id)[0]?.body.system).toContain('One idea, one promise');
    expectDelegation(it);
  });

  test('a report writer on LangGraph', async () => {
    const it = await show('A report writer on LangGraph');
    expect(it.goal.status).toBe('succeeded');
    const planned = it.goal.plan?.tasks.find(({ forEach }) => forEach !== undefined);
    const section = it.goal.tasks.find(({ id }) => id === planned?.id);
    expect(planned?.dependencies).toContain(planned?.forEach);
    expect(section?.subGoal?.tasks.map(({ status }) => status)).toEqual(Array(4).fill('succeeded'));
    const written = it.wire.of('task').filter(({ task }) => task?.startsWith('item-'));
    const items = written.map((request) => /<item[^>]*>([^<]*)</.exec(userText(request))?.[1]);
    expect(new Set(items).size).toBe(4);
    const [review] = it.wire.of('task', 'review');
    for (const { output } of section?.subGoal?.tasks ?? [])
      expect(review && userText(review)).toContain((output ?? '').split('\n')[0]);
    expectDelegation(it);
  });

  test.for([
    ['A document analyzer', 'SERVICE AGREEMENT'],
    ['A code analyzer', 'export async function redeem'],
  ] as const)('%s', async ([heading, material]) => {
    const it = await show(heading);
    expect(it.goal.status).toBe('succeeded');
    expect(customTasks(it.goal)).toMatchObject([{ approach: expect.any(String) }]);
    for (const { id, why, focus } of it.goal.plan?.tasks ?? []) {
      const [request] = it.wire.of('task', id);
      expect([id, why, focus]).toEqual([id, expect.any(String), expect.any(String)]);
      expect(request && userText(request)).toContain(material);
    }
    expectDelegation(it);
    expectTiers(it);
  });
});

describe('the parts of the pattern', () => {
  test('an unlawful plan is repaired by naming the violation, at most twice', async () => {
    const goal = 'Compare linen and cotton for curtains, planned in circles';
    const match = { contains: goal, role: 'planner' };
    await baton.emulator.inject({ match, fault: { kind: 'bad-plan', which: 'cycle' } });
    expect((await baton.api.run({ goal })).goal.status).toBe('succeeded');
    const [, repair] = (await wireOf(baton.emulator, goal)).of('planner');
    expect(repair?.body.messages.at(-1)?.content).toMatch(/<violation[^>]*>[^<]*circle/);

    const hopeless = `${goal} for ever`;
    await baton.emulator.inject({ match: { contains: hopeless }, fault: { kind: 'bad-plan' }, times: 9 });
    const { goal: ended } = await baton.api.run({ goal: hopeless });
    expect(ended).toMatchObject({ status: 'failed', error: { type: 'plan_invalid' } });
    expect((await wireOf(baton.emulator, hopeless)).all).toHaveLength(3);
    await baton.emulator.clearFaults();
  });

  test('one answer, one call', async () => {
    const { goal, wire, stdout } = await show('One answer, one call');
    expect(goal).toMatchObject({ status: 'succeeded', plan: { mode: 'direct' }, tasks: [] });
    expect(wire.all.map(({ role }) => role)).toEqual(['planner']);
    expect(goal.usage.calls).toBe(1);
    expect(stdout).toContain('6 * 7 = 42');
  });

  test('finishing early', async () => {
    // What is open when the judge is asked is still open when it has spoken.
    const slow = { contains: 'beekeeping in cities', task: 'edit' };
    await baton.emulator.inject({ match: slow, fault: { kind: 'hang' } });
    const { goal, wire } = await show('Priorities, and finishing early');
    await baton.emulator.clearFaults();
    expect(goal).toMatchObject({ status: 'succeeded', finishedEarly: expect.any(String) });
    expect(wire.of('assessor')).toHaveLength(1);
    const [assessed] = wire.of('assessor');
    const high = goal.plan?.tasks.filter(({ priority }) => priority === 'high').map(({ id }) => id);
    expect(assessed && resultsIn(assessed, 'outcome')).toEqual(high?.sort());
    expect(goal.missing.length).toBeGreaterThan(0);
    for (const { taskId } of goal.missing) expect(statuses(goal)[taskId]).toBe('cancelled');
    const told = wire.of('synthesiser').map((request) => resultsIn(request, 'outcome'));
    expect(told).toEqual([goal.tasks.map(({ id }) => id).sort()]);
  });

  test('review and revision', async () => {
    const { goal, wire } = await show('Review and revision');
    expect(goal.status).toBe('succeeded');
    const revised = goal.tasks.filter(({ reviews }) => reviews.length === 2);
    expect(revised.map(({ reviews }) => reviews.map(({ verdict }) => verdict))).toEqual([['fail', 'pass']]);
    const [task] = revised;
    const [, revision] = wire.of('task', task?.id);
    const [first] = task?.reviews ?? [];
    expect(revision && userText(revision)).toContain('<previous_result');
    for (const point of first?.feedback ?? [])
      expect(revision && userText(revision)).toContain(`<point>${point}`);
    for (const { reviews } of goal.tasks) {
      expect(reviews.length).toBeGreaterThan(0);
      expect(reviews.length).toBeLessThanOrEqual(3);
    }
    expect(goal.reviews.at(-1)).toMatchObject({ verdict: 'pass', scores: { accuracy: expect.any(Number) } });
  });

  test('reviews are bounded, and what never passes is kept as partial', async () => {
    const goal = 'Compare ink and pencil for field notes [no draft of compare passes review]';
    const { goal: ended } = await baton.api.run({ goal, options: { reviewRounds: 2 } });
    expect(ended.status).toBe('partially_succeeded');
    const failing = ended.tasks.filter(({ status }) => status === 'partial');
    expect(failing.map(({ reviews }) => reviews.length)).toEqual([3]);
    expect(failing[0]?.output).not.toBeNull();
  });

  test('replanning', async () => {
    const { goal, wire } = await show('Replanning');
    expect(goal).toMatchObject({ status: 'succeeded', replans: 1, rev: 2 });
    expect(wire.of('replanner')).toHaveLength(1);
    expect(new Set(Object.values(statuses(goal)))).toEqual(new Set(['succeeded']));
  });

  test('hierarchy', async () => {
    const { goal, wire } = await show('Hierarchy');
    expect(goal.status).toBe('succeeded');
    const nested = goal.tasks.filter(({ worker }) => worker === 'orchestrator');
    expect(nested.length).toBe(2);
    for (const { subGoal, output } of nested) {
      expect(subGoal).toMatchObject({ status: 'succeeded' });
      expect(output).not.toBeNull();
      const inner = await baton.api.goal(subGoal?.id ?? '');
      expect(inner.parent?.goalId).toBe(goal.id);
      await baton.api.problem('POST', `/v1/goals/${inner.id}/retry`, 409);
    }
    expect(wire.of('planner')).toHaveLength(3);
    expect(goal.usage.calls).toBeGreaterThan(wire.of('task').length);
  });

  test('the plan cache', async () => {
    const { goal, earlier } = await show('The plan cache');
    expect(earlier?.planCache).toBeNull();
    expect(goal.planCache).toEqual({ match: 'normalised', savedCalls: 1 });
    expect(goal.plan?.tasks).toEqual(earlier?.plan?.tasks);
    expect((await wireOf(baton.emulator, goal.goal)).of('planner')).toEqual([]);
  });
});

test('every command of docs/patterns.md has been run', () => {
  expect([...commands.keys()].filter((heading) => !shown.has(heading))).toEqual([]);
});
