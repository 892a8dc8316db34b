import { dashboard } from './dashboard.mjs';
import { course, list, number } from './panels.mjs';

const of = 'namespace=~"$namespace"';

export const overview = dashboard({
  uid: 'baton-overview',
  title: 'Baton: overview',
  description: 'Is work done, is it done in time, and if not, what holds it up.',
  rows: [
    {
      title: 'Now',
      panels: [
        number({
          title: 'Open goals',
          description: 'Goals that have not ended.',
          queries: [[`sum(baton:goals_open:max{${of}})`, 'open']],
          unit: 'short',
        }),
        number({
          title: 'Goals ended a minute',
          description: 'However they ended, over five minutes.',
          queries: [[`60 * sum(baton:goals_ended:rate5m{${of}})`, 'a minute']],
          unit: 'short',
          decimals: 1,
        }),
        number({
          title: 'Goals that fail',
          description:
            'Share of the goals ended in 15 minutes that failed or expired. From 20 % on BatonGoalsFailing fires.',
          queries: [[`max(baton:goals_failed:ratio_rate15m{${of}})`, 'failed']],
          unit: 'percentunit',
          warn: 0.05,
          alarm: 0.2,
          none: 'none ended',
        }),
        number({
          title: 'Oldest waiting',
          description: 'How long the job that waits longest has been ready, over all queues.',
          queries: [[`max(baton:queue_oldest_waiting_seconds:max{${of}})`, 'oldest']],
          unit: 's',
          warn: 60,
          alarm: 300,
        }),
        number({
          title: 'Slots in use',
          description:
            'Of all worker slots. At 100 % more worker processes help, unless calls wait for the limits of a model.',
          queries: [
            [`sum(baton:worker_slots_used:max{${of}}) / (sum(baton:worker_slots:max{${of}}) > 0)`, 'used'],
          ],
          unit: 'percentunit',
          warn: 0.9,
          alarm: 0.99,
          none: 'no slots',
        }),
        number({
          title: 'Cost of the last hour',
          description:
            'Of all models with a known price. BatonCostHigh compares it with the limit in rules/limits.yml.',
          queries: [[`sum(baton:model_cost_usd:increase1h{${of}})`, 'US dollars']],
          unit: 'currencyUSD',
          decimals: 2,
        }),
      ],
    },
    {
      title: 'Goals',
      panels: [
        course({
          title: 'Open goals by status',
          description:
            'Many accepted: planning is the bottleneck. Many running: look at the backlog below. Many awaiting_approval: people are.',
          queries: [[`sum by (status) (baton:goals_open:max{${of}})`, '{{status}}']],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Accepted and ended, a minute',
          description: 'While more are accepted than end, the backlog grows.',
          queries: [
            [`60 * sum(baton:goals_accepted:rate5m{${of}})`, 'accepted'],
            [`60 * sum by (status) (baton:goals_ended:rate5m{${of}})`, '{{status}}'],
          ],
          unit: 'short',
        }),
        course({
          title: 'Goals: time by phase (p95)',
          description:
            'Of twenty goals, nineteen spend less than this in the phase. Which phase grows, says where to look.',
          queries: [[`max by (phase) (baton:goal_phase_seconds:p95_rate15m{${of}})`, '{{phase}}']],
          unit: 's',
        }),
      ],
    },
    {
      title: 'Tasks',
      panels: [
        course({
          title: 'Waiting tasks by worker type',
          description: 'Tasks that any free slot would take now.',
          queries: [
            [
              `sum by (worker_type) (baton:queue_jobs:max{${of}, state="waiting", worker_type!=""})`,
              '{{worker_type}}',
            ],
          ],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Oldest waiting by queue',
          description: 'From five minutes on BatonBacklogOld fires.',
          queries: [[`max by (queue) (baton:queue_oldest_waiting_seconds:max{${of}})`, '{{queue}}']],
          unit: 's',
          warn: 60,
          alarm: 300,
        }),
        course({
          title: 'Slots: used, there, wanted',
          description:
            'Wanted above there: more worker processes would be used at once. It does not rise while models hold calls back.',
          queries: [
            [`sum(baton:worker_slots_used:max{${of}})`, 'used'],
            [`sum(baton:worker_slots:max{${of}})`, 'there'],
            [`sum(baton:worker_slots_wanted:max{${of}})`, 'wanted'],
          ],
          unit: 'short',
        }),
      ],
    },
    {
      title: 'Models',
      panels: [
        course({
          title: 'Calls by outcome, a minute',
          description: 'refused: the endpoint is at a limit of ours or overloaded. failed: anything else.',
          queries: [[`60 * sum by (outcome) (baton:model_calls:rate5m{${of}})`, '{{outcome}}']],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Time of an answer by model (p95)',
          description: 'From the request to the end of the answer.',
          queries: [[`max by (model) (baton:model_call_seconds:p95_rate15m{${of}})`, '{{model}}']],
          unit: 's',
        }),
        course({
          title: 'Held back by limits',
          description:
            'Calls that wait for the limits of their model, and models that are paused for every process (1). More workers do not help here.',
          queries: [
            [`max by (model) (baton_model_calls_waiting{${of}})`, 'waiting for {{model}}'],
            [`max by (model) (baton_model_paused{${of}})`, '{{model}} paused'],
          ],
          unit: 'short',
        }),
      ],
    },
    {
      title: 'Processes',
      panels: [
        list({
          title: 'Alerts that fire',
          description: 'docs/runbook.md has a section for each.',
          queries: [[`ALERTS{alertname=~"Baton.+", alertstate="firing", ${of}}`, '']],
          unit: 'short',
          hidden: ['Value', 'alertstate'],
          none: 'none',
        }),
        course({
          title: 'Processes by version',
          description: 'Two versions at once: an upgrade is under way.',
          queries: [[`count by (app, version) (baton_build_info{${of}})`, '{{app}} {{version}}']],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Event-loop lag (p99)',
          description:
            'What a process is late by. Above half a second it has too much to do, or too little CPU.',
          queries: [[`baton_nodejs_eventloop_lag_p99_seconds{${of}}`, '{{instance}}']],
          unit: 's',
          warn: 0.1,
          alarm: 0.5,
        }),
        course({
          title: 'Memory of processes',
          description: 'Resident. Compare with the limits of the containers.',
          queries: [[`baton_process_resident_memory_bytes{${of}}`, '{{instance}}']],
          unit: 'bytes',
        }),
        course({
          title: 'HTTP requests by status, a minute',
          description: '429: a limit of Baton. 503: Redis is away or full.',
          queries: [
            [
              `60 * sum by (status) (rate(baton_http_request_seconds_count{${of}}[$__rate_interval]))`,
              '{{status}}',
            ],
          ],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Open streams and webhooks that wait',
          description:
            'Event streams and waits per process; messages of the webhook outbox, and how long the oldest is due.',
          queries: [
            [`baton_open_streams{${of}}`, 'streams of {{instance}}'],
            [`max(baton_webhook_outbox_messages{${of}})`, 'webhook messages'],
            [`max(baton_webhook_outbox_lag_seconds{${of}})`, 'seconds the oldest is due'],
          ],
          unit: 'short',
        }),
      ],
    },
  ],
});
