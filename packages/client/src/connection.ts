import type { Problem } from '@baton/shared/contract/problem';
import { BatonError, ConnectionError, SettingError, unreachable } from './errors.ts';

export interface ConnectionSettings {
  /** Where Baton is, such as `http://127.0.0.1:3000`; a path in it is kept. */
  readonly baseUrl: string | URL;
  readonly apiKey?: string | undefined;
  /** In place of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** Below `/v1/`, already escaped. */
  readonly path: string;
  readonly accept: 'application/json' | 'text/markdown' | 'text/event-stream';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface Connection {
  /** For messages: who was asked. */
  readonly address: string;
  /** Resolves to a reply of 2xx; rejects with a {@link BatonError}, a {@link ConnectionError} or the signal's reason. */
  send(request: ApiRequest): Promise<Response>;
  /** The reply's JSON, as the contract has it; it is not checked again here. */
  json<Reply>(request: Omit<ApiRequest, 'accept'>): Promise<Reply>;
  text(request: ApiRequest): Promise<string>;
}

export function openConnection(settings: ConnectionSettings): Connection {
  const base = readBaseUrl(settings.baseUrl);
  const fetch = settings.fetch ?? globalThis.fetch;
  const address = base.href.replace(/\/$/, '');
  const authorization = authorizationFor(settings.apiKey ?? '');

  async function send({ method, path, accept, body, headers, signal }: ApiRequest): Promise<Response> {
    const response = await reach(address, signal, () =>
      fetch(new URL(`v1/${path}`, base), {
        method,
        headers: {
          accept,
          ...authorization,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      }),
    );
    if (response.ok) return response;
    throw refusal(address, response, await reach(address, signal, () => response.text()));
  }

  async function text(request: ApiRequest): Promise<string> {
    const response = await send(request);
    return reach(address, request.signal, () => response.text());
  }

  return {
    address,
    send,
    text,
    async json<Reply>(request: Omit<ApiRequest, 'accept'>): Promise<Reply> {
      const reply = parseJson(await text({ ...request, accept: 'application/json' }));
      if (!isRecord(reply)) throw new ConnectionError('not_baton', address, 'its reply is not a JSON object');
      return reply as Reply;
    },
  };
}

function readBaseUrl(given: string | URL): URL {
  const url = URL.canParse(String(given)) ? new URL(given) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new SettingError(
      'baseUrl',
      `"${String(given)}" is not the address of a server: give an http or https one, such as http://127.0.0.1:3000.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new SettingError('baseUrl', 'The address holds a name or a password: give a key apart from it.');
  }
  url.search = '';
  url.hash = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

function authorizationFor(apiKey: string): Record<string, string> {
  if (apiKey === '') return {};
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new SettingError('apiKey', 'The API key holds blanks or other characters that no key has.');
  }
  return { authorization: `Bearer ${apiKey}` };
}

async function reach<Result>(
  address: string,
  signal: AbortSignal | undefined,
  attempt: () => Promise<Result>,
): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(address, error);
  }
}

function refusal(address: string, response: Response, text: string): BatonError | ConnectionError {
  const retryAfter = response.headers.get('retry-after') ?? '';
  const retryAfterMs = /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : null;
  const problem = parseJson(text);
  if (isProblem(problem)) return new BatonError(problem, retryAfterMs);
  const title = response.statusText || 'no reason';
  const answered = `it answered ${response.status} (${title}) without saying why`;
  if (response.status < 500) return new ConnectionError('not_baton', address, answered);
  const detail = `${address}: ${answered}. Look at what stands before Baton there.`;
  return new BatonError({ type: 'about:blank', status: response.status, title, detail }, retryAfterMs);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isProblem(value: unknown): value is Problem {
  return (
    isRecord(value) &&
    typeof value['type'] === 'string' &&
    typeof value['detail'] === 'string' &&
    typeof value['status'] === 'number' &&
    (value['errors'] === undefined || Array.isArray(value['errors']))
  );
}
