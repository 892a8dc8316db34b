import { isRefusal, type Baton } from '../port.ts';
import { ToolError } from '../tools/tool-error.ts';

/** How long a Baton that asked for a key is trusted to go on doing so, in ms. */
const TRUSTED_FOR = 60_000;
const UNAUTHORIZED = 401;

/**
 * Rejects with a `ToolError` when a Baton takes requests without a key. Such a Baton listens on its own machine only, and
 * would be open to the network through an MCP server that is.
 * @param anonymous Baton, asked without a key
 * @param now ms
 */
export function keyGuard(anonymous: Baton, now: () => number = () => performance.now()): () => Promise<void> {
  let trustedUntil = -Infinity;
  return async () => {
    if (now() < trustedUntil) return;
    try {
      await anonymous.goals.list({ limit: 1 });
    } catch (error) {
      if (!isRefusal(error) || error.status !== UNAUTHORIZED) throw error;
      trustedUntil = now() + TRUSTED_FOR;
      return;
    }
    throw new ToolError(
      'This Baton takes requests without a key, so nothing is passed on to it from the network. ' +
        'Whoever runs it has to set BATON_API_KEYS there.',
    );
  };
}

/** Baton, asked only after `guard` has resolved. */
export function guarded({ goals }: Baton, guard: () => Promise<void>): Baton {
  const after =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await guard();
      return call(...args);
    };
  return {
    goals: {
      create: after(goals.create.bind(goals)),
      get: after(goals.get.bind(goals)),
      list: after(goals.list.bind(goals)),
      cancel: after(goals.cancel.bind(goals)),
      async *stream(...args) {
        await guard();
        yield* goals.stream(...args);
      },
    },
  };
}
