import { task } from '../../../e2e/plans.ts';
import type { LabOptions } from '../../lab/lab.ts';
import { allowedRepeats } from '../../scenario/repeat-allowance.ts';
import type { DirectedScenario } from './scenario.ts';
import { smallLab, steadyLab } from './small-lab.ts';
import { goalOf, type Stage } from './stage.ts';

const twoWorkers = { ...smallLab, workers: 2 } satisfies LabOptions;
/** Nobody says which types of worker a plan is made of. */
const twoPlanners = { ...smallLab, planners: 2, environment: {} } satisfies LabOptions;

/** So long, in ms, must a goal go on for a late twin to be able to do harm. */
const LONG_ENOUGH = 2_500;

/** Each stands still, or is cut off, until another process has taken its work over; then it comes back. */
export const twins = {
  /** A worker that knows an outcome wakes when its task has one. */
  'late outcome': {
    lab: twoWorkers,
    async run(stage) {
      const { client, worker } = stage;
      const twin = await stage.armAlone(worker, 'task.decided', 'stop');
      const request = goalOf('late outcomes', [task('first'), task('second', ['first'])]);
      await stage.slow(request.goal, { task: 'second' }, LONG_ENOUGH);
      const goalId = await client.accepted(request);
      await stage.stopped(worker);
      await twin.restart();
      await stage.event(goalId, 'task.succeeded', 'first');
      worker.resume();
      await stage.ended(goalId);
    },
  },

  /** A worker that is about to make a call wakes while its twin makes it. */
  'late call': {
    lab: twoWorkers,
    expectations: { lostAnswers: allowedRepeats('task.started', 'stop') },
    async run(stage) {
      const { client, worker } = stage;
      const twin = await stage.armAlone(worker, 'task.started', 'stop');
      const request = await slowGoal(stage, 'late calls');
      await client.accepted(request);
      await stage.stopped(worker);
      await twin.restart();
      await stage.callInFlight('only');
      worker.resume();
    },
  },

  /** A worker whose call was refused, and which waits to make it again, wakes while its twin makes it. */
  'late second try': {
    lab: twoWorkers,
    async run(stage) {
      const { client, worker } = stage;
      const twin = stage.twinOf(worker);
      await twin.kill();
      const request = goalOf('second tries', [task('only')]);
      await stage.fault(request.goal, { task: 'only' }, { kind: '429', retryAfter: 2 });
      await slowGoal(stage, 'second tries');
      await client.accepted(request);
      const refused = await stage.call('the first try is refused', ({ status }) => status === 429);
      worker.stop();
      await twin.restart();
      await stage.callInFlight('only', refused.serial);
      worker.resume();
    },
  },

  /** A worker loses Redis, and with it the lock of a task that it is making a call for. */
  'lost lock': {
    lab: twoWorkers,
    async run(stage) {
      const { client, worker } = stage;
      const twin = stage.twinOf(worker);
      await twin.kill();
      const request = goalOf('lost locks', [task('only')]);
      await stage.slow(request.goal, { task: 'only' }, 5_000);
      const goalId = await client.accepted(request);
      await stage.callInFlight('only');
      worker.redis.freeze();
      await twin.restart();
      await stage.ended(goalId);
      await worker.redis.clear();
    },
  },

  /** A planner that is about to end a goal wakes when it was cancelled. */
  'late end': {
    lab: steadyLab,
    async run(stage) {
      const { client, planner } = stage;
      await stage.arm(planner, 'goal.ending', 'stop');
      const goalId = await client.accepted(goalOf('late ends', [task('only')]));
      await stage.stopped(planner);
      const status = await client.cancel(goalId);
      if (status !== 202) throw new Error(`The cancellation was answered ${status}.`);
      planner.resume();
    },
  },

  /** A planner that has a plan wakes when its twin's has been carried out. */
  'late plan': {
    lab: twoPlanners,
    expectations: { lostAnswers: allowedRepeats('plan.decided', 'stop') },
    async run(stage) {
      const { client, planner } = stage;
      const twin = await stage.armAlone(planner, 'plan.decided', 'stop');
      const goalId = await client.accepted({
        goal: 'Compare oak and pine: cost, comfort, and what lasts longer.',
      });
      await stage.stopped(planner);
      await twin.restart();
      await stage.ended(goalId);
      planner.resume();
      await stage.retired(planner);
    },
  },
} satisfies Record<string, DirectedScenario>;

/** The goal does not end before a call that was made a little later has been answered, too. */
async function slowGoal(stage: Stage, name: string): Promise<ReturnType<typeof goalOf>> {
  const request = goalOf(name, [task('only')]);
  await stage.slow(request.goal, { task: 'only' }, LONG_ENOUGH);
  await stage.slow(request.goal, { role: 'synthesiser' }, LONG_ENOUGH);
  return request;
}
