import { recipeExample, statsExample, workerTypeExample } from '../examples/fleet.ts';
import { json, type Operation } from '../operation.ts';
import { itemsOf, schemaOf } from '../schemas.ts';

const read = { method: 'get', tag: 'Fleet', scope: 'read' } as const;

export const fleetOperations: readonly Operation[] = [
  {
    ...read,
    id: 'listWorkerTypes',
    path: '/v1/worker-types',
    summary: 'Worker types that tasks may name',
    replies: {
      200: json('The worker types.', itemsOf('WorkerType'), { types: { items: [workerTypeExample] } }),
    },
  },
  {
    ...read,
    id: 'listRecipes',
    path: '/v1/recipes',
    summary: 'Recipes that goals may name',
    replies: { 200: json('The recipes.', itemsOf('Recipe'), { recipes: { items: [recipeExample] } }) },
  },
  {
    ...read,
    id: 'getStats',
    path: '/v1/stats',
    summary: 'Backlog and capacity, for autoscalers',
    description: 'Of the whole fleet, over all tenants.',
    replies: { 200: json('The stats.', schemaOf('Stats'), { stats: statsExample }) },
  },
];
