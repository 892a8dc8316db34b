import { Queue } from 'bullmq';
import { task } from '../../../e2e/plans.ts';
import { until } from '../../../e2e/until.ts';
import { LedgerReader } from '../../evidence/ledger-reader.ts';
import type { DirectedScenario } from './scenario.ts';
import { steadyLab } from './small-lab.ts';
import { goalOf, type Stage } from './stage.ts';

const fork = [task('head'), task('left', ['head']), task('right', ['head'])];

/** Nobody dies; what is looked at is the order of things. */
export const flows = {
  /** Two tasks wait for one that takes its time. */
  fork: {
    lab: steadyLab,
    async run(stage) {
      const request = goalOf('forks', fork);
      await stage.slow(request.goal, { task: 'head' }, 1_000);
      await stage.client.accepted(request);
    },
  },

  /** An operator promotes every delayed job. */
  'woken link': {
    lab: steadyLab,
    async run(stage) {
      const request = goalOf('woken links', fork);
      await stage.slow(request.goal, { task: 'head' }, 2_500);
      await stage.client.accepted(request);
      await stage.callInFlight('head');
      await promoteLinks(stage);
    },
  },

  /** A goal is cancelled while tasks of it run and others wait. */
  cancelled: {
    lab: steadyLab,
    async run(stage) {
      const request = goalOf('cancelled goals', fork);
      await stage.slow(request.goal, { task: 'head' }, 5_000);
      const goalId = await stage.client.accepted(request);
      await stage.callInFlight('head');
      await cancel(stage, goalId);
    },
  },

  /** A goal is cancelled whose tasks nobody is there to take up. */
  'cancelled in the queue': {
    lab: steadyLab,
    async run(stage) {
      await stage.worker.kill();
      const goalId = await stage.client.accepted(goalOf('queued goals', fork));
      const ledger = new LedgerReader(() => stage.lab.redis.connection, stage.lab.prefix);
      await until('a task waits', async () =>
        (await ledger.pendingJobs()).some(
          ({ queue, state }) => queue === 'tasks.researcher' && state === 'prioritized',
        ),
      );
      await cancel(stage, goalId);
    },
  },
} satisfies Record<string, DirectedScenario>;

async function cancel({ client }: Stage, goalId: string): Promise<void> {
  const status = await client.cancel(goalId);
  if (status !== 202) throw new Error(`The cancellation was answered ${status}.`);
}

async function promoteLinks({ lab: { redis, prefix } }: Stage): Promise<void> {
  const control = new Queue('control', {
    connection: redis.connection,
    prefix: `{${prefix}}:queue`,
    skipMetasUpdate: true,
  });
  const links = await control.getDelayed();
  if (links.length === 0) throw new Error('There is no link to promote.');
  await Promise.all(links.map((link) => link.promote()));
  await control.close();
}
