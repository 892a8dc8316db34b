import type { Prompt } from '../answer/prompt.ts';
import { taskOf } from '../answer/task-of.ts';
import type { Fault } from '../fault/fault.ts';
import { CallRecords, type CallRecord } from './call-records.ts';
import { TallyBook, type EmulatorStats, type Tally } from './call-stats.ts';
import { goalHash, shortHash } from './goal-hash.ts';
import { RequestLog, type RecordedRequest } from './request-log.ts';

/** Counts calls and keeps the latest requests. Every call is opened once and closed once. */
export class CallLog {
  readonly #requests = new RequestLog();
  readonly #records = new CallRecords();
  readonly #now: () => number;
  #counters = freshCounters();

  /** @param now ms since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

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
    return new OpenCall(
      { record, call: this.#records.open(this.#now()) },
      counters,
      this.#requests,
      this.#now,
    );
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

  /** The latest calls after a serial, in few words. */
  calls(afterSerial: number): { readonly calls: CallRecord[]; readonly forgotten: number } {
    return this.#records.after(afterSerial);
  }

  /** Forgets counts, calls and requests; calls still open count for what was forgotten. */
  reset(): void {
    this.#requests.clear();
    this.#records.clear();
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
  readonly #call: CallRecord;
  readonly #now: () => number;
  readonly #counters: Counters;
  readonly #requests: RequestLog;
  #tallies: Tally[];

  constructor(
    { record, call }: { readonly record: RecordedRequest; readonly call: CallRecord },
    counters: Counters,
    requests: RequestLog,
    now: () => number,
  ) {
    this.#record = record;
    this.#call = call;
    this.#now = now;
    this.#counters = counters;
    this.#requests = requests;
    this.#tallies = [counters.total];
  }

  /** @param bodyText the JSON that `body` was parsed from */
  received(body: unknown, bodyText: string): void {
    this.#requests.setBody(this.#record, body, bodyText.length);
    this.#call.requestHash = shortHash(bodyText);
  }

  /** The request is valid, and this is what it asks. */
  identified(model: string, prompt: Prompt, turns: number): void {
    const hash = prompt.role === 'other' ? null : goalHash(prompt.goal);
    const { task, worker } = taskOf(prompt);
    const who = { model, role: prompt.role, goalHash: hash, task, worker };
    Object.assign(this.#record, who);
    Object.assign(this.#call, who, { turns });
    const { byRole, byModel, byTask, byGoal } = this.#counters;
    const tallies = [byRole.at(prompt.role), byModel.at(model)];
    if (hash !== null) tallies.push(byGoal.at(hash));
    if (hash !== null && task !== null && prompt.role === 'task') tallies.push(byTask.at(`${hash}/${task}`));
    for (const tally of tallies) tally.calls += 1;
    this.#tallies = [...this.#tallies, ...tallies];
  }

  faulted(kind: Fault['kind']): void {
    this.#record.fault = kind;
    this.#call.fault = kind;
    this.#counters.faults += 1;
    this.#counters.byFault.set(kind, (this.#counters.byFault.get(kind) ?? 0) + 1);
  }

  paid(inputTokens: number, outputTokens: number): void {
    this.#record.paid = true;
    this.#record.status = 200;
    this.#call.status = 200;
    this.#call.paidAt = this.#now();
    this.#counters.inputTokens += inputTokens;
    this.#counters.outputTokens += outputTokens;
    for (const tally of this.#tallies) tally.paid += 1;
  }

  refused(status: number): void {
    this.#record.status = status;
    this.#call.status = status;
    if (status < 500) this.#counters.refused += 1;
  }

  /** The emulator's own limits turned the call away. */
  rateLimited(): void {
    this.#counters.rateLimited += 1;
  }

  closed(wasAborted: boolean): void {
    this.#counters.inFlight -= 1;
    this.#call.endedAt = this.#now();
    if (!wasAborted) return;
    this.#record.aborted = true;
    this.#call.aborted = true;
    for (const tally of this.#tallies) tally.aborted += 1;
  }
}

export type { OpenCall };
