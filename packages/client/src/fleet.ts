import type { BatonClient, CallOptions } from './api.ts';
import type { Connection } from './connection.ts';

export function fleetCalls(connection: Connection): Pick<BatonClient, 'workerTypes' | 'recipes' | 'stats'> {
  function get<Reply>(path: string, options?: CallOptions): Promise<Reply> {
    return connection.json({ method: 'GET', path, repeatable: true, options });
  }

  async function list<Item>(path: string, options?: CallOptions): Promise<Item[]> {
    return (await get<{ items: Item[] }>(path, options)).items;
  }

  return {
    workerTypes: { list: (options) => list('worker-types', options) },
    recipes: { list: (options) => list('recipes', options) },
    stats: { get: (options) => get('stats', options) },
  };
}
