import { isRequest, type Target } from './cases/fuzz-case.ts';
import { isHead, type FuzzCase } from './cases/schedule.ts';
import { Connection, type Answer } from './wire/connection.ts';
import { bytesOf, HOST } from './wire/http-request.ts';

/** How long an answer may take, in ms: no bound on speed, only what tells a hanging request from a slow machine. */
const PATIENCE = 20_000;

/** Sends cases; whole requests share connections that are kept open, everything else gets one of its own. */
export class Sender {
  readonly #ports: Readonly<Record<Target, number>>;
  readonly #idle = new Map<Target, Connection[]>();

  constructor(ports: Readonly<Record<Target, number>>) {
    this.#ports = ports;
  }

  async send(one: FuzzCase): Promise<Answer[]> {
    const { send, target = 'open' } = one;
    const hasBody = !isHead(one);
    if (!isRequest(send)) {
      const connection = await Connection.open(this.#ports[target], HOST);
      const answers = await connection.exchange(send.steps, {
        replies: send.replies ?? 1,
        hasBody,
        patience: PATIENCE,
      });
      connection.close();
      return answers;
    }
    const bytes = bytesOf(send);
    const { connection, isKept } = await this.#take(target);
    const answers = await connection.exchange([bytes], { hasBody, patience: PATIENCE });
    if (connection.isUsable && bytes.length < 65_536) this.#give(target, connection);
    else connection.close();
    // A kept connection may be closed by the server just as the request leaves, as HTTP allows.
    return isKept && answers[0]?.kind === 'cut' ? this.#sendAlone(target, bytes, hasBody) : answers;
  }

  async #sendAlone(target: Target, bytes: Buffer, hasBody: boolean): Promise<Answer[]> {
    const connection = await Connection.open(this.#ports[target], HOST);
    const answers = await connection.exchange([bytes], { hasBody, patience: PATIENCE });
    connection.close();
    return answers;
  }

  close(): void {
    for (const connections of this.#idle.values()) for (const connection of connections) connection.close();
  }

  /** A fresh one where the server has closed those that were kept. */
  async #take(target: Target): Promise<{ connection: Connection; isKept: boolean }> {
    const kept = this.#idle.get(target) ?? [];
    for (let connection = kept.pop(); connection; connection = kept.pop()) {
      if (connection.isUsable) return { connection, isKept: true };
      connection.close();
    }
    return { connection: await Connection.open(this.#ports[target], HOST), isKept: false };
  }

  #give(target: Target, connection: Connection): void {
    const kept = this.#idle.get(target) ?? [];
    this.#idle.set(target, kept);
    kept.push(connection);
  }
}
