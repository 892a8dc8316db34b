import { SettingError } from './errors.ts';

const MAX_RETRIES = 4;

export interface ConnectionSettings {
  /** Where Baton is, such as `http://127.0.0.1:3000`; a path in it is kept. */
  readonly baseUrl: string | URL;
  readonly apiKey?: string | undefined;
  /** In place of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Times that a call which failed in passing is sent again; 4 unless given, 0 for never. */
  readonly maxRetries?: number | undefined;
}

export interface ReadSettings {
  /** Ends with "/". */
  readonly base: URL;
  /** For messages. */
  readonly address: string;
  readonly authorization: Readonly<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
  readonly maxRetries: number;
}

/** Throws a {@link SettingError}. */
export function readSettings(settings: ConnectionSettings): ReadSettings {
  const base = readBaseUrl(settings.baseUrl);
  return {
    base,
    address: base.href.replace(/\/$/, ''),
    authorization: authorizationFor(settings.apiKey ?? ''),
    fetch: settings.fetch ?? globalThis.fetch,
    maxRetries: readMaxRetries(settings.maxRetries ?? MAX_RETRIES),
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

function readMaxRetries(given: number): number {
  if (Number.isInteger(given) && given >= 0) return given;
  throw new SettingError('maxRetries', `maxRetries is ${given}; it must be a whole number from 0.`);
}
