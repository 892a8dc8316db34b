import { createClient } from '../client.ts';
import { SettingError } from '../errors.ts';
import { readSettings } from '../settings.ts';
import type { ServerContext, Surroundings } from './context.ts';
import { DEFAULT_URL } from './flags.ts';
import { UsageError } from './usage-error.ts';

/** Repetitions of a request that somebody at a keyboard waits for. */
const MAX_RETRIES = 2;

/** The server and the key that the environment names. */
export function addressIn(environment: Surroundings['environment']): { baseUrl: string; apiKey: string } {
  return {
    baseUrl: environment['BATON_URL']?.trim() || DEFAULT_URL,
    apiKey: environment['BATON_API_KEY']?.trim() ?? '',
  };
}

/** @param url that of `--url`. Throws a {@link UsageError}. */
export function serverContext(surroundings: Surroundings, url: string | undefined): ServerContext {
  const { baseUrl, apiKey } = addressIn(surroundings.environment);
  try {
    const settings = { baseUrl: url ?? baseUrl, apiKey, maxRetries: MAX_RETRIES };
    return {
      ...surroundings,
      client: createClient(settings),
      server: readSettings(settings),
      sameServer: url === undefined ? '' : `--url ${url}`,
    };
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    const urlSource = url === undefined ? 'BATON_URL' : '--url';
    const source = error.setting === 'apiKey' ? 'BATON_API_KEY' : urlSource;
    throw new UsageError(`${source}: ${error.message}`, { cause: error });
  }
}
