import { modelTiers, type ModelTier } from '@baton/plan/worker-type';
import { z } from 'zod';
import { address } from './fields.ts';
import { headerList } from './header-list.ts';

export const providers = ['anthropic', 'bedrock', 'vertex'] as const;
export type Provider = (typeof providers)[number];

const baseUrl = address(['http:', 'https:'], 'http://127.0.0.1:11434 (with no /v1 at its end)').optional();
const key = z.string().optional();
const headers = headerList.optional();
const provider = z.enum(providers, { error: `must be ${providers.join(', ')}` }).optional();

/** Where each tier is served, if not where `ANTHROPIC_BASE_URL` says. */
export const endpointFields = {
  MODEL_FAST_BASE_URL: baseUrl,
  MODEL_FAST_API_KEY: key,
  MODEL_FAST_HEADERS: headers,
  MODEL_FAST_PROVIDER: provider,
  MODEL_BALANCED_BASE_URL: baseUrl,
  MODEL_BALANCED_API_KEY: key,
  MODEL_BALANCED_HEADERS: headers,
  MODEL_BALANCED_PROVIDER: provider,
  MODEL_STRONG_BASE_URL: baseUrl,
  MODEL_STRONG_API_KEY: key,
  MODEL_STRONG_HEADERS: headers,
  MODEL_STRONG_PROVIDER: provider,
};

export const endpointSettingNames = Object.keys(endpointFields) as (keyof typeof endpointFields)[];

export interface EndpointSettings extends Partial<z.output<z.ZodObject<typeof endpointFields>>> {
  readonly ANTHROPIC_API_KEY?: string | undefined;
  readonly ANTHROPIC_BASE_URL?: string | undefined;
  readonly MODEL_FAST: string;
  readonly MODEL_BALANCED: string;
  readonly MODEL_STRONG: string;
  readonly MODEL_FAST_FALLBACK?: string | undefined;
  readonly MODEL_BALANCED_FALLBACK?: string | undefined;
  readonly MODEL_STRONG_FALLBACK?: string | undefined;
}

/** A server that answers for some models, and how it is reached. */
export interface Endpoint {
  readonly provider: Provider;
  /** Null for a server that asks for none, or whose key is in `headers`, or is found by the provider's own means. */
  readonly apiKey: string | null;
  /** Null for the provider's own. */
  readonly baseUrl: string | null;
  /** By lowercase name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The settings to look at when it refuses: `MODEL_FAST` or `ANTHROPIC`, each with `_API_KEY` and `_BASE_URL` after it. */
  readonly settings: string;
}

const main = 'ANTHROPIC';

/** The key for servers that ask for none. */
export const NO_KEY = 'none';

function settingOf(tier: ModelTier): 'MODEL_FAST' | 'MODEL_BALANCED' | 'MODEL_STRONG' {
  return tier === 'fast' ? 'MODEL_FAST' : tier === 'balanced' ? 'MODEL_BALANCED' : 'MODEL_STRONG';
}

/** What requests go to that no tier has an endpoint of its own for; null when nothing says where that is. */
function mainEndpoint({
  ANTHROPIC_API_KEY: apiKey,
  ANTHROPIC_BASE_URL: url,
}: EndpointSettings): Endpoint | null {
  if (apiKey === undefined && url === undefined) return null;
  return { provider: 'anthropic', apiKey: apiKey ?? null, baseUrl: url ?? null, headers: {}, settings: main };
}

/** Null when the tier has none of its own. A key is never sent to an address that it was not given for. */
function ownEndpoint(tier: ModelTier, all: EndpointSettings): Endpoint | null {
  const name = settingOf(tier);
  const own = {
    baseUrl: all[`${name}_BASE_URL`],
    apiKey: all[`${name}_API_KEY`],
    headers: all[`${name}_HEADERS`],
    provider: all[`${name}_PROVIDER`],
  };
  if (Object.values(own).every((value) => value === undefined)) return null;
  const isElsewhere = own.baseUrl !== undefined || (own.provider ?? 'anthropic') !== 'anthropic';
  const inherited = isElsewhere ? null : mainEndpoint(all);
  return {
    provider: own.provider ?? 'anthropic',
    apiKey: own.apiKey ?? (hasCredential(own.headers ?? {}) ? null : (inherited?.apiKey ?? null)),
    baseUrl: own.baseUrl ?? inherited?.baseUrl ?? null,
    headers: own.headers ?? {},
    settings: name,
  };
}

/** True when the headers say who asks, so that no key goes with them. */
export function hasCredential(given: Endpoint['headers']): boolean {
  return 'x-api-key' in given || 'authorization' in given;
}

/** The endpoint that serves each model, and the one for all others; null where the settings name none. */
export interface Routes {
  readonly byModel: ReadonlyMap<string, Endpoint>;
  readonly others: Endpoint | null;
}

export interface RoutePlan extends Routes {
  /** What keeps the settings from being used, each with the setting it is about. */
  readonly problems: readonly { readonly setting: string; readonly message: string }[];
}

function isSame(one: Endpoint, other: Endpoint): boolean {
  const facts = ({ provider: by, apiKey, baseUrl: url, headers: sent }: Endpoint): string =>
    JSON.stringify([by, apiKey, url, Object.entries(sent).toSorted(([a], [b]) => a.localeCompare(b))]);
  return facts(one) === facts(other);
}

/** Which endpoint each model's calls go to; endpoints that are the same are one object. The same model at two endpoints is a problem: calls name only the model. */
export function routesOf(settings: EndpointSettings): RoutePlan {
  const others = mainEndpoint(settings);
  const byModel = new Map<string, Endpoint>();
  const namedBy = new Map<string, string>();
  const problems: { setting: string; message: string }[] = [];
  const route = (setting: string, model: string, given: Endpoint): void => {
    const known = [...(others ? [others] : []), ...byModel.values()];
    const endpoint = known.find((one) => isSame(one, given)) ?? given;
    const before = byModel.get(model);
    if (before === undefined) {
      byModel.set(model, endpoint);
      namedBy.set(model, setting);
    } else if (before !== endpoint) {
      const message = `names "${model}", which ${namedBy.get(model)} names at another endpoint: give each endpoint its own model`;
      problems.push({ setting, message });
    }
  };
  const own = modelTiers.map((tier) => ({ name: settingOf(tier), endpoint: ownEndpoint(tier, settings) }));
  for (const { name, endpoint } of own) {
    if (endpoint?.provider === 'vertex' && endpoint.apiKey !== null) {
      const message =
        'is of no use to vertex, which takes Google credentials from its environment: leave it out';
      problems.push({ setting: `${name}_API_KEY`, message });
    }
    const reached = endpoint ?? others;
    if (reached) route(name, settings[name], reached);
  }
  for (const { name, endpoint } of own) {
    const fallback = settings[`${name}_FALLBACK`];
    const reached = others ?? endpoint;
    if (fallback !== undefined && reached !== null && !byModel.has(fallback))
      route(`${name}_FALLBACK`, fallback, reached);
  }
  return { byModel, others, problems };
}

/** Tiers that no endpoint serves, by their settings. */
export function unservedTiers(settings: EndpointSettings): readonly string[] {
  if (mainEndpoint(settings) !== null) return [];
  return modelTiers.filter((tier) => ownEndpoint(tier, settings) === null).map(settingOf);
}
