import { task } from '../../e2e/plans.ts';
import type { GoalToSubmit } from '../evidence/client-log.ts';
import type { CaseLoad, FailpointCase } from './failpoint-cases.ts';

/** A case whose goals, each with a plan that makes a flow of its own do something special, are submitted side by side. */
function special(goals: number, request: (load: CaseLoad) => Promise<GoalToSubmit>): FailpointCase {
  return {
    role: 'planner',
    mostPassings: 1,
    async load(load) {
      const requests = await Promise.all(Array.from({ length: goals }, () => request(load)));
      await Promise.all(requests.map((each) => load.client.submit(each)));
    },
  };
}

function textOf(load: CaseLoad): string {
  return `Find out what there is to know about ${load.newName()}.`;
}

const tea = { ...task('tea'), priority: 'high' };
const advice = task('advice', ['tea'], 'analyzer');

/** A task fails for good, its dependent is skipped, and the plan may be changed once. */
export const replanning = special(3, async ({ lab, ...load }) => {
  const goal = textOf({ lab, ...load });
  const fault = { kind: 'error', status: 400, type: 'invalid_request_error' } as const;
  await lab.emulator.inject({ match: { contains: goal, task: 'tea' }, fault, times: 1 });
  return { goal, plan: { tasks: [tea, advice] }, options: { maxReplans: 1 } };
});

const LIST = JSON.stringify(['Assam', 'Ceylon', 'Darjeeling']);

/** With a task that is a goal of its own, and one that is done once per item of a list. */
async function project(load: CaseLoad): Promise<GoalToSubmit & { readonly about: string }> {
  const goal = textOf(load);
  const match = { contains: goal, task: 'tea' };
  await load.lab.emulator.inject({ match, fault: { kind: 'text', text: LIST }, times: 2 });
  const about = `Compare tea and coffee for ${load.newName()}: cost, taste, and what keeps one awake longer.`;
  const handedOn = { ...task('project', ['tea'], 'orchestrator'), description: about };
  const each = { ...task('each', ['tea']), forEach: 'tea' };
  const tasks = [tea, handedOn, each, task('advice', ['project', 'each'], 'analyzer')];
  return { goal, plan: { tasks }, about };
}

/** A project that is planned and run as a goal of its own, which another task waits for. */
export const handingOn = special(3, async (load) => {
  const { about: _about, ...request } = await project(load);
  return request;
});

/** A project of which a part fails, and which is set going again by a retry of the goal that it is for. */
export const projectRetried: FailpointCase = {
  role: 'planner',
  mostPassings: 1,
  strikesWithin: 10_000,
  async load(load) {
    const one = async (): Promise<void> => {
      const { about, ...request } = await project(load);
      const fault = { kind: 'error', status: 400, type: 'invalid_request_error' } as const;
      await load.lab.emulator.inject({ match: { contains: about, role: 'task' }, fault, times: 1 });
      const answer = await load.client.submit(request);
      if (answer.kind !== 'accepted') return;
      await load.client.ended(answer.goalId, 40_000);
      await load.client.retry(answer.goalId);
    };
    await Promise.all([one(), one(), one()]);
  },
};

/** What is important is there at once, and suffices. */
export const assessing = special(3, async ({ lab, ...load }) => {
  const goal = textOf({ lab, ...load });
  const slow = { kind: 'delay', ms: 3_000 } as const;
  await lab.emulator.inject({ match: { contains: goal, task: 'extra' }, fault: slow, times: 1 });
  const text = JSON.stringify({ suffices: true, reason: 'The tea is all that was asked for.' });
  const match = { contains: goal, role: 'assessor' };
  await lab.emulator.inject({ match, fault: { kind: 'text', text }, times: 2 });
  const extra = { ...task('extra', [], 'writer'), priority: 'low' };
  return { goal, plan: { tasks: [tea, extra] }, options: { finishEarly: true } };
});
