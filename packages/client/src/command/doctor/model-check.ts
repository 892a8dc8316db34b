import { ask } from './asked.ts';
import { ok, problem, warning, type Finding } from './finding.ts';

const DEFAULT_BASE_URL = 'https://api.anthropic.com';
/** What Baton's processes send where they were given no key: some servers want any. */
const NO_KEY = 'none';

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
  const key = apiKey === '' ? NO_KEY : apiKey;
  const headers = { 'anthropic-version': '2023-06-01', authorization: `Bearer ${key}`, 'x-api-key': key };
  const reply = await ask(new URL('v1/models?limit=1', base), { headers }, signal);
  if ('failure' in reply) {
    const remedy = 'Check ANTHROPIC_BASE_URL, and whether this machine may reach it.';
    return [problem('model', `${base.host} can not be reached: ${reply.failure}`, remedy)];
  }
  const { status } = reply;
  if (status === 200)
    return [ok('model', `${base.host} answers${apiKey === '' ? '' : ' and takes the key'}`)];
  if (status === 401 || status === 403) {
    const [fault, remedy] =
      apiKey === ''
        ? ['asks for a key', 'Set ANTHROPIC_API_KEY.']
        : ['does not take the key', 'Check ANTHROPIC_API_KEY.'];
    return [problem('model', `${base.host} ${fault} (${status})`, remedy)];
  }
  return [
    warning(
      'model',
      `${base.host} answers ${status} to GET /v1/models, so nobody can tell whether it takes the key`,
      'Run a small goal to see.',
    ),
  ];
}
