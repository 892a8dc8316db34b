import { task } from '../../../e2e/plans.ts';
import type { DirectedScenario } from './scenario.ts';
import { steadyLab } from './small-lab.ts';
import { goalOf } from './stage.ts';

/** What clients, receivers and the model do, or suffer. */
export const clients = {
  /** The API is killed while a client reads a goal's events. */
  'broken stream': {
    lab: steadyLab,
    async run(stage) {
      const { client, api } = stage;
      const request = goalOf('broken streams', [task('first'), task('second', ['first'])]);
      await stage.slow(request.goal, { task: 'second' }, 2_500);
      await client.accepted(request);
      await stage.callInFlight('second');
      await api.restart();
    },
  },

  /** The receiver of a webhook refuses it at first. */
  'refused webhook': {
    lab: steadyLab,
    async run({ client, lab }) {
      lab.sink.failNext(1, 500);
      await client.accepted(goalOf('refused webhooks', [task('only')], { webhook: { url: lab.sink.url } }));
    },
    verify: ({ deliveries }) =>
      deliveries.some(({ answered }) => answered === 204)
        ? []
        : [{ invariant: 'webhook', message: 'The receiver refused the webhook, and it was not sent again.' }],
  },

  /** The connection to the model breaks when an answer begins. */
  'lost answer': {
    lab: steadyLab,
    expectations: { lostAnswers: 1 },
    async run({ client, worker }) {
      worker.model.truncate(1);
      await client.accepted(goalOf('lost answers', [task('only')]));
    },
  },

  /** A goal does not end by its deadline. */
  overdue: {
    lab: steadyLab,
    expectations: { minSuccess: 0 },
    async run(stage) {
      const request = goalOf('overdue goals', [task('only')], { options: { deadline: '1s' } });
      await stage.fault(request.goal, { task: 'only' }, { kind: 'hang' });
      await stage.client.accepted(request);
    },
  },

  /** A goal is retried of which one task has succeeded and one has failed. */
  retried: {
    lab: steadyLab,
    async run(stage) {
      const { client } = stage;
      const request = goalOf('retries', [task('well'), task('ill')]);
      await stage.fault(
        request.goal,
        { task: 'ill' },
        { kind: 'error', status: 400, type: 'invalid_request_error' },
      );
      const goalId = await client.accepted(request);
      await stage.ended(goalId);
      await client.retry(goalId);
    },
    verify: ({ model }) => {
      const paid = model.calls.filter((call) => call.task === 'well' && call.paidAt !== null).length;
      const message = `A task that had succeeded was paid for ${paid} times.`;
      return paid === 1 ? [] : [{ invariant: 'retried-success', message }];
    },
  },
} satisfies Record<string, DirectedScenario>;
