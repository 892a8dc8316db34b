import { randomUUID } from 'node:crypto';
import type { FirstOfKind, Standing, Terms } from '../first-of-kind.ts';

interface Held {
  /** Null once it is done. */
  readonly token: string | null;
  readonly value: string;
  readonly until: number;
}

/** As Redis does it, for the calls of one process. @param now ms, on any clock. */
export function memoryFirstOfKind(now: () => number = () => performance.now()): FirstOfKind {
  const known = new Map<string, Held>();
  const current = (what: string): Held | null => {
    const held = known.get(what);
    return held && held.until > now() ? held : null;
  };
  return {
    async ask(what: string, { leaseMs, rememberMs }: Terms): Promise<Standing> {
      const held = current(what);
      if (held?.token === null) {
        if (rememberMs !== undefined) known.set(what, { ...held, until: now() + rememberMs });
        return { kind: 'done', value: held.value };
      }
      if (held) return { kind: 'under_way' };
      const token = randomUUID();
      const claimed = (): void => void known.set(what, { token, value: '', until: now() + leaseMs });
      const isMine = (): boolean => {
        const holder = current(what);
        return holder === null || holder.token === token;
      };
      claimed();
      return {
        kind: 'first',
        claim: {
          renew: async () => void (current(what)?.token === token && claimed()),
          done: async (value, ms) =>
            void (isMine() && known.set(what, { token: null, value, until: now() + ms })),
          giveUp: async () => void (isMine() && known.delete(what)),
        },
      };
    },
  };
}
