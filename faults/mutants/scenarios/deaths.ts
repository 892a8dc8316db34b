import { task } from '../../../e2e/plans.ts';
import { allowedRepeats } from '../../scenario/repeat-allowance.ts';
import type { DirectedScenario } from './scenario.ts';
import { smallLab } from './small-lab.ts';
import { goalOf } from './stage.ts';

const MOST_DEATHS = 3;

/** Each has a process die at one place, and another take over. */
export const deaths = {
  /** The API dies when nothing is written yet. */
  'unwritten goal': {
    async run(stage) {
      const { client, api } = stage;
      await stage.arm(api, 'submit.checked');
      await client.submit(goalOf('unwritten goals', [task('only')]));
      await stage.died(api);
      await api.restart();
    },
  },

  /** One of two APIs dies when a goal is written and nobody was told, and all who sent it with its key send it again. */
  'resent goal': {
    lab: { ...smallLab, apis: 2 },
    async run(stage) {
      const { client, api } = stage;
      await stage.arm(api, 'submit.written');
      const taken = client.submitKeyed(goalOf('resent goals', [task('only')]), { copies: 6 });
      await stage.died(api);
      await api.restart();
      await taken;
    },
  },

  /** The API dies when a goal is open again and has no job. */
  'retry without a job': {
    async run(stage) {
      const { client, api } = stage;
      await stage.arm(api, 'retry.recorded');
      const request = goalOf('retries without a job', [task('only')]);
      await stage.fault(
        request.goal,
        { task: 'only' },
        { kind: 'error', status: 400, type: 'invalid_request_error' },
      );
      const goalId = await client.accepted(request);
      await stage.ended(goalId);
      await client.retry(goalId);
      await stage.died(api);
      await api.restart();
    },
  },

  /** A worker dies when its answer is in the journal and its outcome is not recorded. */
  'answer without an outcome': {
    expectations: { lostAnswers: allowedRepeats('task.decided', 'kill') },
    async run(stage) {
      const { client, worker } = stage;
      await stage.arm(worker, 'task.decided');
      await client.accepted(goalOf('answers without an outcome', [task('only')]));
      await stage.died(worker);
      await worker.restart();
    },
  },

  /** The planner dies as soon as a goal with a webhook has ended. */
  'end without a webhook': {
    async run(stage) {
      const { client, planner, lab } = stage;
      await stage.arm(planner, 'goal.ended');
      await client.accepted(
        goalOf('ends without a webhook', [task('only')], { webhook: { url: lab.sink.url } }),
      );
      await stage.died(planner);
      await planner.restart();
    },
  },

  /** A task's worker dies twice, neither time through the task. */
  'two deaths': {
    expectations: { minSuccess: 1 },
    async run(stage) {
      const { client, worker } = stage;
      await stage.arm(worker, 'task.started');
      await client.accepted(goalOf('two deaths', [task('only')]));
      await stage.died(worker);
      await stage.arm(worker, 'task.started');
      await stage.died(worker);
      await worker.restart();
    },
  },

  /** A task kills whatever takes it up. */
  'deadly task': {
    expectations: { minSuccess: 0 },
    async run(stage) {
      const { client, worker } = stage;
      await stage.arm(worker, 'task.started');
      await client.accepted(goalOf('deadly tasks', [task('only')]));
      for (let death = 1; death < MOST_DEATHS; death += 1) {
        await stage.died(worker);
        await stage.arm(worker, 'task.started');
      }
      await stage.died(worker);
      await worker.restart();
    },
    verify: ({ goals }) =>
      goals.flatMap(({ events }) => {
        const starts = events.filter(({ event }) => event === 'task.started').length;
        if (starts <= MOST_DEATHS) return [];
        return [
          {
            invariant: 'poison-fuse',
            message: `A task that had killed ${MOST_DEATHS} workers was started again.`,
          },
        ];
      }),
  },
} satisfies Record<string, DirectedScenario>;
