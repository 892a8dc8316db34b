import type { BatonClient } from './api.ts';
import type { Connection } from './connection.ts';
import type { AnalyticsQuery } from './contract/analytics.ts';

export function analyticsCalls(connection: Connection): BatonClient['analytics'] {
  return {
    get: (query, options) =>
      connection.json({ method: 'GET', path: `analytics${searchOf(query)}`, repeatable: true, options }),
  };
}

function searchOf({ labels = {}, ...query }: AnalyticsQuery = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
  for (const [key, value] of Object.entries(labels)) search.set(`label.${key}`, value);
  return search.size === 0 ? '' : `?${search.toString()}`;
}
