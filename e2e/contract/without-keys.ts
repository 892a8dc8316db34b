import { beforeAll, expect, test } from 'vitest';
import type { Api } from '../api.ts';
import type { World } from './world.ts';

/** A server that asks for no keys is one tenant's. */
export function withoutKeys(world: World, goalIdOf: () => string): void {
  let open: Api;
  beforeAll(async () => {
    const { api } = await world.baton.startOrchestrator({ BATON_API_KEYS: undefined, ROLE: 'api' });
    open = world.client(undefined, fetch, api.url);
  });

  test('no operation asks for one, and none finds the goal of a tenant', async () => {
    for (const operation of world.contract().operations) {
      const { status } = await world.call(open, operation, goalIdOf());
      expect({ operation: operation.operationId, isFree: status !== 401 && status !== 403 }).toEqual({
        operation: operation.operationId,
        isFree: true,
      });
      if (operation.template.includes('{goalId}')) expect(status).toBe(404);
    }
  });
}
