import { dashboard } from './dashboard.mjs';
import { course, number } from './panels.mjs';

const of = 'namespace=~"$namespace", model=~"$model"';
const prompts = 'kind=~"input|cache_read|cache_write"';

export const cost = dashboard({
  uid: 'baton-cost',
  title: 'Baton: cost',
  description: 'What models take, what it costs, and what is saved.',
  labels: [{ name: 'model', title: 'Model', of: 'baton_model_tokens_total' }],
  rows: [
    {
      title: 'Now',
      panels: [
        number({
          title: 'Last hour',
          description: 'US dollars, of models with a known price.',
          queries: [[`sum(baton:model_cost_usd:increase1h{${of}})`, 'US dollars']],
          unit: 'currencyUSD',
          decimals: 2,
        }),
        number({
          title: 'Of the limit an hour',
          description:
            'The limit is baton:model_cost_usd_per_hour:limit in rules/limits.yml. From 100 % on BatonCostHigh fires.',
          queries: [
            [
              'sum(baton:model_cost_usd:increase1h{namespace=~"$namespace"}) / scalar(baton:model_cost_usd_per_hour:limit)',
              'of the limit',
            ],
          ],
          unit: 'percentunit',
          warn: 0.8,
          alarm: 1,
        }),
        number({
          title: 'Last 24 hours',
          description: 'US dollars, of models with a known price.',
          queries: [[`sum(increase(baton_model_cost_usd_total{${of}}[24h]))`, 'US dollars']],
          unit: 'currencyUSD',
          decimals: 2,
        }),
        number({
          title: 'Per goal ended',
          description: 'Cost of the last hour over the goals that ended in it.',
          queries: [
            [
              `sum(baton:model_cost_usd:increase1h{${of}}) / (sum(increase(baton_goals_ended_total{namespace=~"$namespace"}[1h])) > 0)`,
              'US dollars',
            ],
          ],
          unit: 'currencyUSD',
          decimals: 4,
          none: 'none ended',
        }),
        number({
          title: 'Read from the cache',
          description: "Share of the prompts' tokens that the endpoint had cached, over an hour.",
          queries: [
            [
              `sum(rate(baton_model_tokens_total{${of}, kind="cache_read"}[1h])) / sum(rate(baton_model_tokens_total{${of}, ${prompts}}[1h]))`,
              'cached',
            ],
          ],
          unit: 'percentunit',
          none: 'no calls',
        }),
        number({
          title: 'Perhaps paid twice',
          description: 'Calls of 24 hours that were made again because a process died during them.',
          queries: [
            [`sum(increase(baton_model_calls_possibly_repeated_total{${of}}[24h])) or vector(0)`, 'calls'],
          ],
          unit: 'short',
          decimals: 0,
          warn: 5,
          alarm: 50,
        }),
      ],
    },
    {
      title: 'Money',
      panels: [
        course({
          title: 'Cost of the last hour by model',
          description: 'Each point is the hour before it. The dashed line is the limit.',
          queries: [
            [`sum by (model) (baton:model_cost_usd:increase1h{${of}})`, '{{model}}'],
            ['baton:model_cost_usd_per_hour:limit', 'limit'],
          ],
          unit: 'currencyUSD',
          span: 12,
        }),
        course({
          title: 'Cost of a call by model',
          description: 'Mean over the last hour.',
          queries: [
            [
              `sum by (model) (increase(baton_model_cost_usd_total{${of}}[1h])) / (sum by (model) (increase(baton_model_calls_total{${of}}[1h])) > 0)`,
              '{{model}}',
            ],
          ],
          unit: 'currencyUSD',
          span: 12,
        }),
      ],
    },
    {
      title: 'Tokens',
      panels: [
        course({
          title: 'Tokens by kind, a second',
          description:
            'cache_read costs about a tenth of input, cache_write about a quarter more, output about five times as much.',
          queries: [[`sum by (kind) (baton:model_tokens:rate5m{${of}})`, '{{kind}}']],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Tokens by model, a second',
          description: 'All kinds.',
          queries: [[`sum by (model) (baton:model_tokens:rate5m{${of}})`, '{{model}}']],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Read from the cache by model',
          description: 'A fall after a deployment: what prompts have in common begins differently now.',
          queries: [[`max by (model) (baton:model_cache_read:ratio_rate1h{${of}})`, '{{model}}']],
          unit: 'percentunit',
          most: 1,
        }),
      ],
    },
    {
      title: 'What costs nothing, and what costs twice',
      panels: [
        course({
          title: 'Answers reused, a minute',
          description: 'Taken from the journal after a rerun: paid for once.',
          queries: [
            [
              `60 * sum by (model) (rate(baton_model_calls_reused_total{${of}}[$__rate_interval]))`,
              '{{model}}',
            ],
          ],
          unit: 'short',
        }),
        course({
          title: 'Calls tried again by cause, a minute',
          description: 'Failures that the model layer met by itself.',
          queries: [
            [
              '60 * sum by (cause) (rate(baton_model_retries_total{namespace=~"$namespace"}[$__rate_interval]))',
              '{{cause}}',
            ],
          ],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Second calls for slow ones, a minute',
          description:
            'Hedges, and whether the second answer counted. Many that did not: they cost more than they save.',
          queries: [
            [
              `60 * sum by (won) (rate(baton_model_hedges_total{${of}}[$__rate_interval]))`,
              'second answer counted: {{won}}',
            ],
          ],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Requests back from batches, an hour',
          description: 'At half the price. returned ones are made again, one by one.',
          queries: [
            [
              'sum by (outcome) (increase(baton_batched_requests_total{namespace=~"$namespace"}[1h]))',
              '{{outcome}}',
            ],
          ],
          unit: 'short',
          stacked: true,
        }),
        course({
          title: 'Held back and refused, a minute',
          description:
            'rate_limit, overloaded, spend_limit: the endpoint said so. The others were not sent at all.',
          queries: [
            [
              `60 * sum by (model, cause) (rate(baton_model_refusals_total{${of}}[$__rate_interval]))`,
              '{{model}} {{cause}}',
            ],
          ],
          unit: 'short',
        }),
        course({
          title: 'Wait for the limits of a model (p95)',
          description: 'What a call waits in its process before it is sent.',
          queries: [
            [
              `histogram_quantile(0.95, sum by (model, le) (rate(baton_model_wait_seconds_bucket{${of}}[$__rate_interval])))`,
              '{{model}}',
            ],
          ],
          unit: 's',
        }),
      ],
    },
  ],
});
