import { routesOf, type Endpoint, type EndpointSettings } from '../settings/endpoints.ts';
import { SetupError } from '../settings/setup-error.ts';
import { createAnthropicLlm } from './anthropic.ts';
import { ModelError, type Llm } from './llm.ts';

export interface EndpointTimes {
  /** ms */
  readonly MODEL_TIMEOUT: number;
  /** ms */
  readonly MODEL_IDLE_TIMEOUT: number;
}

/**
 * Every call goes to the endpoint that serves its model.
 * @throws SetupError when the settings can't be used.
 */
export function modelRouter(settings: EndpointSettings & EndpointTimes): Llm {
  const { byModel, others, problems } = routesOf(settings);
  const [problem] = problems;
  if (problem) throw new SetupError(`${problem.setting}: ${problem.message}`);
  const opened = new Map<Endpoint, Llm>();
  const open = (endpoint: Endpoint): Llm => {
    const llm = createAnthropicLlm({
      ...endpoint,
      timeoutMs: settings.MODEL_TIMEOUT,
      idleTimeoutMs: settings.MODEL_IDLE_TIMEOUT,
    });
    opened.set(endpoint, llm);
    return llm;
  };
  const callers = new Map([...byModel].map(([model, at]) => [model, opened.get(at) ?? open(at)]));
  const fallback = others && (opened.get(others) ?? open(others));
  return {
    async call(request, options) {
      const llm = callers.get(request.model) ?? fallback;
      if (llm) return llm.call(request, options);
      throw new ModelError(
        `No endpoint serves "${request.model}": name it as the model of a tier, or set ANTHROPIC_BASE_URL`,
        { failure: { kind: 'terminal' }, type: 'not_found_error' },
      );
    },
  };
}
