import type { Llm, LlmCallOptions, LlmRequest, LlmResponse, PaidBesides } from './llm.ts';

export type SideEnd =
  | { readonly kind: 'answered'; readonly response: LlmResponse }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface SideOptions {
  /** Its text and its losses are told as they come; otherwise they are kept for later. */
  readonly isShown: boolean;
  readonly onSending?: (isSending: boolean) => void;
}

/** One of two calls for the same answer. */
export class CallSide {
  /** Never rejects. */
  readonly ended: Promise<SideEnd>;
  readonly #cancelling = new AbortController();
  #end: SideEnd | null = null;
  #sentAt: number | null = null;
  #spent: readonly PaidBesides[] = [];
  #lost = 0;
  #hasShown = false;

  constructor(llm: Llm, request: LlmRequest, options: LlmCallOptions, { isShown, onSending }: SideOptions) {
    const isTold = (): boolean => isShown && !this.#cancelling.signal.aborted;
    const given = llm.call(request, {
      ...options,
      signal: AbortSignal.any([options.signal, this.#cancelling.signal]),
      onSending: (isSending) => {
        if (isSending) this.#sentAt = performance.now();
        onSending?.(isSending);
      },
      onText: (delta) => {
        if (!isTold()) return;
        this.#hasShown = true;
        options.onText?.(delta);
      },
      onSpent: (spent) => {
        if (options.signal.aborted) options.onSpent?.(spent);
        else this.#spent = [...this.#spent, spent];
      },
      onLost: () => {
        if (isTold()) options.onLost?.();
        else this.#lost += 1;
      },
    });
    this.ended = given
      .then<SideEnd, SideEnd>(
        (response) => ({ kind: 'answered', response }),
        (error: unknown) => ({ kind: 'failed', error }),
      )
      .then((end) => (this.#end = end));
  }

  get end(): SideEnd | null {
    return this.#end;
  }

  /** ms since its last request went out; null when none has. */
  get sendingMs(): number | null {
    return this.#sentAt === null ? null : performance.now() - this.#sentAt;
  }

  /** Some of its text was told. */
  get hasShown(): boolean {
    return this.#hasShown;
  }

  /** What it is known to have used without an answer that counts. */
  get spent(): readonly PaidBesides[] {
    if (this.#end?.kind !== 'answered') return this.#spent;
    const { model, usage, besides = [] } = this.#end.response;
    return [...this.#spent, { model, usage }, ...besides];
  }

  /** Answers that may have been paid for, of which no more is known and nobody was told. */
  get lost(): number {
    return Math.max(0, this.#lost - this.#spent.length);
  }

  cancel(): void {
    this.#cancelling.abort();
  }
}
