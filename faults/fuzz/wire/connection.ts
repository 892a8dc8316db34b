import { connect, type Socket } from 'node:net';
import { readReply, type Reply } from './http-reply.ts';

export type Answer =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly ms: number }
  /** The server closed the connection and had said nothing. */
  | { readonly kind: 'cut'; readonly ms: number }
  | { readonly kind: 'silence'; readonly ms: number }
  | { readonly kind: 'broken'; readonly reason: string; readonly ms: number };

/** Bytes to send, a pause in ms, or the end of what this side sends. */
export type Step = Buffer | { readonly pause: number } | 'end';

const CLOSE = /\bclose\b/i;

/** One TCP connection to a server, which may be used for one exchange after the other while it lasts. */
export class Connection {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #ended = false;
  #onChange: () => void = () => undefined;
  readonly #closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#onChange();
    });
    const end = (): void => {
      this.#ended = true;
      this.#onChange();
    };
    socket.on('error', end);
    socket.on('end', end);
    this.#closed = new Promise((resolve) => {
      socket.on('close', () => {
        end();
        resolve();
      });
    });
  }

  static open(port: number, host: string): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host, allowHalfOpen: true });
      const connection = new Connection(socket);
      socket.setNoDelay(true);
      socket.once('connect', () => resolve(connection));
      socket.once('error', reject);
    });
  }

  get isUsable(): boolean {
    return !this.#ended && this.#chunks.length === 0 && !this.#socket.destroyed;
  }

  /** Sends the steps and reads so many answers; ends early with the first that is none. */
  async exchange(
    steps: readonly Step[],
    { replies = 1, hasBody = true, patience }: { replies?: number; hasBody?: boolean; patience: number },
  ): Promise<Answer[]> {
    const started = performance.now();
    const sending = this.#send(steps);
    const answers: Answer[] = [];
    while (answers.length < replies) {
      const answer = await this.#next(hasBody, started, patience);
      answers.push(answer);
      if (answer.kind !== 'reply') break;
      if (CLOSE.test(answer.reply.headers.get('connection') ?? '')) {
        this.#ended = true;
        if (answers.length < replies) break;
      }
    }
    await Promise.race([sending, this.#closed]);
    return answers;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #send(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (this.#socket.destroyed) return;
      if (step === 'end') this.#socket.end();
      else if (Buffer.isBuffer(step)) this.#socket.write(step);
      else await new Promise((resolve) => void setTimeout(resolve, step.pause));
    }
  }

  async #next(hasBody: boolean, started: number, patience: number): Promise<Answer> {
    const spent = (): number => performance.now() - started;
    for (;;) {
      const bytes = this.#chunks.length === 1 ? (this.#chunks.at(0) as Buffer) : Buffer.concat(this.#chunks);
      const read = readReply(bytes, hasBody, this.#ended);
      if (read.kind === 'reply') {
        this.#chunks = read.rest.length > 0 ? [read.rest] : [];
        return { kind: 'reply', reply: read.reply, ms: spent() };
      }
      if (read.kind === 'broken') return { kind: 'broken', reason: read.reason, ms: spent() };
      if (this.#ended) return { kind: 'cut', ms: spent() };
      const left = patience - spent();
      if (left <= 0) return { kind: 'silence', ms: spent() };
      await this.#change(left);
    }
  }

  #change(atMost: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, atMost);
      this.#onChange = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
