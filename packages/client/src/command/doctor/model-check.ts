import { ask } from './asked.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

const DEFAULT_BASE_URL = 'https://api.anthropic.com';

export interface ModelEndpoint {
  /** `ANTHROPIC_BASE_URL`, empty when not set. */
  readonly baseUrl: string;
  /** `ANTHROPIC_API_KEY`, empty when not set. */
  readonly apiKey: string;
}

/** Whether the model's endpoint answers and takes the key. Lists models only: nothing is paid. */
export async function checkModel(
  { baseUrl, apiKey }: ModelEndpoint,
  signal: AbortSignal,
): Promise<Finding[]> {
  const given = baseUrl === '' ? DEFAULT_BASE_URL : baseUrl;
  if (!URL.canParse(given))
    return [problem('model', 'ANTHROPIC_BASE_URL is not an address', 'Give a whole URL.')];
  const base = new URL(given);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  const headers = { 'anthropic-version': '2023-06-01', ...(apiKey !== '' && { 'x-api-key': apiKey }) };
  const reply = await ask(new URL('v1/models?limit=1', base), { headers }, signal);
  if ('failure' in reply) {
    const remedy = 'Check ANTHROPIC_BASE_URL, and whether this machine may reach it.';
    return [problem('model', `${base.host} can not be reached: ${reply.failure}`, remedy)];
  }
  const { status } = reply;
  if (status === 200)
    return [ok('model', `${base.host} answers${apiKey === '' ? '' : ' and takes the key'}`)];
  if (status === 401 || status === 403) {
    return [problem('model', `${base.host} does not take the key (${status})`, 'Check ANTHROPIC_API_KEY.')];
  }
  return [
    warning(
      'model',
      `${base.host} answers ${status} to GET /v1/models, so nobody can tell whether it takes the key`,
      'Run a small goal to see.',
    ),
  ];
}
