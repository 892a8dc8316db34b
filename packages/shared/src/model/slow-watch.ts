/** Tells when a request has been under way for longer than a limit, which may come after it went out. */
export class SlowWatch {
  /** Never resolves unless a request is slow. */
  readonly slow: Promise<void>;
  #tell: () => void = () => undefined;
  #limitMs: number | null = null;
  #sentAt: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor() {
    this.slow = new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  readonly sending = (isSending: boolean): void => {
    this.#sentAt = isSending ? performance.now() : null;
    this.#arm();
  };

  setLimit(ms: number | null): void {
    this.#limitMs = ms;
    this.#arm();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#isStopped || this.#limitMs === null || this.#sentAt === null) return;
    const leftMs = this.#sentAt + this.#limitMs - performance.now();
    this.#timer = setTimeout(this.#tell, Math.max(0, leftMs));
  }
}
