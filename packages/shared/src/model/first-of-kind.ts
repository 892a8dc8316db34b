/** Who of several processes is the first to do something, and what came of it. */
export interface FirstOfKind {
  /**
   * Whoever asks about what nobody does or has done is the first. Rejects when it can't be found out.
   * @param what its SHA-256, in hex.
   */
  ask(what: string, terms: Terms): Promise<Standing>;
}

export interface Terms {
  /** ms after which the first is taken for lost, unless it renews its claim. */
  readonly leaseMs: number;
  /** ms for which what is done is remembered from now on; as the first wanted it unless given. */
  readonly rememberMs?: number;
}

export type Standing =
  | { readonly kind: 'first'; readonly claim: Claim }
  | { readonly kind: 'under_way' }
  /** `value`: what the first left behind. */
  | { readonly kind: 'done'; readonly value: string };

/** Held by the first. One that was lost to another does nothing. */
export interface Claim {
  renew(): Promise<void>;
  done(value: string, rememberMs: number): Promise<void>;
  /** It was not done: the next one who asks is the first. */
  giveUp(): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

/** For a process that shares its models with nobody: whoever asks is the first. */
export const alwaysFirst: FirstOfKind = Object.freeze({
  ask: async (): Promise<Standing> => ({
    kind: 'first',
    claim: { renew: nothing, done: nothing, giveUp: nothing },
  }),
});
