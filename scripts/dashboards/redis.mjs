import { dashboard } from './dashboard.mjs';
import { course, number } from './panels.mjs';

const of = 'namespace=~"$namespace"';

export const redis = dashboard({
  uid: 'baton-redis',
  title: 'Baton: Redis',
  description:
    "Whether Baton's Redis has room and answers in time, and what it holds. Told by Baton's own processes.",
  rows: [
    {
      title: 'Now',
      panels: [
        number({
          title: 'Memory in use',
          description: 'Of maxmemory. From 70 % on new goals are refused; goals that run end.',
          queries: [[`max(baton:redis_memory:ratio{${of}})`, 'used']],
          unit: 'percentunit',
          warn: 0.6,
          alarm: 0.7,
          none: 'no maxmemory',
        }),
        number({
          title: 'Memory',
          description: "All that Baton's Redis uses.",
          queries: [[`max(baton_redis_memory_bytes{${of}})`, 'used']],
          unit: 'bytes',
        }),
        number({
          title: 'Round trip',
          description: 'The slowest process, measured at each scrape.',
          queries: [[`max(baton:redis_ping_seconds:max{${of}})`, 'ping']],
          unit: 's',
          warn: 0.02,
          alarm: 0.1,
        }),
        number({
          title: 'Jobs in all queues',
          description: 'Waiting, active and delayed.',
          queries: [[`sum(baton:queue_jobs:max{${of}})`, 'jobs']],
          unit: 'short',
        }),
        number({
          title: 'Webhook messages',
          description: 'Not delivered yet.',
          queries: [[`max(baton_webhook_outbox_messages{${of}})`, 'messages']],
          unit: 'short',
        }),
        number({
          title: 'Tells the fleet',
          description:
            'Processes that tell the figures of the fleet: one, for a moment two. With none, most of this page is old.',
          queries: [[`sum(baton_fleet_reporter{${of}})`, 'processes']],
          unit: 'short',
          warn: 1,
          alarm: 0.5,
        }),
      ],
    },
    {
      title: 'Room',
      panels: [
        course({
          title: 'Memory and its limit',
          description:
            'Finished goals are kept for GOAL_RETENTION: a slope that never ends is too long a retention.',
          queries: [
            [`max(baton_redis_memory_bytes{${of}})`, 'used'],
            [`max(baton_redis_memory_limit_bytes{${of}}) > 0`, 'maxmemory'],
          ],
          unit: 'bytes',
          span: 12,
        }),
        course({
          title: 'Share of maxmemory',
          description: 'BatonRedisNearlyFull fires from 60 %, BatonRedisFull from 70 %.',
          queries: [[`max(baton:redis_memory:ratio{${of}})`, 'used']],
          unit: 'percentunit',
          most: 1,
          warn: 0.6,
          alarm: 0.7,
          span: 12,
        }),
      ],
    },
    {
      title: 'Time',
      panels: [
        course({
          title: 'Round trip by process',
          description:
            'One process slow: that process, or its way to Redis. All slow: Redis, by long scripts, saving, or too little CPU.',
          queries: [[`baton_redis_ping_seconds{${of}}`, '{{instance}}']],
          unit: 's',
          warn: 0.02,
          alarm: 0.1,
          span: 12,
        }),
        course({
          title: 'Event-loop lag by process (p99)',
          description: 'A process that is late itself measures a slow Redis.',
          queries: [[`baton_nodejs_eventloop_lag_p99_seconds{${of}}`, '{{instance}}']],
          unit: 's',
          warn: 0.1,
          alarm: 0.5,
          span: 12,
        }),
      ],
    },
    {
      title: 'What it holds',
      panels: [
        course({
          title: 'Jobs by queue and state',
          description: 'goals are planned, synthesis puts answers together, control carries dependencies.',
          queries: [[`sum by (queue, state) (baton:queue_jobs:max{${of}}) > 0`, '{{queue}} {{state}}']],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Open goals by status',
          description: 'What memory grows with while they run.',
          queries: [[`sum by (status) (baton:goals_open:max{${of}})`, '{{status}}']],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Webhooks: deliveries by outcome, a minute',
          description: 'failed ones are tried again for a day, then given_up.',
          queries: [
            [
              `60 * sum by (outcome) (rate(baton_webhook_deliveries_total{${of}}[$__rate_interval]))`,
              '{{outcome}}',
            ],
          ],
          unit: 'short',
          stacked: true,
        }),
      ],
    },
    {
      title: 'What an outage did',
      panels: [
        course({
          title: 'Jobs taken back by queue, in 15 minutes',
          description: 'From processes that died, stood still, or lost Redis for longer than LOCK_DURATION.',
          queries: [[`sum by (queue) (increase(baton_stalled_jobs_total{${of}}[15m]))`, '{{queue}}']],
          unit: 'short',
          span: 12,
        }),
        course({
          title: 'Requests refused with 503, a minute',
          description: 'Redis was away, or full.',
          queries: [
            [
              `60 * sum by (route) (rate(baton_http_request_seconds_count{${of}, status="503"}[$__rate_interval]))`,
              '{{route}}',
            ],
          ],
          unit: 'short',
          span: 12,
        }),
      ],
    },
  ],
});
