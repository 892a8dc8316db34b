import { z } from 'zod';
import { MOST_REVIEW_ROUNDS } from '../contract/goal-request.ts';
import { logLevels } from '../telemetry/logger.ts';
import { apiKeys, apiKeysFile } from './api-keys.ts';
import { dashboardLogins } from './dashboard-logins.ts';
import {
  endpointFields,
  endpointSettingNames,
  routesOf,
  unservedTiers,
  type EndpointSettings,
} from './endpoints.ts';
import { parseEnvironment, type Environment } from './environment.ts';
import { failpointList } from './failpoint-list.ts';
import { address, duration, flag, names, origins, wholeNumber } from './fields.ts';
import { redisAddress, redisFields, redisProblems, type RedisSettings } from './redis-settings.ts';
import { tracingFields } from './tracing-fields.ts';
import { tenantBudgets } from './tenant-budgets.ts';
import { webhookSecrets } from './webhook-secret.ts';
import type { RedisAddress } from './redis-address.ts';

const port = (fallback: number) => wholeNumber(fallback, { least: 0, most: 65_535 });

const common = {
  ...redisFields,
  BATON_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, "_" or "-"')
    .default('baton'),
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: address(['http:', 'https:'], 'https://api.anthropic.com')
    .refine((text) => !/\/v1\/?$/.test(text), 'must not end in /v1, which is added to it: leave that out')
    .optional(),
  MODEL_FAST: z.string().default('claude-haiku-5-5'),
  MODEL_BALANCED: z.string().default('claude-sonnet-5-5'),
  MODEL_STRONG: z.string().default('claude-opus-5-5'),
  /** Asked while the tier's own model is out of order. */
  MODEL_FAST_FALLBACK: z.string().optional(),
  MODEL_BALANCED_FALLBACK: z.string().optional(),
  MODEL_STRONG_FALLBACK: z.string().optional(),
  ...endpointFields,
  /** What is asked of the endpoints at the start: whether they know their models. */
  MODEL_CHECK: z.enum(['warn', 'fail', 'off'], { error: 'must be warn, fail or off' }).default('warn'),
  MODEL_TIMEOUT: duration('10m', { atLeast: 1_000 }),
  MODEL_IDLE_TIMEOUT: duration('60s', { atLeast: 100 }),
  MODEL_PRICES_FILE: z.string().optional(),
  /** Of each model, until its endpoint tells them; 0: not known. */
  MODEL_RPM: wholeNumber(0, { least: 0, most: 1_000_000_000 }),
  MODEL_ITPM: wholeNumber(0, { least: 0, most: 1_000_000_000_000 }),
  MODEL_OTPM: wholeNumber(0, { least: 0, most: 1_000_000_000_000 }),
  PROMPT_CACHE: flag(true),
  MODEL_CONTEXT_TOKENS: wholeNumber(200_000, { least: 8_000, most: 100_000_000 }),
  STRUCTURED_OUTPUT: z
    .enum(['native', 'prompt', 'xml'], { error: 'must be native, prompt or xml' })
    .default('native'),
  LOG_LEVEL: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
  GOAL_RETENTION: duration('7d', { atLeast: 1_000 }),
  GOAL_DEADLINE: duration('24h', { atLeast: 1_000 }),
  USAGE_RETENTION: duration('400d', { atLeast: 86_400_000 }),
  TENANT_BUDGETS: tenantBudgets,
  LOCK_DURATION: duration('30s', { atLeast: 500 }),
  STALLED_INTERVAL: duration('5s', { atLeast: 100 }),
  SHUTDOWN_GRACE: duration('25s', { atLeast: 0 }),
  FAILPOINT: failpointList.default([]),
  ...tracingFields,
};

const models = (environment: EndpointSettings): boolean => unservedTiers(environment).length === 0;

/** A check of several settings is made whatever is wrong with others; only not when one of its own is broken, which is told already. */
function unlessBroken(...settings: readonly string[]) {
  return ({ issues }: z.core.ParsePayload): boolean =>
    !issues.some(({ path = [] }) => settings.includes(String(path[0])));
}

const modelSettings = ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', ...endpointSettingNames] as const;

const noModel = {
  path: ['ANTHROPIC_API_KEY'],
  when: unlessBroken(...modelSettings),
  error:
    'is not set, and neither is ANTHROPIC_BASE_URL: set a key, or the address of any server that speaks the Messages API ' +
    '(for answers without a model start packages/emulator and set ANTHROPIC_BASE_URL to it), or an endpoint for each tier',
};

/** Each model has one endpoint. */
const oneEndpointEach = z.superRefine<EndpointSettings>(
  (settings, context) => {
    for (const { setting, message } of routesOf(settings).problems)
      context.addIssue({ code: 'custom', path: [setting], message, input: undefined });
  },
  { when: unlessBroken(...modelSettings) },
);

/** One Redis, told in one way. */
const oneRedis = z.superRefine<RedisSettings>(
  (settings, context) => {
    for (const { setting, message } of redisProblems(settings))
      context.addIssue({ code: 'custom', path: [setting], message, input: undefined });
  },
  { when: unlessBroken(...Object.keys(redisFields)) },
);

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);

export function isLoopback(host: string): boolean {
  return loopback.has(host);
}

const orchestratorSchema = z
  .object({
    ...common,
    ROLE: z.enum(['all', 'api', 'planner'], { error: 'must be all, api or planner' }).default('all'),
    PORT: port(3000),
    HOST: z.string().default('127.0.0.1'),
    /** How often requests that wait are sent as a batch, and batches under way are looked after. */
    BATCH_INTERVAL: duration('60s', { atLeast: 100 }),
    REVIEW_ROUNDS: wholeNumber(0, { least: 0, most: MOST_REVIEW_ROUNDS }),
    PLANNER_CONCURRENCY: wholeNumber(20, { least: 1, most: 1_000 }),
    BATON_API_KEYS: apiKeys.optional(),
    BATON_API_KEYS_FILE: apiKeysFile.optional(),
    BATON_RECIPES: z.string().optional(),
    DASHBOARD_USER: z
      .string()
      .refine((name) => !name.includes(':'), 'must not hold ":", which ends the name in what browsers send')
      .optional(),
    DASHBOARD_PASSWORD: z.string().optional(),
    DASHBOARD_READ_ONLY: flag(true),
    DASHBOARD_LOGINS: dashboardLogins.optional(),
    ACK: z
      .enum(['memory', 'replica', 'disk'], { error: 'must be memory, replica or disk' })
      .default('memory'),
    RATE_LIMIT: wholeNumber(60_000, { least: 0, most: 10_000_000 }),
    MAX_STREAMS: wholeNumber(5_000, { least: 1, most: 1_000_000 }),
    TENANT_MAX_GOALS: wholeNumber(10_000, { least: 0, most: 10_000_000 }),
    CORS_ORIGINS: origins.default([]),
    WEBHOOK_SECRET: webhookSecrets.optional(),
    WEBHOOK_ALLOW_PRIVATE: flag(false),
  })
  // A process that only answers requests plans nothing: it need not hold a key for models.
  .refine((settings) => settings.ROLE === 'api' || models(settings), {
    ...noModel,
    when: unlessBroken('ROLE', ...modelSettings),
  })
  .check(oneEndpointEach)
  .check(oneRedis)
  .refine(
    ({ DASHBOARD_USER, DASHBOARD_PASSWORD }) =>
      (DASHBOARD_USER === undefined) === (DASHBOARD_PASSWORD === undefined),
    {
      path: ['DASHBOARD_USER'],
      when: unlessBroken('DASHBOARD_USER', 'DASHBOARD_PASSWORD'),
      error: 'and DASHBOARD_PASSWORD go together: set both or neither',
    },
  )
  .refine(
    ({ DASHBOARD_USER, DASHBOARD_LOGINS }) => !DASHBOARD_LOGINS?.some(({ name }) => name === DASHBOARD_USER),
    {
      path: ['DASHBOARD_LOGINS'],
      when: unlessBroken('DASHBOARD_USER', 'DASHBOARD_LOGINS'),
      error: 'has a login with the name that DASHBOARD_USER has: give each its own',
    },
  )
  .refine(
    ({ ROLE, HOST, BATON_API_KEYS, BATON_API_KEYS_FILE }) =>
      ROLE === 'planner' || isLoopback(HOST) || (BATON_API_KEYS ?? BATON_API_KEYS_FILE) !== undefined,
    {
      path: ['HOST'],
      when: unlessBroken('ROLE', 'HOST', 'BATON_API_KEYS', 'BATON_API_KEYS_FILE'),
      error:
        'is not a loopback address, and without API keys anybody who reaches it could spend your money: ' +
        'set BATON_API_KEYS, or leave HOST at 127.0.0.1',
    },
  );

const workerSchema = z
  .object({
    ...common,
    HEALTH_PORT: port(3001),
    HOST: z.string().default('127.0.0.1'),
    WORKER_TYPES: names.optional(),
    WORKER_CONCURRENCY: wholeNumber(8, { least: 1, most: 1_000 }),
    BATON_WORKERS: z.string().optional(),
    BATON_TOOLS: z.string().optional(),
  })
  .refine(models, noModel)
  .check(oneEndpointEach)
  .check(oneRedis);

/** The field of every setting, by the program that reads it. */
export const settingFields = { orchestrator: orchestratorSchema.shape, worker: workerSchema.shape };
export type SettingName = keyof typeof settingFields.orchestrator | keyof typeof settingFields.worker;

/** Nobody reads in another place where Redis is. */
type WithRedis<Settings> = Omit<Settings, keyof RedisSettings> & { readonly redis: RedisAddress };

export type OrchestratorSettings = WithRedis<z.output<typeof orchestratorSchema>>;
export type WorkerSettings = WithRedis<z.output<typeof workerSchema>>;
export type CommonSettings = Pick<
  WorkerSettings,
  Exclude<keyof typeof common, keyof RedisSettings> | 'redis'
>;

function withRedis<Settings extends RedisSettings & { readonly BATON_PREFIX: string }>(
  settings: Settings,
): Settings & { readonly redis: RedisAddress } {
  return Object.freeze({ ...settings, redis: redisAddress(settings) });
}

export function orchestratorSettings(environment: Environment): OrchestratorSettings {
  return withRedis(parseEnvironment(orchestratorSchema, environment));
}

export function workerSettings(environment: Environment): WorkerSettings {
  return withRedis(parseEnvironment(workerSchema, environment));
}
