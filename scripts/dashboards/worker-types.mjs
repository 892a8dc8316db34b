import { dashboard } from './dashboard.mjs';
import { course, number } from './panels.mjs';

// Queues that are no worker type's have it empty, and `.*` fits that too.
const of = 'namespace=~"$namespace", worker_type!="", worker_type=~"$worker_type"';
const tasks = 'namespace=~"$namespace", queue=~"tasks[.]($worker_type)"';

export const workerTypes = dashboard({
  uid: 'baton-worker-types',
  title: 'Baton: worker types',
  description: 'Which worker type is short of slots, slow or failing.',
  labels: [{ name: 'worker_type', title: 'Worker type', of: 'baton_queue_jobs' }],
  rows: [
    {
      title: 'Now',
      panels: [
        number({
          title: 'Tasks waiting',
          description: 'Tasks that any free slot would take now.',
          queries: [[`sum(baton:queue_jobs:max{${of}, state="waiting"})`, 'waiting']],
          unit: 'short',
        }),
        number({
          title: 'Oldest waiting',
          description: 'How long the task that waits longest has been ready.',
          queries: [[`max(baton:queue_oldest_waiting_seconds:max{${of}})`, 'oldest']],
          unit: 's',
          warn: 60,
          alarm: 300,
        }),
        number({
          title: 'Worker processes',
          description: 'Processes that take these types; one that takes several counts once for each.',
          queries: [[`sum(max by (namespace, worker_type) (baton_worker_processes{${of}}))`, 'processes']],
          unit: 'short',
        }),
        number({
          title: 'Slots in use',
          description: 'At 100 % tasks wait for a slot.',
          queries: [
            [`sum(baton:worker_slots_used:max{${of}}) / (sum(baton:worker_slots:max{${of}}) > 0)`, 'used'],
          ],
          unit: 'percentunit',
          warn: 0.9,
          alarm: 0.99,
          none: 'no slots',
        }),
        number({
          title: 'Tasks ended a minute',
          description: 'However they ended, over five minutes.',
          queries: [[`60 * sum(baton:tasks_ended:rate5m{${of}})`, 'a minute']],
          unit: 'short',
          decimals: 1,
        }),
        number({
          title: 'Tasks that fail',
          description: 'The worst worker type: share of its tasks ended in 15 minutes that failed.',
          queries: [[`max(baton:tasks_failed:ratio_rate15m{${of}})`, 'failed']],
          unit: 'percentunit',
          warn: 0.05,
          alarm: 0.2,
          none: 'none ended',
        }),
      ],
    },
    {
      title: 'Backlog and capacity',
      panels: [
        course({
          title: 'Backlog per slot',
          description:
            'Tasks waiting for each slot that is there. It is about how many rounds of tasks stand before a new one.',
          queries: [[`baton:worker_backlog_per_slot:ratio{${of}}`, '{{worker_type}}']],
          unit: 'short',
        }),
        course({
          title: 'Oldest waiting',
          description: 'From five minutes on BatonBacklogOld fires.',
          queries: [[`baton:queue_oldest_waiting_seconds:max{${of}}`, '{{worker_type}}']],
          unit: 's',
          warn: 60,
          alarm: 300,
        }),
        course({
          title: 'Slots there and wanted',
          description: 'Wanted above there: more processes of this type would be used at once.',
          queries: [
            [`baton:worker_slots:max{${of}}`, '{{worker_type}} there'],
            [`baton:worker_slots_wanted:max{${of}}`, '{{worker_type}} wanted'],
          ],
          unit: 'short',
        }),
        course({
          title: 'Share of slots in use',
          description: 'Low while tasks wait: look at the limits of the models.',
          queries: [[`baton:worker_slots_used:ratio{${of}}`, '{{worker_type}}']],
          unit: 'percentunit',
          most: 1,
        }),
        course({
          title: 'Tasks running by process',
          description: 'An even spread is normal; a process at zero beside busy ones hears no jobs.',
          queries: [[`sum by (instance) (baton_tasks_running{${of}})`, '{{instance}}']],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Jobs put back for later',
          description: 'Delayed: they wait for the end of an overload, a limit or a batch, and hold no slot.',
          queries: [[`baton:queue_jobs:max{${of}, state="delayed"}`, '{{worker_type}}']],
          unit: 'short',
        }),
      ],
    },
    {
      title: 'Time',
      panels: [
        course({
          title: 'Wait for a slot (p50, p95)',
          description: 'From the moment at which a task could start to its start.',
          queries: [
            [`baton:task_wait_seconds:p50_rate15m{${of}}`, '{{worker_type}} p50'],
            [`baton:task_wait_seconds:p95_rate15m{${of}}`, '{{worker_type}} p95'],
          ],
          unit: 's',
          span: 12,
        }),
        course({
          title: 'Time of a task (p50, p95)',
          description: 'From its start to its outcome.',
          queries: [
            [`baton:task_seconds:p50_rate15m{${of}}`, '{{worker_type}} p50'],
            [`baton:task_seconds:p95_rate15m{${of}}`, '{{worker_type}} p95'],
          ],
          unit: 's',
          span: 12,
        }),
      ],
    },
    {
      title: 'Outcomes',
      panels: [
        course({
          title: 'Tasks ended by outcome, a minute',
          description: 'skipped follows from a failure of another task.',
          queries: [[`60 * sum by (outcome) (baton:tasks_ended:rate5m{${of}})`, '{{outcome}}']],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Share that fails',
          description: 'Of the tasks ended in 15 minutes. From 20 % on BatonTasksFailing fires.',
          queries: [[`baton:tasks_failed:ratio_rate15m{${of}}`, '{{worker_type}}']],
          unit: 'percentunit',
          most: 1,
          warn: 0.05,
          alarm: 0.2,
        }),
        course({
          title: 'Tasks run again by cause, a minute',
          description:
            'limits is waiting, and costs nothing. process_died and lock_lost: processes die or stand still.',
          queries: [[`60 * sum by (cause) (baton:tasks_retried:rate5m{${of}})`, '{{cause}}']],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Jobs taken back, in 15 minutes',
          description: 'From processes that died or stood still.',
          queries: [[`sum by (queue) (increase(baton_stalled_jobs_total{${tasks}}[15m]))`, '{{queue}}']],
          unit: 'short',
          span: 12,
        }),
        course({
          title: 'Tools by outcome, a minute',
          description: 'Of all worker types. unknown: begun by a process that died, and not called again.',
          queries: [
            [
              `60 * sum by (tool, outcome) (rate(baton_tool_calls_total{namespace=~"$namespace"}[$__rate_interval]))`,
              '{{tool}} {{outcome}}',
            ],
          ],
          unit: 'short',
          span: 12,
        }),
      ],
    },
  ],
});
