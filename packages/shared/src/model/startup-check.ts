/** Whether the endpoints know the models that the settings name, asked for by listing models: nothing is paid. */

import { nearestName } from '@baton/plan/nearest-name';
import { z } from 'zod';
import {
  hasCredential,
  NO_KEY,
  routesOf,
  type Endpoint,
  type EndpointSettings,
} from '../settings/endpoints.ts';
import { SetupError } from '../settings/setup-error.ts';
import type { Logger } from '../telemetry/logger.ts';

export type ModelCheck = 'warn' | 'fail' | 'off';

/** What the whole check may take, in ms. */
const CHECK_TIME = 5_000;
const PAGE = 1_000;
const MOST_NAMED = 5;
const ANTHROPIC_URL = 'https://api.anthropic.com';

const listSchema = z.object({
  data: z.array(z.object({ id: z.string() })),
  has_more: z.boolean().nullish(),
});

type Asked =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'unreached'; readonly why: string };

interface Finding {
  /** False: nothing could be found out. */
  readonly isProblem: boolean;
  readonly message: string;
}

async function ask(endpoint: Endpoint, path: string, signal: AbortSignal): Promise<Asked> {
  const { apiKey, headers } = endpoint;
  const key = apiKey ?? NO_KEY;
  const credential = hasCredential(headers) ? {} : { authorization: `Bearer ${key}`, 'x-api-key': key };
  const base = (endpoint.baseUrl ?? ANTHROPIC_URL).replace(/\/+$/, '');
  try {
    const response = await fetch(`${base}${path}`, {
      headers: { 'anthropic-version': '2023-06-01', ...credential, ...headers },
      signal,
    });
    const body: unknown = await response.json().catch(() => null);
    return { kind: 'answered', status: response.status, body };
  } catch (error) {
    if (signal.aborted) return { kind: 'unreached', why: `no answer within ${CHECK_TIME} ms` };
    const { cause } = error as Error;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
    return { kind: 'unreached', why: code ?? 'no connection' };
  }
}

/** A list may name a model with its date, or with a tag, where settings leave that out. */
function isListed(model: string, ids: readonly string[]): boolean {
  return ids.some(
    (id) => id === model || id === `${model}:latest` || (id.startsWith(`${model}-`) && /-\d{8}$/.test(id)),
  );
}

function unknownModel(setting: string, model: string, origin: string, ids: readonly string[]): Finding {
  const meant = nearestName(model, ids);
  const more = ids.length > MOST_NAMED ? `, and ${ids.length - MOST_NAMED} more` : '';
  const advice =
    meant === null
      ? ids.length === 0
        ? 'It serves none.'
        : `It serves ${ids.slice(0, MOST_NAMED).join(', ')}${more}.`
      : `Did you mean "${meant}"?`;
  return {
    isProblem: true,
    message: `${setting} names "${model}", which ${origin} does not know. ${advice}`,
  };
}

/** @param models the settings that name each of its models */
async function checkEndpoint(
  endpoint: Endpoint,
  models: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { provider, baseUrl, settings } = endpoint;
  if (provider !== 'anthropic') return [];
  const { origin } = new URL(baseUrl ?? ANTHROPIC_URL);
  const list = await ask(endpoint, `/v1/models?limit=${PAGE}`, signal);
  const untold = (why: string): readonly Finding[] => [
    {
      isProblem: false,
      message: `${origin} did not list its models (${why}): whether it knows ${[...models.keys()].join(', ')} shows with the first call`,
    },
  ];
  if (list.kind === 'unreached') return untold(list.why);
  if (list.status === 401 || list.status === 403) {
    const message = `${origin} refused the key (${list.status}): check ${settings}_API_KEY, and ${settings}_BASE_URL if this is not the endpoint you meant`;
    return [{ isProblem: true, message }];
  }
  const parsed = listSchema.safeParse(list.body);
  if (list.status !== 200 || !parsed.success) return untold(`status ${list.status}`);
  const ids = parsed.data.data.map(({ id }) => id);
  const missing = [...models].filter(([model]) => !isListed(model, ids));
  const findings = missing.map(async ([model, setting]): Promise<Finding[]> => {
    const one = await ask(endpoint, `/v1/models/${encodeURIComponent(model)}`, signal);
    // Another name of a listed model is found here alone; servers without this path have listed all they serve.
    return one.kind === 'answered' && one.status === 404 ? [unknownModel(setting, model, origin, ids)] : [];
  });
  return (await Promise.all(findings)).flat();
}

function namedModels(settings: EndpointSettings): ReadonlyMap<string, string> {
  const named = new Map<string, string>();
  const names = ['MODEL_FAST', 'MODEL_BALANCED', 'MODEL_STRONG'] as const;
  for (const name of names) if (!named.has(settings[name])) named.set(settings[name], name);
  for (const name of names) {
    const fallback = settings[`${name}_FALLBACK`];
    if (fallback !== undefined && !named.has(fallback)) named.set(fallback, `${name}_FALLBACK`);
  }
  return named;
}

/** All that is found out within the time there is; endpoints are asked side by side. */
export async function checkModels(
  settings: EndpointSettings,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { byModel } = routesOf(settings);
  const named = namedModels(settings);
  const checks = [...new Set(byModel.values())].map((endpoint) => {
    const models = new Map([...named].filter(([model]) => byModel.get(model) === endpoint));
    return checkEndpoint(endpoint, models, signal);
  });
  return (await Promise.all(checks)).flat();
}

/**
 * `warn` says what it finds when it finds it, and nobody waits; `fail` is waited for, five seconds at the most.
 * @throws SetupError with every problem, when it is to fail.
 */
export async function checkModelsAtStart(
  settings: EndpointSettings & { readonly MODEL_CHECK: ModelCheck },
  logger: Logger,
  stopping: AbortSignal,
): Promise<void> {
  if (settings.MODEL_CHECK === 'off') return;
  const timeout = AbortSignal.timeout(CHECK_TIME);
  const checked = checkModels(settings, AbortSignal.any([stopping, timeout]));
  const tell = (findings: readonly Finding[]): void => {
    if (stopping.aborted) return;
    for (const { isProblem, message } of findings) {
      if (isProblem) logger.warn(message);
      else logger.info(message);
    }
  };
  if (settings.MODEL_CHECK === 'warn') {
    checked.then(tell, (err: unknown) => logger.warn({ err }, 'the models could not be checked'));
    return;
  }
  const findings = await checked;
  const problems = findings.filter(({ isProblem }) => isProblem);
  if (problems.length > 0) {
    throw new SetupError(
      ['The models are not right:', ...problems.map(({ message }) => `  - ${message}`)].join('\n'),
    );
  }
  tell(findings);
}
