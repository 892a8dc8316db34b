import type { BatonClient } from './api.ts';
import type { Connection } from './connection.ts';
import type { UsageQuery } from './contract/usage-report.ts';

export function usageCalls(connection: Connection): BatonClient['usage'] {
  return {
    get: (query, options) =>
      connection.json({ method: 'GET', path: `usage${searchOf(query)}`, repeatable: true, options }),
    csv: (query, options) =>
      connection.text(
        { method: 'GET', path: `usage${searchOf(query)}`, repeatable: true, options },
        'text/csv',
      ),
  };
}

function searchOf({ by, from, to }: UsageQuery = {}): string {
  const search = new URLSearchParams();
  if (by !== undefined) search.set('by', by.join(','));
  if (from !== undefined) search.set('from', from);
  if (to !== undefined) search.set('to', to);
  return search.size === 0 ? '' : `?${search.toString()}`;
}
