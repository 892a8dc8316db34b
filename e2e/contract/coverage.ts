import type { Contract, Operation } from './document.ts';
import type { Exchange } from './recorder.ts';

/** What no client can bring about here: other tests do, with a Redis that is away, a fault, or a clock. */
const elsewhere = new Set(['408', '500', '503']);

const isGood = (status: number | string): boolean => String(status).startsWith('2');

/** Everything that the document says operations answer: each content type of each status, and the headers of success. */
export function described({ operations }: Contract): string[] {
  return operations.flatMap(({ operationId, replies }) =>
    Object.entries(replies)
      .filter(([status]) => !elsewhere.has(status))
      .flatMap(([status, { content = {}, headers = {} }]) => {
        const types = Object.keys(content);
        const parts = [...(types.length > 0 ? types : ['']), ...(isGood(status) ? Object.keys(headers) : [])];
        return parts.map((part) => `${operationId} ${status} ${part}`);
      }),
  );
}

/** The same of one exchange. */
export function seenIn({ operationId }: Operation, { status, contentType, headers }: Exchange): string[] {
  return [contentType, ...headers.keys()].map((part) => `${operationId} ${status} ${part}`);
}
