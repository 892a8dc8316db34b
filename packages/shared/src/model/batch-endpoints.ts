import { routesOf, type Endpoint, type EndpointSettings } from '../settings/endpoints.ts';
import { createAnthropicBatches } from './anthropic-batches.ts';
import type { BatchEndpoints, MessageBatches } from './message-batches.ts';

/** The endpoints that the settings name; those of other providers take no batches. */
export function batchEndpoints(settings: EndpointSettings): BatchEndpoints {
  const { byModel, others } = routesOf(settings);
  const opened = new Map<Endpoint, MessageBatches | null>();
  return (model) => {
    const endpoint = byModel.get(model) ?? others;
    if (!endpoint) return null;
    const known = opened.get(endpoint);
    if (known !== undefined) return known;
    const batches = endpoint.provider === 'anthropic' ? createAnthropicBatches(endpoint) : null;
    opened.set(endpoint, batches);
    return batches;
  };
}
