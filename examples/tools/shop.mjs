import { defineTool } from '@baton/worker';
import { z } from 'zod';

/** Stands for a database. @type {Map<string, number>} */
const stock = new Map([
  ['green tea', 120],
  ['black tea', 0],
]);
/** Orders by the key of the call that made them. @type {Map<string, string>} */
const orders = new Map();

const stockOf = defineTool({
  name: 'stock_of',
  description: 'Says how many packets of a product the shop has.',
  input: z.object({ product: z.string().describe('Such as "green tea".') }),
  idempotent: true,
  run({ product }) {
    const packets = stock.get(product.toLowerCase());
    if (packets === undefined)
      throw new Error(`The shop has no "${product}". It has: ${[...stock.keys()].join(', ')}.`);
    return { product, packets };
  },
});

// The shop makes one order per key, so that a call that a crash interrupted may be made again.
const order = defineTool({
  name: 'order',
  description: 'Orders packets of a product for the shop.',
  input: z.object({ product: z.string(), packets: z.int().min(1).max(500) }),
  idempotent: true,
  timeout: 10_000,
  run({ product, packets }, { idempotencyKey }) {
    const known = orders.get(idempotencyKey);
    if (known !== undefined) return known;
    const made = `Order ${orders.size + 1}: ${packets} × ${product}.`;
    orders.set(idempotencyKey, made);
    return made;
  },
});

export default [stockOf, order];
