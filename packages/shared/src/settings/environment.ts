import { z } from 'zod';
import { editDistance, nearestName } from '@baton/plan/nearest-name';
import { endpointSettingNames } from './endpoints.ts';
import { SetupError } from './setup-error.ts';

/** Names that Baton's processes know; a name that is almost one of them is a typing error, not a setting of somebody else's. */
export const knownNames = [
  'REDIS_URL',
  'REDIS_CLUSTER',
  'REDIS_SENTINELS',
  'REDIS_SENTINEL_MASTER',
  'REDIS_SENTINEL_PASSWORD',
  'BATON_PREFIX',
  'PORT',
  'HOST',
  'HEALTH_PORT',
  'ROLE',
  'WORKER_TYPES',
  'WORKER_CONCURRENCY',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_BASE_URL',
  'MODEL_FAST',
  'MODEL_BALANCED',
  'MODEL_STRONG',
  'MODEL_FAST_FALLBACK',
  'MODEL_BALANCED_FALLBACK',
  'MODEL_STRONG_FALLBACK',
  ...endpointSettingNames,
  'MODEL_CHECK',
  'MODEL_TIMEOUT',
  'MODEL_IDLE_TIMEOUT',
  'MODEL_PRICES_FILE',
  'STRUCTURED_OUTPUT',
  'MODEL_RPM',
  'MODEL_ITPM',
  'MODEL_OTPM',
  'PROMPT_CACHE',
  'BATCH_INTERVAL',
  'USAGE_RETENTION',
  'TENANT_BUDGETS',
  'BATON_TOOLS',
  'MODEL_CONTEXT_TOKENS',
  'REVIEW_ROUNDS',
  'BATON_API_KEYS',
  'BATON_API_KEYS_FILE',
  'BATON_WORKERS',
  'BATON_RECIPES',
  'BATON_URL',
  'BATON_API_KEY',
  'DASHBOARD_USER',
  'DASHBOARD_PASSWORD',
  'DASHBOARD_READ_ONLY',
  'DASHBOARD_LOGINS',
  'PLANNER_CONCURRENCY',
  'LOG_LEVEL',
  'GOAL_RETENTION',
  'GOAL_DEADLINE',
  'ACK',
  'RATE_LIMIT',
  'MAX_STREAMS',
  'TENANT_MAX_GOALS',
  'CORS_ORIGINS',
  'WEBHOOK_SECRET',
  'WEBHOOK_ALLOW_PRIVATE',
  'FAILPOINT',
  'LOCK_DURATION',
  'STALLED_INTERVAL',
  'SHUTDOWN_GRACE',
  'OTEL_SDK_DISABLED',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
] as const;

const familyOf =
  /^(BATON|MODEL|DASHBOARD|WORKER|ANTHROPIC|GOAL|LOCK|STALLED|REDIS|WEBHOOK|RATE|TENANT|CORS|PROMPT|BATCH|USAGE)_|^FAILPOINTS$/;

const LONG_NAME = 10;

/** EX_CONFIG of sysexits.h. */
export const EXIT_CONFIGURATION = 78;

export class SettingsError extends SetupError {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The environment is not valid:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The setting that was meant. What is of no family of ours may be somebody else's: only one slip in a long name counts. */
function meantBy(name: string): string | null {
  const meant = nearestName(name, knownNames);
  if (meant === null || familyOf.test(name)) return meant;
  return meant.length >= LONG_NAME && editDistance(name, meant, 1) === 1 ? meant : null;
}

/** What Kubernetes and Docker tell a container of a service called `redis` or `baton`: `REDIS_PORT=tcp://10.0.0.1:6379`. */
function isServiceLink(name: string, value: string | undefined): boolean {
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value ?? '');
}

function misspelt(environment: Environment): string[] {
  const known: ReadonlySet<string> = new Set(knownNames);
  return Object.entries(environment)
    .filter(([name, value]) => !known.has(name) && !isServiceLink(name, value))
    .flatMap(([name]) => {
      const meant = meantBy(name);
      return meant === null ? [] : [`${name} is not a setting. Did you mean ${meant}?`];
    });
}

/** Parses the environment; throws one {@link SettingsError} that names every problem. An empty value counts as not set. */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Environment,
): Readonly<z.output<Schema>> {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(set);
  const problems = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.') || 'environment'}: ${issue.message}`);
  problems.push(...misspelt(set));
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems);
  return Object.freeze(parsed.data);
}
