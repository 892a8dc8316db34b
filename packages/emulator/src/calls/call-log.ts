import type { Prompt } from '../answer/prompt.ts';
import type { Fault } from '../fault/fault.ts';
import { TallyBook, type EmulatorStats, type Tally } from './call-stats.ts';
import { goalHash } from './goal-hash.ts';
import { RequestLog, type RecordedRequest } from './request-log.ts';

/** Counts calls and keeps the latest requests. Every call is opened once and closed once. */
export class CallLog {
  readonly #requests = new RequestLog();
  #counters = freshCounters();

  /** `headers` come without credentials. */
  open(requestId: string, at: string, headers: Readonly<Record<string, string>>): OpenCall {
    const counters = this.#counters;
    counters.total.calls += 1;
    counters.inFlight += 1;
    const record: RecordedRequest = {
      at,
      requestId,
      headers,
      body: null,
      role: null,
      worker: null,
      task: null,
      goalHash: null,
      model: null,
      status: null,
      fault: null,
      paid: false,
      aborted: false,
    };
    this.#requests.add(record);
    return new OpenCall(record, counters, this.#requests);
  }

  stats(): EmulatorStats {
    const { total, byRole, byModel, byTask, byGoal, byFault, ...counts } = this.#counters;
    return {
      ...total,
      ...counts,
      byRole: byRole.snapshot(),
      byModel: byModel.snapshot(),
      byTask: byTask.snapshot(),
      byGoal: byGoal.snapshot(),
      byFault: Object.fromEntries(byFault),
    };
  }

  requests(limit?: number): RecordedRequest[] {
    return this.#requests.latest(limit);
  }

  /** Forgets counts and requests; calls still open count for what was forgotten. */
  reset(): void {
    this.#requests.clear();
    this.#counters = freshCounters();
  }
}

type Counters = ReturnType<typeof freshCounters>;

function freshCounters() {
  return {
    total: { calls: 0, paid: 0, aborted: 0 } satisfies Tally,
    inFlight: 0,
    refused: 0,
    rateLimited: 0,
    faults: 0,
    inputTokens: 0,
    outputTokens: 0,
    byRole: new TallyBook(),
    byModel: new TallyBook(),
    byTask: new TallyBook(),
    byGoal: new TallyBook(),
    byFault: new Map<Fault['kind'], number>(),
  };
}

/** One call under way. */
class OpenCall {
  readonly #record: RecordedRequest;
  readonly #counters: Counters;
  readonly #requests: RequestLog;
  #tallies: Tally[];

  constructor(record: RecordedRequest, counters: Counters, requests: RequestLog) {
    this.#record = record;
    this.#counters = counters;
    this.#requests = requests;
    this.#tallies = [counters.total];
  }

  received(body: unknown, bytes: number): void {
    this.#requests.setBody(this.#record, body, bytes);
  }

  /** The request is valid, and this is what it asks. */
  identified(model: string, prompt: Prompt): void {
    const hash = prompt.role === 'other' ? null : goalHash(prompt.goal);
    const task = prompt.role === 'task' ? prompt.task : null;
    const worker = prompt.role === 'task' ? prompt.worker : null;
    Object.assign(this.#record, { model, role: prompt.role, goalHash: hash, task, worker });
    const { byRole, byModel, byTask, byGoal } = this.#counters;
    const tallies = [byRole.at(prompt.role), byModel.at(model)];
    if (hash !== null) tallies.push(byGoal.at(hash));
    if (hash !== null && task !== null) tallies.push(byTask.at(`${hash}/${task}`));
    for (const tally of tallies) tally.calls += 1;
    this.#tallies = [...this.#tallies, ...tallies];
  }

  faulted(kind: Fault['kind']): void {
    this.#record.fault = kind;
    this.#counters.faults += 1;
    this.#counters.byFault.set(kind, (this.#counters.byFault.get(kind) ?? 0) + 1);
  }

  paid(inputTokens: number, outputTokens: number): void {
    this.#record.paid = true;
    this.#record.status = 200;
    this.#counters.inputTokens += inputTokens;
    this.#counters.outputTokens += outputTokens;
    for (const tally of this.#tallies) tally.paid += 1;
  }

  refused(status: number): void {
    this.#record.status = status;
    if (status < 500) this.#counters.refused += 1;
  }

  /** The emulator's own limits turned the call away. */
  rateLimited(): void {
    this.#counters.rateLimited += 1;
  }

  closed(wasAborted: boolean): void {
    this.#counters.inFlight -= 1;
    if (!wasAborted) return;
    this.#record.aborted = true;
    for (const tally of this.#tallies) tally.aborted += 1;
  }
}

export type { OpenCall };
