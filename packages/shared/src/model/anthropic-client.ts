import { withoutForeignHeaders } from '../settings/foreign-headers.ts';
import type { Anthropic } from '@anthropic-ai/sdk';
import { createRequire } from 'node:module';
import { hasCredential, NO_KEY, type Endpoint, type Provider } from '../settings/endpoints.ts';
import { SetupError } from '../settings/setup-error.ts';

export interface ClientOptions extends Pick<Endpoint, 'apiKey' | 'baseUrl'> {
  /** Sent with every request. */
  readonly headers?: Endpoint['headers'];
  readonly provider?: Provider;
  /** What the settings of the endpoint begin with, for messages. */
  readonly settings?: string;
  /** ms */
  readonly timeoutMs: number;
}

export type MessagesClient = Pick<Anthropic, 'baseURL'> & {
  readonly messages: Pick<Anthropic.Messages, 'create'>;
};

export const ANTHROPIC_URL = 'https://api.anthropic.com';

const packages = { bedrock: '@anthropic-ai/bedrock-sdk', vertex: '@anthropic-ai/vertex-sdk' } as const;

/** `authorization: null` takes the SDK's own away. */
function headersOf({ apiKey, baseUrl, headers = {} }: ClientOptions): Record<string, string | null> {
  if (hasCredential(headers)) return { authorization: null, ...headers };
  // Some servers read the key here alone; the SDK sends `authorization`.
  return baseUrl === null ? headers : { 'x-api-key': apiKey ?? NO_KEY, ...headers };
}

/** What all SDKs take. They would retry, and print replies. */
function shared(options: ClientOptions) {
  return {
    timeout: options.timeoutMs,
    maxRetries: 0,
    logLevel: 'off',
    // Where somebody has set up OpenTelemetry for the process, it would tell prompts there if the environment says so,
    // and trace ids to the endpoint.
    openTelemetry: { traces: false, propagation: false },
  } as const;
}

/** The SDK has hundreds of modules, a fifth of a process's start: they are loaded with the first call. */
export async function openClient(options: ClientOptions): Promise<Anthropic> {
  const { Anthropic } = await import('@anthropic-ai/sdk');
  const all = {
    ...shared(options),
    // Without one the SDK would look for credentials of this machine's user.
    apiKey: options.apiKey ?? NO_KEY,
    baseURL: options.baseUrl ?? ANTHROPIC_URL,
    defaultHeaders: headersOf(options),
  };
  return withoutForeignHeaders(() => new Anthropic(all));
}

/** Without a key it signs with the AWS credentials, and for the region, that its SDK finds in the environment. */
async function openBedrock(options: ClientOptions): Promise<MessagesClient> {
  const { AnthropicBedrock } = await import('@anthropic-ai/bedrock-sdk');
  const all = {
    ...shared(options),
    defaultHeaders: options.headers,
    ...(options.apiKey !== null && { apiKey: options.apiKey }),
    ...(options.baseUrl !== null && { baseURL: options.baseUrl }),
  };
  return withoutForeignHeaders(() => new AnthropicBedrock(all));
}

/** Its SDK finds project, region and Google's credentials in the environment. */
async function openVertex(options: ClientOptions): Promise<MessagesClient> {
  const { AnthropicVertex } = await import('@anthropic-ai/vertex-sdk');
  const all = {
    ...shared(options),
    defaultHeaders: options.headers,
    ...(options.baseUrl !== null && { baseURL: options.baseUrl }),
  };
  return withoutForeignHeaders(() => new AnthropicVertex(all));
}

/** A client for what every provider has. */
export function openMessages(options: ClientOptions): Promise<MessagesClient> {
  if (options.provider === 'bedrock') return openBedrock(options);
  if (options.provider === 'vertex') return openVertex(options);
  return openClient(options);
}

/**
 * Says at the start what would fail with the first call.
 * @throws Error when the key can't be sent; SetupError when the provider's package is not installed.
 */
export function assertUsable(
  { apiKey, provider = 'anthropic', settings = 'ANTHROPIC' }: ClientOptions,
  isInstalled = canBeResolved,
): void {
  // `fetch` would throw an error that quotes the key.
  if (apiKey !== null && !/^[\u0021-\u007e]+$/.test(apiKey)) {
    throw new Error(
      `${settings}_API_KEY is empty or holds spaces, line breaks or characters beyond ASCII: copy the key again, and nothing else`,
    );
  }
  if (provider === 'anthropic' || isInstalled(packages[provider])) return;
  throw new SetupError(
    `${settings}_PROVIDER: ${provider} needs the package ${packages[provider]}, which is not installed: npm install ${packages[provider]}@1`,
  );
}

function canBeResolved(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
