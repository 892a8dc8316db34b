import { createHash } from 'node:crypto';
import type { CallRecord } from '@baton/emulator/calls/call-records';
import type { EmulatorStats, Tally } from '@baton/emulator/calls/call-stats';
import type { RecordedRequest } from '@baton/emulator/calls/request-log';
import type { FaultRule } from '@baton/emulator/fault/fault';

export type { FaultRule, Fault } from '@baton/emulator/fault/fault';

/** The body of a request to the Messages API, as far as the tests look at it. */
interface WireBody extends Record<string, unknown> {
  readonly model: string;
  readonly system?: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly output_config?: { readonly format?: { readonly type: string; readonly schema: unknown } };
}

export interface WireRequest extends Omit<RecordedRequest, 'body'> {
  readonly body: WireBody;
}

const none: Tally = { calls: 0, paid: 0, aborted: 0 };

function hashOf(goal: string): string {
  return createHash('sha256').update(goal.trim()).digest('hex').slice(0, 12);
}

/** The emulator's own endpoints. Counts and faults are kept apart by the goal's text: give each test a goal of its own. */
export class EmulatorControl {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async stats(): Promise<EmulatorStats> {
    return (await this.#call('GET', 'stats')) as EmulatorStats;
  }

  /** Calls that one goal made: planning, tasks and synthesis. */
  async ofGoal(goal: string): Promise<Tally> {
    return (await this.stats()).byGoal[hashOf(goal)] ?? none;
  }

  async ofTask(goal: string, taskId: string): Promise<Tally> {
    return (await this.stats()).byTask[`${hashOf(goal)}/${taskId}`] ?? none;
  }

  /** Requests on the wire whose body holds `text`, such as a goal's; oldest first. */
  async requests(text: string): Promise<WireRequest[]> {
    const { requests } = (await this.#call('GET', 'requests')) as { requests: WireRequest[] };
    return requests.filter(({ body }) => JSON.stringify(body).includes(text));
  }

  /** The latest 100,000 calls after a serial, in few words, and how many older ones are forgotten. */
  async calls(afterSerial = 0): Promise<{ calls: CallRecord[]; forgotten: number }> {
    return (await this.#call('GET', `calls?after=${afterSerial}`)) as {
      calls: CallRecord[];
      forgotten: number;
    };
  }

  async inject(...rules: FaultRule[]): Promise<void> {
    await this.#call('POST', 'faults', rules);
  }

  async clearFaults(): Promise<void> {
    await this.#call('DELETE', 'faults');
  }

  async #call(method: string, name: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/_emulator/${name}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    });
    if (!response.ok) throw new Error(`${method} /_emulator/${name}: ${await response.text()}`);
    return response.json();
  }
}
